/* All rows as a table of which only what is in sight is in the document: 20,000 rows scroll like 20. */
const ROW_PIXELS = 27;
const PRINTED_ROWS = 5_000;

/** What was, or why, stands beside the word that it is about. */
const SHOWN_COLUMNS = [...COLUMNS].sort((a, b) => rankOf(a) - rankOf(b));
function rankOf(column) {
  return !MARKED ? 0 : column.name === data.marks.field ? 0 : column.name === data.marks.noteField ? 1 : 2;
}

const tableView = { rows: [], chosen: new Set(), last: -1, cursor: 0, body: null, scroller: null };

tableView.depends = ["q", "sort"];

tableView.draw = function drawTable(view) {
  tableView.rows = sortedRows(visibleRows(), state.sort);
  const fits = new Set(tableView.rows);
  tableView.chosen = new Set([...tableView.chosen].filter(row => fits.has(row)));
  tableView.cursor = Math.min(tableView.cursor, Math.max(0, tableView.rows.length - 1));
  tableView.body = el("div", { class: "table-body", role: "rowgroup" });
  tableView.scroller = el("div", {
    class: "table", id: "table", role: "grid", tabindex: "0", "aria-label": "Rows of the matrix", "aria-multiselectable": "true",
    "aria-rowcount": tableView.rows.length + 1, "aria-colcount": COLUMNS.length,
    onscroll: eachFrame(showRowsInSight), onkeydown: tableKey, onclick: tableClick,
  }, tableHead(), tableView.body);
  view.replaceChildren(
    el("div", { class: "tools", role: "toolbar", "aria-label": "Table" },
      button("Select all", () => chooseRows(tableView.rows), { id: "select-all" }),
      button("Select none", () => chooseRows([])),
      button("Copy CSV", () => copyCsv(chosenRows()), { title: "What is selected, or all rows that the filter leaves (Ctrl+C)" }),
      button("Save CSV", () => saveCsv(chosenRows()), { id: "save-csv" })),
    tableView.scroller,
    el("p", { class: "note" }, tableView.rows.length === 0 ? "No row fits the filter."
      : "Click a heading to sort. Click rows to select, Shift or Ctrl for several; arrow keys and Space do the same."));
  tableView.body.style.height = `${tableView.rows.length * ROW_PIXELS}px`;
  showRowsInSight();
};

tableView.resize = () => showRowsInSight();

tableView.print = function printTable(printing) {
  if (printing) {
    fillBody(0, Math.min(tableView.rows.length, PRINTED_ROWS));
  } else {
    showRowsInSight();
  }
};

function sortedRows(rows, sort) {
  const down = sort.startsWith("-");
  const column = COLUMNS.find(one => one.name === sort.replace(/^-/, ""));
  if (!column) {
    return rows;
  }
  const compare = column.type === "number" ? (a, b) => number(a) - number(b) : compareTexts;
  const keyed = rows.map(row => [column.text(row), row]);
  const number = text => Number.parseInt(text, 10) || 0;
  keyed.sort((a, b) => (down ? -1 : 1) * compare(a[0], b[0]) || a[1] - b[1]);
  return keyed.map(([, row]) => row);
}

function tableHead() {
  return el("div", { class: "table-head", role: "rowgroup" }, el("div", { class: "tr", role: "row", "aria-rowindex": 1 },
    SHOWN_COLUMNS.map(column => {
      const sorted = state.sort === column.name ? "ascending" : state.sort === `-${column.name}` ? "descending" : "none";
      return el("div", { class: `th ${column.name}`, role: "columnheader", "aria-sort": sorted },
        button(`${column.name.replaceAll("_", " ")}${{ ascending: " ▲", descending: " ▼", none: "" }[sorted]}`,
          () => setState({ sort: sorted === "ascending" ? `-${column.name}` : sorted === "descending" ? "" : column.name }),
          { "data-sort": column.name }));
    })));
}

function showRowsInSight() {
  const { scroller, rows } = tableView;
  if (!scroller?.isConnected) {
    return;
  }
  const first = Math.max(0, Math.floor(scroller.scrollTop / ROW_PIXELS) - 8);
  fillBody(first, Math.min(rows.length, first + Math.ceil(scroller.clientHeight / ROW_PIXELS) + 16));
}

function fillBody(first, end) {
  const lines = [];
  for (let index = first; index < end; index++) {
    lines.push(tableRow(index));
  }
  tableView.body.replaceChildren(...lines);
}

function tableRow(index) {
  const row = tableView.rows[index];
  const chosen = tableView.chosen.has(row);
  const current = index === tableView.cursor;
  const line = el("div", {
    class: `tr${MARKED ? ` mark-${looks[data.mark[row]].name}` : ""}${chosen ? " chosen" : ""}${current ? " current" : ""}${index % 2 ? " odd" : ""}`, role: "row", id: `row-${index}`,
    "aria-rowindex": index + 2, "aria-selected": String(chosen), "data-index": index,
  }, SHOWN_COLUMNS.map(column => {
    const text = String(column.text(row));
    return MARKED && column.name === data.marks.field
      ? el("div", { class: `td ${column.name}`, role: "gridcell" }, signOf(row))
      : el("div", { class: `td ${column.name}`, role: "gridcell", title: text }, el("bdi", {}, text));
  }));
  line.style.top = `${index * ROW_PIXELS}px`;
  return line;
}

function chosenRows() {
  return tableView.chosen.size === 0 ? tableView.rows : tableView.rows.filter(row => tableView.chosen.has(row));
}

function chooseRows(rows) {
  tableView.chosen = new Set(rows);
  showRowsInSight();
  if (rows.length === 0) {
    clearSelection();
  } else {
    select(`${plural(rows.length, "row")} of the table`, chosenRows());
  }
}

function tableClick(event) {
  const line = event.target.closest("[data-index]");
  if (line) {
    chooseLine(Number(line.dataset.index), event);
  }
}

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

function tableKey(event) {
  const page = Math.max(1, Math.floor(tableView.scroller.clientHeight / ROW_PIXELS) - 2);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (event.target !== tableView.scroller) {
    return;
  }
  if (event.key in steps) {
    moveLine(Math.min(tableView.rows.length - 1, Math.max(0, tableView.cursor + steps[event.key])), event.shiftKey);
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
