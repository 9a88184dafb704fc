// @ts-check
// uses data state marks
/*
 * The filter of all views: a row must contain all words, anywhere. "field:word" searches one field, field:"" finds
 * rows where the field is unknown, "-word" excludes rows, quotes keep "two words" together. Each distinct text is
 * tested once instead of each row.
 */
/** The tables of texts, by name. */
const TEXTS = {
  hosts: data.hosts, names: data.names, paths: data.paths, addresses: data.addresses,
  matches: data.matches, directions: data.directions, protocols, kinds,
};
/**
 * Fields by name: the tables of their texts, and by row the numbers into these.
 * @type {Record<string, [texts: keyof typeof TEXTS, column: number[]][]>}
 */
const FIELDS = {
  protocol: [["protocols", data.ports]],
  host: [["hosts", data.serviceHost], ["hosts", data.clientHost]],
  service: [["names", data.serviceName], ["paths", data.servicePath]],
  client: [["names", data.clientName], ["paths", data.clientPath]],
  name: [["names", data.serviceName], ["names", data.clientName]],
  path: [["paths", data.servicePath], ["paths", data.clientPath]],
  address: [["addresses", data.serviceAddress], ["addresses", data.clientAddress]],
  service_host: [["hosts", data.serviceHost]],
  client_host: [["hosts", data.clientHost]],
  match: [["matches", data.match]],
  direction: [["directions", data.direction]],
  ...(MARKS ? { [MARKS.field]: [["kinds", marks]] } : {}),
};
const ANYWHERE = ["protocol", "host", "service", "client", "address", "match"].flatMap(name => FIELDS[name]);

/**
 * The last result.
 * @type {{ q: string | null, show: string | null, rows: number[] }}
 */
let filtered = { q: null, show: null, rows: [] };

/** The numbers of the rows that pass the filter, in order. */
function visibleRows() {
  if (filtered.q !== state.q || filtered.show !== state.show) {
    const tests = [...markTests(), ...parseFilter(state.q)];
    const rows = [];
    for (let row = 0; row < data.rows; row++) {
      if (tests.every(test => test(row))) {
        rows.push(row);
      }
    }
    filtered = { q: state.q, show: state.show, rows };
  }
  return filtered.rows;
}

/**
 * @param {string} q
 * @returns {RowTest[]}
 */
function parseFilter(q) {
  const words = q.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  return words.map(word => {
    const not = word.length > 1 && word.startsWith("-");
    const test = termTest((not ? word.slice(1) : word).toLowerCase());
    return not ? row => !test(row) : test;
  });
}

/**
 * @param {string} word
 * @returns {RowTest}
 */
function termTest(word) {
  const term = word.replaceAll("\"", "");
  const colon = term.indexOf(":");
  const field = colon > 0 ? term.slice(0, colon) : "";
  if (field === "port") {
    return portTest(Number(term.slice(colon + 1)));
  }
  if (Object.hasOwn(FIELDS, field)) {
    return textTest(FIELDS[field], word.endsWith(":\"\"") ? text => text === "" : containing(term.slice(colon + 1)));
  }
  const text = textTest(ANYWHERE, containing(term));
  const port = portTest(/^:?\d+$/.test(term) ? Number(term.replace(":", "")) : -1);
  return row => port(row) || text(row);
}

/**
 * @param {number} port
 * @returns {RowTest}
 */
function portTest(port) {
  const hits = portSets.map(set => set.some(one => one.port === port));
  return row => hits[data.ports[row]];
}

/**
 * @param {string} part In lower case.
 * @returns {(text: string) => boolean}
 */
function containing(part) {
  return text => text.toLowerCase().includes(part);
}

/**
 * @param {typeof ANYWHERE} places
 * @param {(text: string) => boolean} fits
 * @returns {RowTest}
 */
function textTest(places, fits) {
  /** @type {Map<string, boolean[]>} */
  const hits = new Map();
  const tests = places.map(([name, column]) => {
    const hit = hits.get(name) ?? TEXTS[name].map(fits);
    hits.set(name, hit);
    return { hit, column };
  });
  return row => tests.some(({ hit, column }) => hit[column[row]]);
}

/**
 * A word of the filter that finds the fields that contain this text, or those that are empty. The filter has no escape
 * for quotes: of a text with quotes, the word has the longest piece without any.
 * @param {string} field
 * @param {string} text
 */
function filterTerm(field, text) {
  const piece = text.split("\"").reduce((longest, one) => (one.length > longest.length ? one : longest));
  return piece === "" || /\s/.test(piece) ? `${field}:"${piece}"` : `${field}:${piece}`;
}
