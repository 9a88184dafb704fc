// @ts-check
// uses dom data marks map-model map-force
/*
 * Positions in the map. In an open place, pure clients are on the left, pure services on the right, the others between
 * them, so that arrows run to the right. Few places are stacked, with their columns aligned; many are placed by their
 * connections (map-force.js). The same matrix gives the same picture.
 */
const ROW_HEIGHT = 40;
const COLUMN_GAP = 150;
const WIDEST_GAP = 330;
const PLACE_GAP = 46;
const PLACE_PADDING = 18;
const PLACE_HEAD = 16;
const CLOSED = { width: 176, height: 54 };
const CLOSED_SMALL = { width: 132, height: 36 };
const MAX_IN_A_COLUMN = 7;

const measure = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));

/**
 * @param {MapModel} model
 * @param {number} aspect Width divided by height of the available room.
 */
function layoutMap(model, aspect) {
  measure.font = "12px system-ui, sans-serif";
  for (const place of model.places) {
    place.box = place.open ? openBox(place) : model.places.length > MANY_PLACES ? CLOSED_SMALL : CLOSED;
  }
  model.stacked = model.places.length <= MAX_IN_A_COLUMN && model.places.some(place => place.open);
  if (model.stacked) {
    const height = model.places.reduce((sum, place) => sum + place.box.height + PLACE_GAP, 0);
    alignColumns(model, height * aspect);
    stackPlaces(model.places);
  } else {
    placeByForce(model, aspect);
  }
  for (const place of model.places) {
    for (const item of place.items) {
      item.x = place.x + item.dx;
      item.y = place.y + item.dy;
    }
  }
}

/** @param {Item} item */
function column(item) {
  return item.serves === 0 ? 0 : item.calls === 0 ? 2 : 1;
}

/** @param {Place} place */
function openBox(place) {
  /** @type {Item[][]} */
  const columns = [[], [], []];
  for (const item of place.items) {
    item.mark = ownMark(item);
    item.label = shortened(`${item.mark.text} ${item.node?.label}`.trim());
    item.sub = item.ports.size > 0 ? shortened(portsText(item.ports), 30) : "";
    item.width = Math.max(measure.measureText(item.label).width, measure.measureText(item.sub).width) + 22;
    columns[column(item)].push(item);
  }
  for (const items of columns) {
    items.sort((a, b) => compareTexts(a.label, b.label) || compareTexts(a.id, b.id));
  }
  orderByNeighbours(columns);
  return placeItems(place, columns);
}

/**
 * A box whose rows are all new or all removed is marked. For other boxes the arrows are.
 * @param {Item} item
 */
function ownMark(item) {
  const mark = markOf(item.rows);
  return ["added", "removed"].includes(mark.name)
    ? { ...mark, text: mark.sign }
    : { name: mark.name === "" ? "" : "plain", text: "" };
}

/**
 * Moves services beside their main clients: one pass to the right, one back.
 * @param {Item[][]} columns
 */
function orderByNeighbours(columns) {
  /** @type {Map<number, number>} */
  const heights = new Map();
  /** @param {Item[]} items */
  const remember = items => items.forEach((item, i) => heights.set(item.node?.id ?? -1, (i + 0.5) / items.length));
  columns.forEach(remember);
  for (const items of [columns[1], columns[2], columns[0]]) {
    const wish = new Map(items.map(item => [item, meanHeight(item, heights)]));
    items.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || compareTexts(a.label, b.label));
    remember(items);
  }
}

/**
 * @param {Item} item
 * @param {Map<number, number>} heights By node.
 */
function meanHeight(item, heights) {
  let sum = 0;
  let count = 0;
  for (const row of item.rows) {
    const other = clientNode[row] === item.node?.id ? serviceNode[row] : clientNode[row];
    const height = heights.get(other);
    if (other !== item.node?.id && height !== undefined) {
      sum += height;
      count++;
    }
  }
  return count === 0 ? 0.5 : sum / count;
}

/**
 * Breaks long columns into several, so that a place is about as wide as high.
 * @param {Item[][]} columns By kind.
 * @returns {PlaceColumn[]}
 */
function spread(columns) {
  const total = columns.reduce((sum, items) => sum + items.length, 0);
  const max = Math.max(12, Math.ceil(Math.sqrt(total) * 1.6));
  /** @type {PlaceColumn[]} */
  const parts = [];
  columns.forEach((all, kind) => {
    for (let i = 0; i < all.length; i += max) {
      const items = all.slice(i, i + max);
      parts.push({ kind, items, first: i === 0, width: largest(items, item => item.width, 0), x: 0 });
    }
  });
  return parts;
}

/**
 * @param {Place} place
 * @param {Item[][]} columns By kind.
 */
function placeItems(place, columns) {
  place.columns = spread(columns);
  const tallest = largest(place.columns, part => part.items.length, 1);
  let x = 0;
  place.columns.forEach((part, i) => {
    x += i === 0 ? 0 : part.first ? COLUMN_GAP : 24;
    part.x = x + part.width / 2;
    x += part.width;
  });
  for (const part of place.columns) {
    const step = ROW_HEIGHT * Math.min(1.6, tallest / part.items.length);
    part.items.forEach((item, i) => { item.dy = (i - (part.items.length - 1) / 2) * step; });
  }
  setColumns(place, x);
  return { width: x + 2 * PLACE_PADDING, height: tallest * ROW_HEIGHT + 2 * PLACE_PADDING + PLACE_HEAD };
}

/**
 * @param {Place} place
 * @param {number} width
 */
function setColumns(place, width) {
  for (const part of place.columns) {
    for (const item of part.items) {
      item.dx = part.x - width / 2;
    }
  }
}

/**
 * Gives the three kinds of columns the same distance from the left in all stacked places.
 * @param {MapModel} model
 * @param {number} wanted The width of all.
 */
function alignColumns(model, wanted) {
  const places = model.places.filter(place => place.open);
  const widths = [0, 1, 2].map(kind => largest(places, place => kindWidth(place, kind), 0));
  const gaps = Math.max(1, widths.filter(width => width > 0).length - 1);
  const free = wanted - widths.reduce((sum, width) => sum + width, 0);
  const gap = Math.min(WIDEST_GAP, Math.max(COLUMN_GAP, free / gaps));
  const starts = [0, 0, 0];
  let x = 0;
  for (const kind of [0, 1, 2]) {
    starts[kind] = x;
    x += widths[kind] > 0 ? widths[kind] + gap : 0;
  }
  const width = Math.max(0, x - gap);
  for (const place of places) {
    const at = [...starts];
    for (const part of place.columns) {
      part.x = at[part.kind] + part.width / 2;
      at[part.kind] += part.width + 24;
    }
    setColumns(place, width);
    place.box.width = width + 2 * PLACE_PADDING;
  }
}

/**
 * @param {Place} place
 * @param {number} kind
 */
function kindWidth(place, kind) {
  const parts = place.columns.filter(part => part.kind === kind);
  return parts.reduce((sum, part) => sum + part.width, 0) + Math.max(0, parts.length - 1) * 24;
}

/** @param {Place[]} places */
function stackPlaces(places) {
  let y = 0;
  for (const place of places) {
    y += place.external ? 34 : 0;
    place.x = 0;
    place.y = y + place.box.height / 2;
    y += place.box.height + PLACE_GAP;
  }
}
