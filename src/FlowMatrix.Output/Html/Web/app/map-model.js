/*
 * The map as places and what is in them: a place is a host, or a part of the world outside; closed it is one box, open
 * it shows its processes. Arrows join processes, or closed places.
 */
const AUTO_OPEN_EDGES = 120;
const MOST_OPEN_NODES = 2_000;
const MOST_EDGES = 1_200;
const MOST_EXTERNALS_IN_ONE = 40;

const placeNames = new Map();
{
  const externals = nodes.filter(node => node.external && !node.network);
  const networkOf = externals.length <= MOST_EXTERNALS_IN_ONE ? () => ""
    : new Set(externals.map(node => network(node, 2))).size <= MOST_EXTERNALS_IN_ONE ? node => network(node, 2)
    : node => network(node, 1);
  for (const node of nodes) {
    const [key, name] = FLAT ? flatPlace(node) : placeOf(node, node.external && !node.network ? networkOf(node) : "");
    node.placeKey = key;
    placeNames.set(key, name);
  }
}

function placeOf(node, part) {
  return node.network ? ["networks", "External networks"]
    : node.external ? [`external/${part}`, part ? `External ${part}` : "External peers"]
    : [`host/${node.place}`, node.place];
}

/** Names stand in one box, hosts and networks each for itself. */
function flatPlace(node) {
  return data.grouped === "service" ? ["all", FLAT] : [node.key, node.label];
}

/** The first parts of an address, as people write a network. */
function network(node, parts) {
  const address = data.addresses[node.address];
  return address.includes(":")
    ? `${address.split(":").slice(0, parts).join(":")}::/${16 * parts}`
    : `${address.split(".").slice(0, parts).join(".")}${".0".repeat(4 - parts)}/${8 * parts}`;
}

/** Which places are open: as the user said, or all where that stays readable. */
function openPlaces(rows) {
  if (FLAT) {
    return () => data.grouped === "service";
  }
  if (state.open !== "") {
    const said = new Set(state.open.split(",").map(decoded));
    return key => state.open === "*" || said.has(key);
  }
  const pairs = new Set();
  for (const row of rows) {
    pairs.add(`${clientNode[row]} ${serviceNode[row]}`);
  }
  return () => pairs.size <= AUTO_OPEN_EDGES;
}

/** A link may have been cut anywhere. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The rows of what is in focus: those between nodes that are at most so many steps away from it. */
function focusRows(rows, node, steps) {
  const near = new Set([node.id]);
  let kept = [];
  for (let step = 0; step < steps; step++) {
    const before = new Set(near);
    kept = rows.filter(row => before.has(clientNode[row]) || before.has(serviceNode[row]));
    for (const row of kept) {
      near.add(clientNode[row]);
      near.add(serviceNode[row]);
    }
  }
  return kept;
}

function focusNode() {
  return state.focus ? nodes.find(node => node.key === state.focus) : undefined;
}

/** @returns {{places, edges, hidden}}: hidden counts the thinnest arrows, which are left out of a picture too dense. */
function mapModel() {
  const focus = focusNode();
  const rows = focus ? focusRows(visibleRows(), focus, Number(state.steps)) : visibleRows();
  const isOpen = openPlaces(rows);
  const places = new Map();
  const items = new Map();
  const itemFor = node => {
    let place = places.get(node.placeKey);
    if (place === undefined) {
      const open = isOpen(node.placeKey);
      places.set(node.placeKey, place = {
        key: node.placeKey, name: placeNames.get(node.placeKey), external: node.external, open,
        items: [], nodes: new Set(), rows: [], serves: 0, calls: 0,
      });
    }
    place.nodes.add(node.id);
    const id = place.open ? `n${node.id}` : place.key;
    let item = items.get(id);
    if (item === undefined) {
      items.set(id, item = { id, place, node: place.open ? node : null, ports: new Set(), rows: [], serves: 0, calls: 0 });
      place.items.push(item);
    }
    return item;
  };

  const edges = new Map();
  for (const row of rows) {
    const client = itemFor(nodes[clientNode[row]]);
    const service = itemFor(nodes[serviceNode[row]]);
    for (const part of new Set([client, service, client.place, service.place])) {
      part.rows.push(row);
    }
    const ports = portTexts[data.ports[row]];
    ports.forEach(port => service.ports.add(port));
    service.serves++;
    client.calls++;
    service.place.serves++;
    client.place.calls++;
    if (client === service && client.node === null && !FLAT) {
      continue;
    }
    const id = `${client.id}>${service.id}`;
    let edge = edges.get(id);
    if (edge === undefined) {
      edges.set(id, edge = { id, client, service, ports: new Set(), rows: [], connections: 0, udp: true });
    }
    ports.forEach(port => edge.ports.add(port));
    edge.rows.push(row);
    edge.connections += data.connections[row];
    edge.udp &&= data.protocols[data.ports[row]] === "UDP";
  }

  const byWeight = [...edges.values()].sort((a, b) => b.connections - a.connections);
  return {
    rows, focus,
    places: [...places.values()].sort((a, b) => a.external - b.external || compareTexts(a.name, b.name)),
    edges: byWeight.slice(0, MOST_EDGES),
    hidden: Math.max(0, byWeight.length - MOST_EDGES),
  };
}

function portsText(ports, most = 3) {
  const all = [...ports].sort(compareTexts);
  return all.length <= most ? all.join(" ") : `${all.slice(0, most).join(" ")} +${all.length - most}`;
}
