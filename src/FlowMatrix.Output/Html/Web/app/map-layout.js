/*
 * Where everything stands. Inside an open place: who only calls on the left, who is only called on the right, the
 * rest between them, so that arrows run to the right. Few places stand in one column, so that their columns line
 * up; many are placed by who talks to whom (map-force.js). All of it gives the same picture for the same matrix.
 */
const ROW_HEIGHT = 40;
const COLUMN_GAP = 150;
const WIDEST_GAP = 330;
const PLACE_GAP = 46;
const PLACE_PADDING = 18;
const PLACE_HEAD = 16;
const CLOSED = { width: 176, height: 54 };
const CLOSED_SMALL = { width: 132, height: 36 };
const MANY_PLACES = 100;
const MOST_IN_A_COLUMN = 7;
const WIDEST_LABEL = 26;

const measure = document.createElement("canvas").getContext("2d");

function shortened(text, most = WIDEST_LABEL) {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("")}…`;
}

/** @param aspect Width by height of the room that there is. */
function layoutMap(model, aspect) {
  measure.font = "12px system-ui, sans-serif";
  for (const place of model.places) {
    place.box = place.open ? openBox(place) : model.places.length > MANY_PLACES ? CLOSED_SMALL : CLOSED;
  }
  model.stacked = model.places.length <= MOST_IN_A_COLUMN && model.places.some(place => place.open);
  if (model.stacked) {
    const height = model.places.reduce((sum, place) => sum + place.box.height + PLACE_GAP, 0);
    alignColumns(model, height * aspect);
    stackPlaces(model.places);
  } else {
    placeByForce(model, aspect);
  }
  for (const place of model.places) {
    for (const item of place.items) {
      item.x = place.x + (item.dx ?? 0);
      item.y = place.y + (item.dy ?? 0);
    }
  }
}

function column(item) {
  return item.serves === 0 ? 0 : item.calls === 0 ? 2 : 1;
}

function openBox(place) {
  const columns = [[], [], []];
  for (const item of place.items) {
    item.mark = ownMark(item);
    item.label = shortened(`${item.mark.text} ${item.node.label}`.trim());
    item.sub = item.ports.size > 0 ? shortened(portsText(item.ports), 30) : "";
    item.width = Math.max(measure.measureText(item.label).width, measure.measureText(item.sub).width) + 22;
    columns[column(item)].push(item);
  }
  for (const items of columns) {
    items.sort((a, b) => compareTexts(a.label, b.label) || compareTexts(a.id, b.id));
  }
  orderByNeighbours(columns);
  const used = spread(columns);
  return placeItems(place, used);
}

/** A box that is wholly new or gone says so; of one that was there before, its arrows do. */
function ownMark(item) {
  const mark = markOf(item.rows);
  return ["added", "removed"].includes(mark.name) ? { ...mark, text: mark.sign } : { name: mark.name === "" ? "" : "plain", text: "" };
}

/** Services stand beside those who call them most: one pass to the right, one back. */
function orderByNeighbours(columns) {
  const heights = new Map();
  const remember = items => items.forEach((item, i) => heights.set(item.node.id, (i + 0.5) / items.length));
  columns.forEach(remember);
  for (const items of [columns[1], columns[2], columns[0]]) {
    const wish = new Map(items.map(item => [item, meanHeight(item, heights)]));
    items.sort((a, b) => wish.get(a) - wish.get(b) || compareTexts(a.label, b.label));
    remember(items);
  }
}

function meanHeight(item, heights) {
  let sum = 0;
  let count = 0;
  for (const row of item.rows) {
    const other = clientNode[row] === item.node.id ? serviceNode[row] : clientNode[row];
    if (other !== item.node.id && heights.has(other)) {
      sum += heights.get(other);
      count++;
    }
  }
  return count === 0 ? 0.5 : sum / count;
}

/** A long column is broken into several, so that a place stays about as wide as it is high. */
function spread(columns) {
  const total = columns.reduce((sum, items) => sum + items.length, 0);
  const most = Math.max(12, Math.ceil(Math.sqrt(total) * 1.6));
  return columns.map((items, kind) => {
    const parts = [];
    for (let i = 0; i < items.length; i += most) {
      parts.push(items.slice(i, i + most));
    }
    return { kind, parts };
  });
}

function placeItems(place, used) {
  place.columns = [];
  for (const { kind, parts } of used) {
    parts.forEach((items, i) => place.columns.push({
      kind, items, first: i === 0, width: Math.max(...items.map(item => item.width)),
    }));
  }
  const tallest = Math.max(1, ...place.columns.map(part => part.items.length));
  let x = 0;
  for (const part of place.columns) {
    x += place.columns.indexOf(part) === 0 ? 0 : part.first ? COLUMN_GAP : 24;
    part.x = x + part.width / 2;
    x += part.width;
  }
  for (const part of place.columns) {
    const step = ROW_HEIGHT * Math.min(1.6, tallest / part.items.length);
    part.items.forEach((item, i) => { item.dy = (i - (part.items.length - 1) / 2) * step; });
  }
  setColumns(place, x);
  return { width: x + 2 * PLACE_PADDING, height: tallest * ROW_HEIGHT + 2 * PLACE_PADDING + PLACE_HEAD };
}

function setColumns(place, width) {
  for (const part of place.columns) {
    for (const item of part.items) {
      item.dx = part.x - width / 2;
    }
  }
}

/** Places that stand under each other have their three kinds of columns at the same distance from the left. */
function alignColumns(model, wanted) {
  const places = model.places.filter(place => place.open);
  const widths = [0, 1, 2].map(kind => Math.max(0, ...places.map(place => kindWidth(place, kind))));
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
    let at = [...starts];
    for (const part of place.columns) {
      part.x = at[part.kind] + part.width / 2;
      at[part.kind] += part.width + 24;
    }
    setColumns(place, width);
    place.box.width = width + 2 * PLACE_PADDING;
  }
}

function kindWidth(place, kind) {
  const parts = place.columns.filter(part => part.kind === kind);
  return parts.reduce((sum, part) => sum + part.width, 0) + Math.max(0, parts.length - 1) * 24;
}

function stackPlaces(places) {
  let y = 0;
  for (const place of places) {
    y += place.external ? 34 : 0;
    place.x = 0;
    place.y = y + place.box.height / 2;
    y += place.box.height + PLACE_GAP;
  }
}
