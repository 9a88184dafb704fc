/*
 * The matrix as the tool embedded it: tables of distinct texts, and for each field of a row an array of numbers into
 * them. Number 0 is "not known". On top of it: a node is a process of a host or an address that is nobody's, a
 * service is a node with a protocol and a port.
 */
const data = JSON.parse(byId("data").textContent);

const UNKNOWN_PROCESS = "(process not known)";

const nodes = [];
const services = [];
const clientNode = new Int32Array(data.rows);
const serviceNode = new Int32Array(data.rows);
const serviceOf = new Int32Array(data.rows);
{
  const known = new Map();
  const nodeFor = (host, process, address) => {
    const key = `${host} ${process} ${host === 0 ? address : 0}`;
    let id = known.get(key);
    if (id === undefined) {
      known.set(key, id = nodes.length);
      nodes.push(makeNode(id, host, process, address));
    }
    return id;
  };
  const knownServices = new Map();
  for (let row = 0; row < data.rows; row++) {
    const service = nodeFor(data.serviceHost[row], data.serviceProcess[row], data.serviceAddress[row]);
    serviceNode[row] = service;
    clientNode[row] = nodeFor(data.clientHost[row], data.clientProcess[row], data.clientAddress[row]);
    const key = `${service} ${data.protocol[row]} ${data.servicePort[row]}`;
    let id = knownServices.get(key);
    if (id === undefined) {
      knownServices.set(key, id = services.length);
      services.push({ id, node: nodes[service], port: portText(row) });
    }
    serviceOf[row] = id;
  }
}

function makeNode(id, host, process, address) {
  const external = host === 0;
  const name = data.names[process] || data.paths[process] || (external ? "" : UNKNOWN_PROCESS);
  const place = external ? data.addresses[address] : data.hosts[host];
  return {
    id, host, address, external,
    known: process !== 0,
    label: external ? (name ? `${name} ${place}` : place || "(external)") : name,
    path: data.paths[process],
    place: external ? "external" : place,
    key: external ? `external/${place}/${name}` : `${place}/${data.paths[process]}#${data.names[process]}`,
  };
}

function portText(row) {
  const port = data.servicePort[row];
  const protocol = data.protocols[data.protocol[row]];
  return protocol === "TCP" ? `:${port}` : `:${port}/${protocol.toLowerCase()}`;
}

function nodeTitle(node) {
  return node.external ? `${node.label} (external)` : `${node.label} on ${node.place}`;
}

function serviceTitle(service) {
  return `${service.node.label} ${service.port}${service.node.external ? " (external)" : ` on ${service.node.place}`}`;
}

/** The fields of a row, by the names that they have in the tool's csv. */
const COLUMNS = [
  ["protocol", row => data.protocols[data.protocol[row]]],
  ["service_host", row => data.hosts[data.serviceHost[row]]],
  ["service_address", row => data.addresses[data.serviceAddress[row]]],
  ["service_port", row => data.servicePort[row], "number"],
  ["service_path", row => data.paths[data.serviceProcess[row]]],
  ["service_name", row => data.names[data.serviceProcess[row]]],
  ["client_host", row => data.hosts[data.clientHost[row]]],
  ["client_address", row => data.addresses[data.clientAddress[row]]],
  ["client_path", row => data.paths[data.clientProcess[row]]],
  ["client_name", row => data.names[data.clientProcess[row]]],
  ["connections", row => data.connections[row], "number"],
  ["match", row => data.matches[data.match[row]]],
  ["direction", row => data.directions[data.direction[row]]],
  ["via", row => data.via[row] ?? ""],
].map(([name, text, type]) => ({ name, text, type: type ?? "text" }));

function sumOfConnections(rows) {
  let sum = 0;
  for (const row of rows) {
    sum += data.connections[row];
  }
  return sum;
}
