// @ts-check
// uses data
/**
 * Rows aggregated by what is at their two ends: processes and services, hosts, or names of programs.
 * @type {Record<string, Level>}
 */
const LEVELS = {
  process: {
    client: row => clientNode[row],
    service: row => serviceOf[row],
    clientText: id => [nodes[id].label, nodes[id].place],
    serviceText: id => [`${services[id].node.label} ${services[id].port}`, services[id].node.place],
  },
  service: {
    client: row => nameId(nameAmongMany(nodes[clientNode[row]])),
    service: row => nameId(`${nameAmongMany(nodes[serviceNode[row]])} ${portText(row)}`),
    clientText: id => [namesOfEnds[id], ""],
    serviceText: id => [namesOfEnds[id], ""],
  },
  host: {
    client: row => data.clientHost[row],
    service: row => data.serviceHost[row],
    clientText: id => [id === 0 ? "external" : data.hosts[id], ""],
    serviceText: id => [id === 0 ? "external" : data.hosts[id], ""],
  },
};

/**
 * A name that is the same on all hosts. External nodes have one name together, or that of their network.
 * @param {PageNode} node
 */
function nameAmongMany(node) {
  return node.external ? node.outside : node.label;
}

/** @type {string[]} */
const namesOfEnds = [];
/** @type {Map<string, number>} */
const idsOfNames = new Map();
/** @param {string} name */
function nameId(name) {
  let id = idsOfNames.get(name);
  if (id === undefined) {
    idsOfNames.set(name, id = namesOfEnds.length);
    namesOfEnds.push(name);
  }
  return id;
}

/**
 * @param {number[]} rows
 * @param {string} levelName
 * @returns {{ clients: End[], services: End[], cells: Map<string, Cell> }}
 */
function aggregate(rows, levelName) {
  const level = FLAT ? LEVELS.process : LEVELS[levelName];
  /** @type {Map<number, End>} */
  const clients = new Map();
  /** @type {Map<number, End>} */
  const servicesById = new Map();
  /** @type {Map<string, Cell>} */
  const cells = new Map();
  for (const row of rows) {
    const client = endFor(clients, level.client(row), level.clientText);
    const service = endFor(servicesById, level.service(row), level.serviceText);
    const key = `${service.id} ${client.id}`;
    let cell = cells.get(key);
    if (cell === undefined) {
      cells.set(key, cell = { client, service, rows: [], connections: 0 });
      client.peers++;
      service.peers++;
    }
    for (const part of [client, service, cell]) {
      part.rows.push(row);
      part.connections += data.connections[row];
    }
  }
  return { clients: [...clients.values()], services: [...servicesById.values()], cells };
}

/**
 * @param {Map<number, End>} known
 * @param {number} id
 * @param {Level["clientText"]} textOf
 */
function endFor(known, id, textOf) {
  let end = known.get(id);
  if (end === undefined) {
    const [text, place] = textOf(id);
    known.set(id, end = { id, text, place, rows: [], connections: 0, peers: 0 });
  }
  return end;
}

/** @param {End} end */
function endTitle(end) {
  return end.place ? `${end.text} on ${end.place}` : end.text;
}

/** @type {Record<string, (a: End, b: End) => number>} */
const ORDERS = {
  place: (a, b) => compareTexts(a.place, b.place) || compareTexts(a.text, b.text),
  name: (a, b) => compareTexts(a.text, b.text) || compareTexts(a.place, b.place),
  connections: (a, b) => b.connections - a.connections || ORDERS.name(a, b),
  peers: (a, b) => b.peers - a.peers || ORDERS.name(a, b),
};
