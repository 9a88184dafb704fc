// @ts-check
// uses dom data state marks csv
/* The panel of the selection, for all views: some rows as text, all of them as CSV. */
const MAX_LINES = 200;

/**
 * @param {string} title What was selected.
 * @param {number[]} rows
 * @param {(HTMLElement | null)[]} actions More buttons.
 */
function select(title, rows, actions = []) {
  const panel = byId("selection");
  showPanel(rows.length > 0 || actions.length > 0);
  const connections = sumOfConnections(rows);
  panel.replaceChildren(
    el("header", {},
      el("h2", {}, el("bdi", {}, title)),
      button("Close", () => clearSelection(), { class: "quiet", title: "Close the selection (Escape)" })),
    el("p", {}, `${plural(rows.length, "row")}, ${plural(connections, "connection")}`),
    el("div", { class: "buttons" },
      actions,
      button("Copy CSV", () => copyCsv(rows)),
      button("Save CSV", () => saveCsv(rows))),
    el("ul", { class: "lines" }, rows.slice(0, MAX_LINES).map(selectionLine)),
    rows.length > MAX_LINES
      ? el("p", {}, `… and ${plural(rows.length - MAX_LINES, "more row")}: copy or save them.`) : "");
  announce(`${title}: ${plural(rows.length, "row")}, ${plural(connections, "connection")}`);
}

/** @returns {boolean} Whether anything was selected. */
function clearSelection() {
  const had = !byId("selection").hidden;
  showPanel(false);
  return had;
}

/** @param {boolean} shown */
function showPanel(shown) {
  const panel = byId("selection");
  if (panel.hidden === shown) {
    panel.hidden = !shown;
    onScreen.view?.resize?.();
  }
}

/** @param {number} row */
function selectionLine(row) {
  const client = nodes[clientNode[row]];
  const service = services[serviceOf[row]];
  const note = noteOf(row);
  return el("li", {}, signOf(row),
    processButton(client), " → ", processButton(service.node), " ", el("b", {}, portText(row)),
    el("span", { class: "faint" }, ` ×${data.connections[row]} ${data.matches[data.match[row]]}`),
    note ? el("div", { class: "mark-note" }, MARKS?.field === "change" ? "was " : "", el("bdi", {}, note)) : "");
}

/**
 * A row's sign and word; nothing if rows are not marked.
 * @param {number} row
 */
function signOf(row) {
  if (!MARKS) {
    return null;
  }
  const look = looks[marks[row]];
  return el("b", { class: `sign sign-${look.name}` }, `${look.sign} ${look.word} `);
}

/** @param {PageNode} node */
function processButton(node) {
  return el("button", {
    type: "button", class: "link",
    title: `${nodeTitle(node)}${node.path ? `\n${node.path}` : ""}\nShow its neighbours in the map`,
    onclick: () => setState({ view: "map", focus: node.key }),
  }, el("bdi", {}, node.label), el("span", { class: "faint" }, el("bdi", {}, node.external ? "" : ` ${node.place}`)));
}
