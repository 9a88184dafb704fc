/*
 * The one filter of all views: words that a row must all contain, anywhere; "field:word" looks in one field, "-word"
 * leaves out, "two words" in quotes stay together. Each distinct text is looked at once, not each row.
 */
const FIELDS = {
  protocol: [["protocols", "protocol"]],
  host: [["hosts", "serviceHost"], ["hosts", "clientHost"]],
  service: [["names", "serviceProcess"], ["paths", "serviceProcess"]],
  client: [["names", "clientProcess"], ["paths", "clientProcess"]],
  name: [["names", "serviceProcess"], ["names", "clientProcess"]],
  path: [["paths", "serviceProcess"], ["paths", "clientProcess"]],
  address: [["addresses", "serviceAddress"], ["addresses", "clientAddress"]],
  service_host: [["hosts", "serviceHost"]],
  client_host: [["hosts", "clientHost"]],
  match: [["matches", "match"]],
  direction: [["directions", "direction"]],
};
const ANYWHERE = ["protocol", "host", "service", "client", "address", "match"].flatMap(name => FIELDS[name]);

let filtered = { q: null, rows: null };

/** The numbers of the rows that the filter leaves, in order. */
function visibleRows() {
  if (filtered.q !== state.q) {
    const tests = parseFilter(state.q);
    const rows = [];
    for (let row = 0; row < data.rows; row++) {
      if (tests.every(test => test(row))) {
        rows.push(row);
      }
    }
    filtered = { q: state.q, rows };
  }
  return filtered.rows;
}

function parseFilter(q) {
  const words = q.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  return words.map(word => {
    const not = word.length > 1 && word.startsWith("-");
    const test = termTest((not ? word.slice(1) : word).replaceAll("\"", "").toLowerCase());
    return not ? row => !test(row) : test;
  });
}

function termTest(term) {
  const colon = term.indexOf(":");
  const field = colon > 0 ? term.slice(0, colon) : "";
  if (field === "port") {
    const port = Number(term.slice(colon + 1));
    return row => data.servicePort[row] === port;
  }
  if (Object.hasOwn(FIELDS, field)) {
    return textTest(FIELDS[field], term.slice(colon + 1));
  }
  const text = textTest(ANYWHERE, term);
  const port = /^:?\d+$/.test(term) ? Number(term.replace(":", "")) : -1;
  return row => data.servicePort[row] === port || text(row);
}

function textTest(places, part) {
  const hits = new Map();
  for (const [table] of places) {
    if (!hits.has(table)) {
      hits.set(table, data[table].map(text => text.toLowerCase().includes(part)));
    }
  }
  const tests = places.map(([table, column]) => [hits.get(table), data[column]]);
  return row => tests.some(([hit, column]) => hit[column[row]]);
}

/** A word of the filter that finds just this text in a field. */
function filterTerm(field, text) {
  return /[\s"]/.test(text) ? `${field}:"${text.replaceAll("\"", "")}"` : `${field}:${text}`;
}
