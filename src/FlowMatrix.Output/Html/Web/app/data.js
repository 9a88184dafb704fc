/*
 * The matrix as the tool embedded it: tables of distinct texts, and for each field of a row an array of numbers into
 * them. Number 0 is "not known". On top of it: a node is a process of a host, or an address or network that is no
 * host; where the tool has grouped the rows by less than that, whatever stands at their ends. A service is a node with
 * a protocol and a port, or a node alone where grouped rows have many ports.
 */
const data = JSON.parse(byId("data").textContent);

const UNKNOWN_PROCESS = "(process not known)";

/** Grouped by names, hosts or networks: there are no processes within hosts, but one kind of node. */
const FLAT = { service: "Names, wherever they run", host: "Hosts", network: "Networks" }[data.grouped];

const portSets = data.portSets.map(flat => flat.flatMap((protocol, i) => (i % 2 === 0 ? [{ protocol, port: flat[i + 1] }] : [])));
const portTexts = portSets.map(set => set.map(({ protocol, port }) => (protocol === "TCP" ? `:${port}` : `:${port}/${protocol.toLowerCase()}`)));
data.protocols = portSets.map(set => [...new Set(set.map(one => one.protocol))].join(" "));

const nodes = [];
const services = [];
const clientNode = new Int32Array(data.rows);
const serviceNode = new Int32Array(data.rows);
const serviceOf = new Int32Array(data.rows);
{
  const known = new Map();
  const networks = new Set(data.networks);
  const nodeFor = (host, path, name, address) => {
    const key = `${host} ${path} ${name} ${host === 0 && !FLAT ? address : 0}`;
    let id = known.get(key);
    if (id === undefined) {
      known.set(key, id = nodes.length);
      nodes.push(FLAT ? makeFlatNode(id, host, name, path, networks) : makeNode(id, host, path, name, address, networks));
    }
    return id;
  };
  const knownServices = new Map();
  const manyPorts = data.grouped && data.grouped !== "service";
  for (let row = 0; row < data.rows; row++) {
    const service = nodeFor(data.serviceHost[row], data.servicePath[row], data.serviceName[row], data.serviceAddress[row]);
    serviceNode[row] = service;
    clientNode[row] = nodeFor(data.clientHost[row], data.clientPath[row], data.clientName[row], data.clientAddress[row]);
    const key = `${service} ${manyPorts ? "" : data.ports[row]}`;
    let id = knownServices.get(key);
    if (id === undefined) {
      knownServices.set(key, id = services.length);
      const ports = new Set();
      services.push({ id, node: nodes[service], ports, get port() { return portsText(ports); } });
    }
    portTexts[data.ports[row]].forEach(port => services[id].ports.add(port));
    serviceOf[row] = id;
  }
}

/** @returns {{external, outside}} external: no known host; outside: what it is called among hosts. */
function makeNode(id, host, path, name, address, networks) {
  const network = networks.has(data.hosts[host]);
  const external = host === 0 || network;
  const text = data.names[name] || data.paths[path] || (external ? "" : UNKNOWN_PROCESS);
  const place = host === 0 ? data.addresses[address] : data.hosts[host];
  return {
    id, host, address, external, network, text, name: data.names[name],
    known: name !== 0 || path !== 0,
    label: external ? (text ? `${text} ${place}` : place || "(external)") : text,
    path: data.paths[path],
    place: network ? "network" : external ? "external" : place,
    outside: network ? place : "external",
    key: external ? `external/${place}/${text}` : `${place}/${data.paths[path]}#${data.names[name]}`,
  };
}

function makeFlatNode(id, host, name, path, networks) {
  const byName = data.grouped === "service";
  const text = byName ? data.names[name] || data.paths[path] : data.hosts[host];
  const network = data.grouped === "host" && networks.has(text);
  const external = !byName && (text === "" || network);
  const label = text || (byName ? "(not known)" : "(external)");
  return {
    id, host, address: 0, external, network, text, name: data.names[name], known: text !== "", label, path: data.paths[path],
    place: network ? "network" : "", outside: label, key: `${label}#${id}`,
  };
}

/** ":3306", ":53/udp", or several. */
function portText(row) {
  return portTexts[data.ports[row]].join(" ");
}

function nodeTitle(node) {
  return node.external ? `${node.label} (${node.network ? "network" : "external"})` : node.place ? `${node.label} on ${node.place}` : node.label;
}

/** Where it stands in a picture; also a flow that is gone has a width. */
function widthOf(connections) {
  return Math.max(1, connections);
}

/** The fields of a row by the names that they have in the tool's own csv, those that it writes of such rows. */
const FIELDS_OF_ROWS = {
  protocol: row => data.protocols[data.ports[row]],
  service_host: row => data.hosts[data.serviceHost[row]],
  service_network: row => data.hosts[data.serviceHost[row]],
  service_address: row => data.addresses[data.serviceAddress[row]],
  service_port: row => [...new Set(portSets[data.ports[row]].map(one => one.port))].join(" "),
  service_path: row => data.paths[data.servicePath[row]],
  service_name: row => data.names[data.serviceName[row]],
  client_host: row => data.hosts[data.clientHost[row]],
  client_network: row => data.hosts[data.clientHost[row]],
  client_address: row => data.addresses[data.clientAddress[row]],
  client_path: row => data.paths[data.clientPath[row]],
  client_name: row => data.names[data.clientName[row]],
  ports: row => portSets[data.ports[row]].map(one => `${one.port}/${one.protocol.toLowerCase()}`).join(" "),
  connections: row => data.connections[row],
  clients: row => data.clients[row],
  hosts: row => data.clientHosts[row],
  match: row => data.matches[data.match[row]],
  direction: row => data.directions[data.direction[row]],
  via: row => data.via[row] ?? "",
  change: row => kindOf(row),
  check: row => kindOf(row),
  was: row => data.notes[row] ?? "",
  why: row => data.notes[row] ?? "",
};
/** Where a csv has other words than people read. */
const FIELDS_OF_CSV = data.notesOfCsv ? { [data.marks.noteField]: row => data.notesOfCsv[row] ?? "" } : {};
const NUMBERS = new Set(["service_port", "connections", "clients", "hosts"]);
const COLUMNS = data.columns.map(name => ({ name, text: FIELDS_OF_ROWS[name], csv: FIELDS_OF_CSV[name] ?? FIELDS_OF_ROWS[name], type: NUMBERS.has(name) ? "number" : "text" }));

function sumOfConnections(rows) {
  let sum = 0;
  for (const row of rows) {
    sum += data.connections[row];
  }
  return sum;
}
