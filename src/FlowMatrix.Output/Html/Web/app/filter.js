/*
 * The one filter of all views: words that a row must all contain, anywhere; "field:word" looks in one field, field:""
 * finds where nothing is known, "-word" leaves out, "two words" in quotes stay together. Each distinct text is looked at once, not each row.
 */
const FIELDS = {
  protocol: [["protocols", "ports"]],
  host: [["hosts", "serviceHost"], ["hosts", "clientHost"]],
  service: [["names", "serviceName"], ["paths", "servicePath"]],
  client: [["names", "clientName"], ["paths", "clientPath"]],
  name: [["names", "serviceName"], ["names", "clientName"]],
  path: [["paths", "servicePath"], ["paths", "clientPath"]],
  address: [["addresses", "serviceAddress"], ["addresses", "clientAddress"]],
  service_host: [["hosts", "serviceHost"]],
  client_host: [["hosts", "clientHost"]],
  match: [["matches", "match"]],
  direction: [["directions", "direction"]],
  ...(MARKED ? { [data.marks.field]: [["kinds", "mark"]] } : {}),
};
const ANYWHERE = ["protocol", "host", "service", "client", "address", "match"].flatMap(name => FIELDS[name]);

let filtered = { q: null, show: null, rows: null };

/** The numbers of the rows that the filter leaves, in order. */
function visibleRows() {
  if (filtered.q !== state.q || filtered.show !== state.show) {
    const tests = [markTest(), ...parseFilter(state.q)].filter(test => test !== null);
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

function parseFilter(q) {
  const words = q.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  return words.map(word => {
    const not = word.length > 1 && word.startsWith("-");
    const test = termTest((not ? word.slice(1) : word).toLowerCase());
    return not ? row => !test(row) : test;
  });
}

function termTest(word) {
  const term = word.replaceAll("\"", "");
  const colon = term.indexOf(":");
  const field = colon > 0 ? term.slice(0, colon) : "";
  if (field === "port") {
    return portTest(Number(term.slice(colon + 1)));
  }
  if (Object.hasOwn(FIELDS, field)) {
    return word.endsWith(":\"\"") ? textTest(FIELDS[field], text => text === "") : textTest(FIELDS[field], containing(term.slice(colon + 1)));
  }
  const text = textTest(ANYWHERE, containing(term));
  const port = portTest(/^:?\d+$/.test(term) ? Number(term.replace(":", "")) : -1);
  return row => port(row) || text(row);
}

function portTest(port) {
  const hits = portSets.map(set => set.some(one => one.port === port));
  return row => hits[data.ports[row]];
}

function containing(part) {
  return text => text.toLowerCase().includes(part);
}

function textTest(places, fits) {
  const hits = new Map();
  for (const [table] of places) {
    if (!hits.has(table)) {
      hits.set(table, data[table].map(fits));
    }
  }
  const tests = places.map(([table, column]) => [hits.get(table), data[column]]);
  return row => tests.some(([hit, column]) => hit[column[row]]);
}

/**
 * A word of the filter that finds the fields that contain this text, or those that are empty. The filter has no way to
 * say a quote: of a text with quotes it is the longest piece without any.
 */
function filterTerm(field, text) {
  const piece = text.split("\"").reduce((longest, one) => (one.length > longest.length ? one : longest));
  return piece === "" || /\s/.test(piece) ? `${field}:"${piece}"` : `${field}:${piece}`;
}
