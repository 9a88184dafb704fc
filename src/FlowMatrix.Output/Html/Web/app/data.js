// @ts-check
// uses dom
/*
 * The matrix as the tool embedded it: tables of distinct texts, and for each field of a row an array of numbers into
 * them. Number 0 is "unknown". The nodes and services are built from it (see types.d.ts).
 */
/** @type {PageData} */
const data = JSON.parse(byId("data").textContent ?? "");

const UNKNOWN_PROCESS = "unknown process";

/** The kind of node if rows are grouped by names, hosts or networks; else undefined: nodes are processes in hosts. */
const FLAT = new Map([["service", "Names on all hosts"], ["host", "Hosts"], ["network", "Networks"]])
  .get(data.grouped ?? "");

const portSets = data.portSets.map(flat => flat.flatMap((protocol, i) =>
  (i % 2 === 0 ? [{ protocol: String(protocol), port: Number(flat[i + 1]) }] : [])));
const portTexts = portSets.map(set =>
  set.map(({ protocol, port }) => (protocol === "TCP" ? `:${port}` : `:${port}/${protocol.toLowerCase()}`)));
/** By the number of a set of ports, like portSets and portTexts. */
const protocols = portSets.map(set => [...new Set(set.map(one => one.protocol))].join(" "));

/** @type {PageNode[]} */
const nodes = [];
/** @type {PageService[]} */
const services = [];
/** Numbers of nodes and services by row. */
const clientNode = new Int32Array(data.rows);
const serviceNode = new Int32Array(data.rows);
const serviceOf = new Int32Array(data.rows);
{
  /** @type {Map<string, number>} */
  const known = new Map();
  const networks = new Set(data.networks);
  /** @type {(host: number, path: number, name: number, address: number) => number} */
  const nodeFor = (host, path, name, address) => {
    const key = `${host} ${path} ${name} ${host === 0 && !FLAT ? address : 0}`;
    let id = known.get(key);
    if (id === undefined) {
      known.set(key, id = nodes.length);
      nodes.push(FLAT
        ? makeFlatNode(id, host, name, path, networks)
        : makeNode(id, host, path, name, address, networks));
    }
    return id;
  };
  /** @type {Map<string, number>} */
  const knownServices = new Map();
  const manyPorts = data.grouped && data.grouped !== "service";
  for (let row = 0; row < data.rows; row++) {
    const service = nodeFor(
      data.serviceHost[row], data.servicePath[row], data.serviceName[row], data.serviceAddress[row]);
    serviceNode[row] = service;
    clientNode[row] = nodeFor(
      data.clientHost[row], data.clientPath[row], data.clientName[row], data.clientAddress[row]);
    const key = `${service} ${manyPorts ? "" : data.ports[row]}`;
    let id = knownServices.get(key);
    if (id === undefined) {
      knownServices.set(key, id = services.length);
      /** @type {Set<string>} */
      const ports = new Set();
      services.push({ id, node: nodes[service], ports, get port() { return portsText(ports); } });
    }
    for (const port of portTexts[data.ports[row]]) {
      services[id].ports.add(port);
    }
    serviceOf[row] = id;
  }
}

/**
 * @param {number} id
 * @param {number} host
 * @param {number} path
 * @param {number} name
 * @param {number} address
 * @param {Set<string>} networks Hosts that are networks.
 * @returns {PageNode}
 */
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
    placeKey: "",
  };
}

/**
 * @param {number} id
 * @param {number} host
 * @param {number} name
 * @param {number} path
 * @param {Set<string>} networks Hosts that are networks.
 * @returns {PageNode}
 */
function makeFlatNode(id, host, name, path, networks) {
  const byName = data.grouped === "service";
  const text = byName ? data.names[name] || data.paths[path] : data.hosts[host];
  const network = data.grouped === "host" && networks.has(text);
  const external = !byName && (text === "" || network);
  const label = text || (byName ? UNKNOWN_PROCESS : "(external)");
  return {
    id, host, address: 0, external, network, text, name: data.names[name], known: text !== "", label,
    path: data.paths[path], place: network ? "network" : "", outside: label, key: `${label}#${id}`, placeKey: "",
  };
}

/**
 * ":3306", ":53/udp", or several.
 * @param {number} row
 */
function portText(row) {
  return portTexts[data.ports[row]].join(" ");
}

/** @param {PageNode} node */
function nodeTitle(node) {
  return node.external ? `${node.label} (${node.network ? "network" : "external"})`
    : node.place ? `${node.label} on ${node.place}` : node.label;
}

/**
 * The width in a picture. Rows without connections, which were removed, have one too.
 * @param {number} connections
 */
function widthOf(connections) {
  return Math.max(1, connections);
}

/** @param {number[]} rows */
function sumOfConnections(rows) {
  let sum = 0;
  for (const row of rows) {
    sum += data.connections[row];
  }
  return sum;
}

/** Orders texts for people: "vm-2" before "vm-10". */
const compareTexts = new Intl.Collator("en", { numeric: true }).compare;

/** @param {Set<string>} ports */
function portsText(ports, max = 3) {
  const all = [...ports].sort(compareTexts);
  return all.length <= max ? all.join(" ") : `${all.slice(0, max).join(" ")} +${all.length - max}`;
}
