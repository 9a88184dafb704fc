// @ts-check
// uses data marks
/* The columns of the table and of csv: the fields of the tool's csv that the tool writes of such rows. */
/**
 * Fields of a row by the names of the tool's csv. A page has those of its columns.
 * @type {Record<string, (row: number) => string | number>}
 */
const FIELDS_OF_ROWS = {
  protocol: row => protocols[data.ports[row]],
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
  clients: row => data.clients?.[row] ?? "",
  hosts: row => data.clientHosts?.[row] ?? "",
  match: row => data.matches[data.match[row]],
  direction: row => data.directions[data.direction[row]],
  via: row => data.via[row] ?? "",
  change: row => kindOf(row),
  check: row => kindOf(row),
  was: row => noteOf(row),
  why: row => noteOf(row),
};

const NUMBERS = new Set(["service_port", "connections", "clients", "hosts"]);
/** @type {Column[]} */
const COLUMNS = data.columns.map(name => ({
  name,
  text: FIELDS_OF_ROWS[name],
  csv: data.notesOfCsv && name === data.marks?.noteField
    ? row => data.notesOfCsv?.[row] ?? ""
    : FIELDS_OF_ROWS[name],
  type: NUMBERS.has(name) ? "number" : "text",
}));
