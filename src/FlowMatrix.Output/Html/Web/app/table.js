// @ts-check
// uses dom data state marks columns filter csv selection
/* All rows as a table. Only the lines in sight are in the document, so that 20,000 rows scroll like 20. */
const ROW_PIXELS = 27;
const PRINTED_ROWS = 5_000;

/** The columns of marks and their notes come first. */
const SHOWN_COLUMNS = [...COLUMNS].sort((a, b) => rankOf(a) - rankOf(b));

/** @param {Column} column */
function rankOf(column) {
  return !MARKS ? 0 : column.name === MARKS.field ? 0 : column.name === MARKS.noteField ? 1 : 2;
}

/** @type {TableView} */
const tableView = {
  rows: [],
  chosen: new Set(),
  last: -1,
  cursor: 0,
  body: el("div", {}),
  scroller: el("div", {}),
  depends: ["q", "sort"],
  draw: drawTable,
  resize: showRowsInSight,
  print(printing) {
    if (printing) {
      fillBody(0, Math.min(tableView.rows.length, PRINTED_ROWS));
    } else {
      showRowsInSight();
    }
  },
};

/** @param {HTMLElement} panel */
function drawTable(panel) {
  tableView.rows = sortedRows(visibleRows(), state.sort);
  const visible = new Set(tableView.rows);
  tableView.chosen = new Set([...tableView.chosen].filter(row => visible.has(row)));
  tableView.cursor = Math.min(tableView.cursor, Math.max(0, tableView.rows.length - 1));
  tableView.body = el("div", { class: "table-body", role: "rowgroup" });
  tableView.scroller = el("div", {
    class: "table", id: "table", role: "grid", tabindex: "0", "aria-label": "Rows of the matrix",
    "aria-multiselectable": "true", "aria-rowcount": tableView.rows.length + 1, "aria-colcount": COLUMNS.length,
    onscroll: eachFrame(showRowsInSight), onkeydown: tableKey, onclick: tableClick,
  }, tableHead(), tableView.body);
  panel.replaceChildren(
    el("div", { class: "tools", role: "toolbar", "aria-label": "Table" },
      button("Select all", () => chooseRows(tableView.rows), { id: "select-all" }),
      button("Select none", () => chooseRows([])),
      button("Copy CSV", () => copyCsv(chosenRows()),
        { title: "The selected rows, or all rows that match the filter (Ctrl+C)" }),
      button("Save CSV", () => saveCsv(chosenRows()), { id: "save-csv" })),
    tableView.scroller,
    el("p", { class: "note" }, tableView.rows.length === 0 ? "No rows match the filter."
      : "Click a heading to sort. Click rows to select, Shift or Ctrl for several; arrow keys and Space do the same."));
  tableView.body.style.height = `${tableView.rows.length * ROW_PIXELS}px`;
  showRowsInSight();
}

/**
 * @param {number[]} rows
 * @param {string} sort Name of a column, with a minus before it for descending order.
 */
function sortedRows(rows, sort) {
  const column = COLUMNS.find(one => one.name === sort.replace(/^-/, ""));
  if (!column) {
    return rows;
  }
  /** @type {(text: string) => number} */
  const number = text => Number.parseInt(text, 10) || 0;
  /** @type {(a: string, b: string) => number} */
  const compare = column.type === "number" ? (a, b) => number(a) - number(b) : compareTexts;
  const sign = sort.startsWith("-") ? -1 : 1;
  return rows.map(row => ({ row, text: String(column.text(row)) }))
    .sort((a, b) => sign * compare(a.text, b.text) || a.row - b.row)
    .map(one => one.row);
}

function tableHead() {
  const arrows = { ascending: " ▲", descending: " ▼", none: "" };
  return el("div", { class: "table-head", role: "rowgroup" },
    el("div", { class: "tr", role: "row", "aria-rowindex": 1 }, SHOWN_COLUMNS.map(({ name }) => {
      const sorted = state.sort === name ? "ascending" : state.sort === `-${name}` ? "descending" : "none";
      const next = { ascending: `-${name}`, descending: "", none: name }[sorted];
      return el("div", { class: `th ${name}`, role: "columnheader", "aria-sort": sorted },
        button(`${name.replaceAll("_", " ")}${arrows[sorted]}`, () => setState({ sort: next }), { "data-sort": name }));
    })));
}

function showRowsInSight() {
  const { scroller, rows } = tableView;
  if (!scroller.isConnected) {
    return;
  }
  const first = Math.max(0, Math.floor(scroller.scrollTop / ROW_PIXELS) - 8);
  fillBody(first, Math.min(rows.length, first + Math.ceil(scroller.clientHeight / ROW_PIXELS) + 16));
}

/**
 * @param {number} first
 * @param {number} end
 */
function fillBody(first, end) {
  const lines = [];
  for (let index = first; index < end; index++) {
    lines.push(tableRow(index));
  }
  tableView.body.replaceChildren(...lines);
}

/** @param {number} index */
function tableRow(index) {
  const row = tableView.rows[index];
  const chosen = tableView.chosen.has(row);
  const classes = [
    "tr", MARKS ? `mark-${looks[marks[row]].name}` : "", chosen ? "chosen" : "",
    index === tableView.cursor ? "current" : "", index % 2 ? "odd" : "",
  ];
  const line = el("div", {
    class: classes.filter(name => name !== "").join(" "), role: "row", id: `row-${index}`,
    "aria-rowindex": index + 2, "aria-selected": String(chosen), "data-index": index,
  }, SHOWN_COLUMNS.map(column => {
    const text = String(column.text(row));
    return column.name === MARKS?.field
      ? el("div", { class: `td ${column.name}`, role: "gridcell" }, signOf(row))
      : el("div", { class: `td ${column.name}`, role: "gridcell", title: text }, el("bdi", {}, text));
  }));
  line.style.top = `${index * ROW_PIXELS}px`;
  return line;
}

/** The selected rows; all rows if none is selected. */
function chosenRows() {
  return tableView.chosen.size === 0 ? tableView.rows : tableView.rows.filter(row => tableView.chosen.has(row));
}

/** @param {number[]} rows */
function chooseRows(rows) {
  tableView.chosen = new Set(rows);
  showRowsInSight();
  if (rows.length === 0) {
    clearSelection();
  } else {
    select(`${plural(rows.length, "row")} of the table`, chosenRows());
  }
}

/** @param {MouseEvent & { target: Element }} event */
function tableClick(event) {
  const line = event.target.closest("[data-index]");
  if (line instanceof HTMLElement) {
    chooseLine(Number(line.dataset.index), event);
  }
}

/**
 * @param {number} index
 * @param {{ shiftKey?: boolean, ctrlKey?: boolean, metaKey?: boolean }} keys The keys that are held down.
 */
function chooseLine(index, { shiftKey, ctrlKey, metaKey }) {
  const { rows, chosen, last } = tableView;
  tableView.cursor = index;
  if (shiftKey && last >= 0) {
    const [from, to] = [Math.min(last, index), Math.max(last, index)];
    chooseRows([...(ctrlKey ? chosen : []), ...rows.slice(from, to + 1)]);
    return;
  }
  tableView.last = index;
  const row = rows[index];
  if (ctrlKey || metaKey) {
    const next = new Set(chosen);
    if (!next.delete(row)) {
      next.add(row);
    }
    chooseRows([...next]);
  } else {
    chooseRows(chosen.size === 1 && chosen.has(row) ? [] : [row]);
  }
}

/** @param {KeyboardEvent} event */
function tableKey(event) {
  const page = Math.max(1, Math.floor(tableView.scroller.clientHeight / ROW_PIXELS) - 2);
  const step = new Map([
    ["ArrowDown", 1], ["ArrowUp", -1], ["PageDown", page], ["PageUp", -page], ["Home", -Infinity], ["End", Infinity],
  ]).get(event.key);
  if (event.target !== tableView.scroller) {
    return;
  }
  if (step !== undefined) {
    moveLine(Math.min(tableView.rows.length - 1, Math.max(0, tableView.cursor + step)), event.shiftKey);
  } else if (event.key === " " || event.key === "Enter") {
    chooseLine(tableView.cursor, { ctrlKey: true });
  } else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
    chooseRows(tableView.rows);
  } else if (event.key === "c" && (event.ctrlKey || event.metaKey) && String(getSelection()) === "") {
    copyCsv(chosenRows());
  } else {
    return;
  }
  event.preventDefault();
}

/**
 * @param {number} index
 * @param {boolean} extend Whether the selection reaches up to there.
 */
function moveLine(index, extend) {
  const { scroller } = tableView;
  if (extend) {
    tableView.last = tableView.last < 0 ? tableView.cursor : tableView.last;
    chooseLine(index, { shiftKey: true });
  }
  tableView.cursor = index;
  const [top, head] = [index * ROW_PIXELS, ROW_PIXELS + 8];
  if (top < scroller.scrollTop) {
    scroller.scrollTop = top;
  } else if (top + head + ROW_PIXELS > scroller.scrollTop + scroller.clientHeight) {
    scroller.scrollTop = top + head + ROW_PIXELS - scroller.clientHeight;
  }
  showRowsInSight();
  scroller.setAttribute("aria-activedescendant", `row-${index}`);
}
