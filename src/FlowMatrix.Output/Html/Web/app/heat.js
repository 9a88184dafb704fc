// @ts-check
// uses dom data state marks filter selection aggregate heat-paint
/* The matrix as a heat map: services are rows, clients are columns, a cell has the number of connections. */
/** @type {View} */
const heatView = { depends: ["q", "level", "order", "theme"], draw: drawHeat, resize: paint, print: paint };

/**
 * What is drawn; its scroller is not in the document before the first time.
 * @type {Heat}
 */
let heat = {
  rows: [], columns: [], cells: new Map(), max: 0, groupWidth: 0, left: 0, top: 0, cursor: null,
  canvas: el("canvas", {}), scroller: el("div", {}),
};

function paint() {
  paintHeat(heat);
}

/** @param {HTMLElement} panel */
function drawHeat(panel) {
  const sums = aggregate(visibleRows(), state.level);
  const order = ORDERS[state.order];
  const grouped = state.level === "process" && state.order === "place" && !FLAT;
  /** @param {End[]} ends */
  const lines = ends => heatLines(ends.sort(order).map(end => ({ ...end, end, group: grouped ? end.place : "" })));
  heat = {
    rows: lines(sums.services), columns: lines(sums.clients), cells: sums.cells,
    max: Math.log1p(largest(sums.cells.values(), cell => cell.connections, 1)),
    groupWidth: grouped ? 96 : 0, left: grouped ? 300 : 210, top: grouped ? 158 : 132, cursor: null,
    canvas: el("canvas", { "aria-hidden": "true" }), scroller: heat.scroller,
  };
  fitHeads(panel);
  const spacer = el("div", { class: "heat-spacer" }, heat.canvas);
  spacer.style.width = `${heat.left + lengthOf(heat.columns) + heat.top * 0.6}px`;
  spacer.style.height = `${heat.top + lengthOf(heat.rows) + 12}px`;
  const scroller = el("div", {
    class: "heat", id: "heat", tabindex: "0", role: "application", "aria-roledescription": "heat map",
    "aria-label": `${plural(heat.rows.length, "service")} down, ${plural(heat.columns.length, "client")} across, `
      + `${plural(heat.cells.size, "cell")} in use. Arrow keys move, with Ctrl to the next cell in use, Enter selects.`,
    onscroll: eachFrame(paint), onkeydown: heatKey, onclick: heatClick, onpointermove: heatHover,
    onpointerleave: () => { heatTip(null); },
  }, spacer);
  heat = { ...heat, scroller };
  panel.replaceChildren(heatTools(), scroller, el("p", { class: "note", id: "heat-note" }, heatNote()));
  paint();
}

/**
 * Headings take less than half of a narrow window.
 * @param {HTMLElement} panel
 */
function fitHeads(panel) {
  const max = Math.max(110, panel.clientWidth * 0.42);
  if (heat.left > max) {
    heat.groupWidth = 0;
    heat.left = Math.min(max, 210);
  }
}

function heatTools() {
  const levels = [["process", "process"], ["service", "name"], ["host", "host"]];
  const orders = [["name", "name"], ["connections", "connections"], ["peers", "peers"]];
  return el("div", { class: "tools", role: "toolbar", "aria-label": "Matrix" },
    FLAT ? null : choice("Group by", levels, state.level, level => setState({ level })),
    choice("Sort by", FLAT ? orders : [["place", "host"], ...orders], state.order, order => setState({ order })));
}

function heatNote() {
  const axes = "Services down, clients across; a cell has the number of connections";
  return heat.rows.length === 0 ? "No rows match the filter."
    : !MARKS ? `${axes}; darker: more.`
    : MARKS.field === "check" ? `${axes}. ✗ in a frame: not allowed.`
    : `${axes}. + in a frame: added; − in a dashed one: removed; ~: some or all changed${turnedNote()}; `
      + "no mark: unchanged.";
}

/**
 * @param {MouseEvent} event
 * @returns {HeatPlace | null} With -1 for a heading.
 */
function cellAt(event) {
  const box = heat.scroller.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  if (x >= heat.scroller.clientWidth || y >= heat.scroller.clientHeight) {
    return null;
  }
  /** @type {(lines: HeatLine[], place: number) => number} */
  const line = (lines, place) => {
    const i = lineAt(lines, place);
    return i < lines.length && lines[i].at <= place ? i : -1;
  };
  const c = x < heat.left ? -1 : line(heat.columns, x - heat.left + heat.scroller.scrollLeft);
  const r = y < heat.top ? -1 : line(heat.rows, y - heat.top + heat.scroller.scrollTop);
  return { r, c };
}

/** @param {MouseEvent} event */
function heatClick(event) {
  const at = cellAt(event);
  if (at && at.r >= 0 && at.c >= 0) {
    heat.cursor = at;
    paint();
    selectCell(at);
  } else if (at && at.r >= 0) {
    const row = heat.rows[at.r];
    select(endTitle(row), row.rows);
  }
}

/** @param {MouseEvent} event */
function heatHover(event) {
  const at = cellAt(event);
  heatTip(at && at.r >= 0 && at.c >= 0 ? at : null);
}

/** @param {HeatPlace | null} at */
function heatTip(at) {
  const note = document.getElementById("heat-note");
  if (note) {
    note.textContent = at ? cellText(at) : heatNote();
  }
}

/** @param {HeatPlace} at */
function cellOf({ r, c }) {
  return heat.cells.get(`${heat.rows[r].id} ${heat.columns[c].id}`);
}

/** @param {HeatPlace} at */
function cellText({ r, c }) {
  const cell = cellOf({ r, c });
  const count = cell ? `${plural(cell.connections, "connection")}${markWords(cell.rows)}` : "none";
  return `${endTitle(heat.columns[c])} → ${endTitle(heat.rows[r])}: ${count}`;
}

/** @param {HeatPlace} at */
function selectCell(at) {
  const cell = cellOf(at);
  if (cell) {
    select(`${endTitle(cell.client)} → ${endTitle(cell.service)}${markWords(cell.rows)}`, cell.rows);
  } else {
    clearSelection();
    announce(cellText(at));
  }
}

/** @param {KeyboardEvent} event */
function heatKey(event) {
  const step = DIRECTIONS.get(event.key);
  if (heat.rows.length === 0 || !(step || event.key === "Enter" || event.key === " ")) {
    return;
  }
  event.preventDefault();
  if (!step) {
    heat.cursor ??= { r: 0, c: 0 };
    selectCell(heat.cursor);
    return;
  }
  const cursor = heat.cursor ? nextCell(heat.cursor, step, event.ctrlKey) : { r: 0, c: 0 };
  heat.cursor = cursor;
  scrollToCell(cursor);
  heatTip(cursor);
  announce(cellText(cursor));
}

/**
 * @param {HeatPlace} from
 * @param {[dx: number, dy: number]} direction
 * @param {boolean} toUsed Whether to pass cells without connections.
 */
function nextCell({ r, c }, [dc, dr], toUsed) {
  let next = { r, c };
  do {
    const at = { r: next.r + dr, c: next.c + dc };
    if (at.r < 0 || at.c < 0 || at.r >= heat.rows.length || at.c >= heat.columns.length) {
      return toUsed ? { r, c } : next;
    }
    next = at;
  } while (toUsed && !cellOf(next));
  return next;
}

/** @param {HeatPlace} at */
function scrollToCell(at) {
  const { scroller, left, top } = heat;
  /** @type {(lines: HeatLine[], i: number, from: number, length: number) => number} */
  const into = (lines, i, from, length) => Math.max(lines[i].at + CELL + 8 - length, Math.min(from, lines[i].at - 4));
  scroller.scrollLeft = into(heat.columns, at.c, scroller.scrollLeft, scroller.clientWidth - left);
  scroller.scrollTop = into(heat.rows, at.r, scroller.scrollTop, scroller.clientHeight - top);
  paint();
}
