/* Rows put together by what stands at their two ends: processes and services, or hosts, or names of programs. */
const LEVELS = {
  process: {
    title: "processes",
    client: row => clientNode[row],
    service: row => serviceOf[row],
    clientText: id => [nodes[id].label, nodes[id].place],
    serviceText: id => [`${services[id].node.label} ${services[id].port}`, services[id].node.place],
  },
  service: {
    title: "names",
    client: row => nameId(nameAmongMany(nodes[clientNode[row]])),
    service: row => nameId(`${nameAmongMany(nodes[serviceNode[row]])} ${portText(row)}`),
    clientText: id => [names[id], ""],
    serviceText: id => [names[id], ""],
  },
  host: {
    title: "hosts",
    client: row => data.clientHost[row],
    service: row => data.serviceHost[row],
    clientText: id => [id === 0 ? "external" : data.hosts[id], ""],
    serviceText: id => [id === 0 ? "external" : data.hosts[id], ""],
  },
};

/** Whatever hosts it runs on; all that is outside has one name, or that of its network. */
function nameAmongMany(node) {
  return node.external ? node.outside : node.label;
}

const names = [];
const namesById = new Map();
function nameId(name) {
  let id = namesById.get(name);
  if (id === undefined) {
    namesById.set(name, id = names.length);
    names.push(name);
  }
  return id;
}

/** @returns {{clients: End[], services: End[], cells: Map}} with an End {text, place, connections, rows, peers}. */
function aggregate(rows, levelName) {
  const level = FLAT ? LEVELS.process : LEVELS[levelName];
  const clients = new Map();
  const servicesById = new Map();
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

function endFor(known, id, textOf) {
  let end = known.get(id);
  if (end === undefined) {
    const [text, place] = textOf(id);
    known.set(id, end = { id, text, place, rows: [], connections: 0, peers: 0 });
  }
  return end;
}

function endTitle(end) {
  return end.place ? `${end.text} on ${end.place}` : end.text;
}

const compareTexts = new Intl.Collator("en", { numeric: true }).compare;
const ORDERS = {
  place: (a, b) => compareTexts(a.place, b.place) || compareTexts(a.text, b.text),
  name: (a, b) => compareTexts(a.text, b.text) || compareTexts(a.place, b.place),
  connections: (a, b) => b.connections - a.connections || ORDERS.name(a, b),
  peers: (a, b) => b.peers - a.peers || ORDERS.name(a, b),
};
