// @ts-check
// uses data state filter
/*
 * The map as places and what is in them. A place is a host, or a part of what is external: closed it is one box, open
 * it shows its processes. Arrows join processes, or closed places.
 */
const AUTO_OPEN_EDGES = 120;
const MAX_OPEN_NODES = 2_000;
const MAX_EDGES = 1_200;
const MAX_EXTERNALS_IN_ONE = 40;
const MANY_PLACES = 100;
/** The time of the layout grows with the square of the number of places. */
const MAX_PLACES = 3_000;

/** @type {Map<string, string>} */
const placeNames = new Map();
{
  const externals = nodes.filter(node => node.external && !node.network);
  /** @type {(node: PageNode) => string} */
  const networkOf = externals.length <= MAX_EXTERNALS_IN_ONE ? () => ""
    : new Set(externals.map(node => network(node, 2))).size <= MAX_EXTERNALS_IN_ONE ? node => network(node, 2)
    : node => network(node, 1);
  for (const node of nodes) {
    const [key, name] = FLAT ? flatPlace(node, FLAT)
      : placeOf(node, node.external && !node.network ? networkOf(node) : "");
    node.placeKey = key;
    placeNames.set(key, name);
  }
}

/**
 * @param {PageNode} node
 * @param {string} part
 */
function placeOf(node, part) {
  return node.network ? ["networks", "External networks"]
    : node.external ? [`external/${part}`, part ? `External ${part}` : "External addresses"]
    : [`host/${node.place}`, node.place];
}

/**
 * Names are in one box together, hosts and networks each in its own.
 * @param {PageNode} node
 * @param {string} title
 */
function flatPlace(node, title) {
  return data.grouped === "service" ? ["all", title] : [node.key, node.label];
}

/**
 * The first parts of an address, as a network.
 * @param {PageNode} node
 * @param {number} parts
 */
function network(node, parts) {
  const address = data.addresses[node.address];
  return address.includes(":")
    ? `${address.split(":").slice(0, parts).join(":")}::/${16 * parts}`
    : `${address.split(".").slice(0, parts).join(".")}${".0".repeat(4 - parts)}/${8 * parts}`;
}

/**
 * Which places are open: those that the user chose, or all if the picture stays readable.
 * @param {number[]} rows
 * @returns {(placeKey: string) => boolean}
 */
function openPlaces(rows) {
  if (FLAT) {
    return () => data.grouped === "service";
  }
  if (state.open !== "") {
    const chosen = new Set(state.open.split(",").map(decoded));
    return key => state.open === "*" || chosen.has(key);
  }
  const pairs = new Set();
  for (const row of rows) {
    pairs.add(`${clientNode[row]} ${serviceNode[row]}`);
  }
  return () => pairs.size <= AUTO_OPEN_EDGES;
}

/**
 * A link may have been cut anywhere.
 * @param {string} text
 */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The rows between nodes that are at most so many steps away from this one.
 * @param {number[]} rows
 * @param {PageNode} node
 * @param {number} steps
 */
function focusRows(rows, node, steps) {
  const near = new Set([node.id]);
  /** @type {number[]} */
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

/** @returns {MapModel} */
function mapModel() {
  const focus = focusNode();
  const rows = focus ? focusRows(visibleRows(), focus, Number(state.steps)) : visibleRows();
  const isOpen = openPlaces(rows);
  /** @type {Map<string, Place>} */
  const places = new Map();
  /** @type {Map<string, Item>} */
  const items = new Map();
  /** @type {(node: PageNode) => Item} */
  const itemFor = node => {
    let place = places.get(node.placeKey);
    if (place === undefined) {
      places.set(node.placeKey, place = makePlace(node, isOpen(node.placeKey)));
    }
    place.nodes.add(node.id);
    const id = place.open ? `n${node.id}` : place.key;
    let item = items.get(id);
    if (item === undefined) {
      items.set(id, item = makeItem(id, place, node));
      place.items.push(item);
    }
    return item;
  };

  /** @type {Map<string, Arrow>} */
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
    for (const port of ports) {
      edge.ports.add(port);
    }
    edge.rows.push(row);
    edge.connections += data.connections[row];
    edge.udp &&= protocols[data.ports[row]] === "UDP";
  }

  const byWeight = [...edges.values()].sort((a, b) => b.connections - a.connections);
  return {
    rows, focus,
    places: [...places.values()].sort((a, b) =>
      Number(a.external) - Number(b.external) || compareTexts(a.name, b.name)),
    edges: byWeight.slice(0, MAX_EDGES),
    hidden: Math.max(0, byWeight.length - MAX_EDGES),
    stacked: false,
  };
}

/**
 * @param {PageNode} node
 * @param {boolean} open
 * @returns {Place}
 */
function makePlace(node, open) {
  return {
    key: node.placeKey, name: placeNames.get(node.placeKey) ?? "", external: node.external, open,
    items: [], nodes: new Set(), rows: [], serves: 0, calls: 0,
    box: { width: 0, height: 0 }, columns: [], x: 0, y: 0, fx: 0, fy: 0,
  };
}

/**
 * @param {string} id
 * @param {Place} place
 * @param {PageNode} node
 * @returns {Item}
 */
function makeItem(id, place, node) {
  return {
    id, place, node: place.open ? node : null, ports: new Set(), rows: [], serves: 0, calls: 0,
    mark: { name: "", text: "" }, label: "", sub: "", width: 0, dx: 0, dy: 0, x: 0, y: 0,
  };
}
