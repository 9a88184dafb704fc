/* The matrix itself: services down, clients across, a cell says how many connections. */
const heatView = {};
let heat = null;

heatView.depends = ["q", "level", "order", "theme"];

heatView.draw = function drawHeat(view) {
  const sums = aggregate(visibleRows(), state.level);
  const order = ORDERS[state.order];
  const grouped = state.level === "process" && state.order === "place" && !FLAT;
  const ready = ends => heatLines(ends.sort(order).map(end => ({ ...end, end, group: grouped ? end.place : "" })));
  heat = {
    rows: ready(sums.services), columns: ready(sums.clients), cells: sums.cells,
    most: Math.log1p(Math.max(1, ...[...sums.cells.values()].map(cell => cell.connections))),
    groupWidth: grouped ? 96 : 0, left: grouped ? 300 : 210, top: grouped ? 158 : 132, cursor: null,
    canvas: el("canvas", { "aria-hidden": "true" }),
  };
  fitHeads(view);
  const spacer = el("div", { class: "heat-spacer" }, heat.canvas);
  spacer.style.width = `${heat.left + lengthOf(heat.columns) + heat.top * 0.6}px`;
  spacer.style.height = `${heat.top + lengthOf(heat.rows) + 12}px`;
  heat.scroller = el("div", {
    class: "heat", id: "heat", tabindex: "0", role: "application", "aria-roledescription": "heat map",
    "aria-label": `${plural(heat.rows.length, "service")} down, ${plural(heat.columns.length, "client")} across, `
      + `${plural(heat.cells.size, "cell")} in use. Arrow keys move, with Ctrl to the next cell in use, Enter selects.`,
    onscroll: eachFrame(() => paintHeat(heat)), onkeydown: heatKey, onclick: heatClick, onpointermove: heatHover,
    onpointerleave: () => { heatTip(null); },
  }, spacer);
  view.replaceChildren(heatTools(), heat.scroller, el("p", { class: "note", id: "heat-note" }, heatNote()));
  paintHeat(heat);
};

heatView.resize = () => heat && paintHeat(heat);

heatView.print = heatView.resize;

/** Headings take at most half of a narrow window. */
function fitHeads(view) {
  const most = Math.max(110, view.clientWidth * 0.42);
  if (heat.left > most) {
    heat.groupWidth = 0;
    heat.left = Math.min(most, 210);
  }
}

function heatTools() {
  return el("div", { class: "tools", role: "toolbar", "aria-label": "Matrix" },
    FLAT ? null : choice("Group by", [["process", "process"], ["service", "name"], ["host", "host"]], state.level, level => setState({ level })),
    choice("Sort by", [...(FLAT ? [] : [["place", "host"]]), ["name", "name"], ["connections", "connections"], ["peers", "peers"]], state.order,
      order => setState({ order })));
}

function heatNote() {
  return heat.rows.length === 0 ? "No row fits the filter."
    : MARKED ? `Services down, clients across; the number is how many connections there are. ${data.marks.field === "check"
      ? "✗ in a frame: not allowed." : `+ in a frame: added; − in a dashed one: removed; ~: some or all changed${turnedNote()}; none: as before.`}`
    : "Services down, clients across; the number is how many connections there are, a darker cell has more.";
}

function cellAt(event) {
  const box = heat.scroller.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  if (x >= heat.scroller.clientWidth || y >= heat.scroller.clientHeight) {
    return null;
  }
  const line = (lines, place) => {
    const i = lineAt(lines, place);
    return i < lines.length && lines[i].at <= place ? i : -1;
  };
  const c = x < heat.left ? -1 : line(heat.columns, x - heat.left + heat.scroller.scrollLeft);
  const r = y < heat.top ? -1 : line(heat.rows, y - heat.top + heat.scroller.scrollTop);
  return { r, c };
}

function heatClick(event) {
  const at = cellAt(event);
  if (at && at.r >= 0 && at.c >= 0) {
    heat.cursor = at;
    paintHeat(heat);
    selectCell();
  } else if (at && at.r >= 0) {
    const row = heat.rows[at.r];
    select(endTitle(row), row.rows);
  }
}

function heatHover(event) {
  const at = cellAt(event);
  heatTip(at && at.r >= 0 && at.c >= 0 ? at : null);
}

function heatTip(at) {
  const note = byId("heat-note");
  if (note) {
    note.textContent = at ? cellText(at) : heatNote();
  }
}

function cellOf({ r, c }) {
  return heat.cells.get(`${heat.rows[r].id} ${heat.columns[c].id}`);
}

function cellText({ r, c }) {
  const cell = cellOf({ r, c });
  return `${endTitle(heat.columns[c])} → ${endTitle(heat.rows[r])}: ${cell ? `${plural(cell.connections, "connection")}${markWords(cell.rows)}` : "none"}`;
}

function selectCell() {
  const cell = cellOf(heat.cursor);
  if (cell) {
    select(`${endTitle(cell.client)} → ${endTitle(cell.service)}${markWords(cell.rows)}`, cell.rows);
  } else {
    clearSelection();
    say(cellText(heat.cursor));
  }
}

function heatKey(event) {
  const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
  const step = steps[event.key];
  if (heat.rows.length === 0 || !(step || event.key === "Enter" || event.key === " ")) {
    return;
  }
  event.preventDefault();
  if (!step) {
    heat.cursor ??= { r: 0, c: 0 };
    selectCell();
    return;
  }
  heat.cursor = heat.cursor ? nextCell(heat.cursor, step, event.ctrlKey) : { r: 0, c: 0 };
  showHeatCursor();
  heatTip(heat.cursor);
  say(cellText(heat.cursor));
}

function nextCell({ r, c }, [dr, dc], toUsed) {
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

function showHeatCursor() {
  const { scroller, cursor, left, top } = heat;
  const into = (lines, i, from, length) => Math.max(lines[i].at + CELL + 8 - length, Math.min(from, lines[i].at - 4));
  scroller.scrollLeft = into(heat.columns, cursor.c, scroller.scrollLeft, scroller.clientWidth - left);
  scroller.scrollTop = into(heat.rows, cursor.r, scroller.scrollTop, scroller.clientHeight - top);
  paintHeat(heat);
}
