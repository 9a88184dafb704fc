/* What is selected, in whatever view: a few rows in words, and all of them as CSV. */
const MOST_LINES = 200;
let selection = { title: "", rows: [] };

/**
 * @param title What was selected.
 * @param rows Numbers of rows.
 * @param actions Buttons beside copying and saving.
 */
function select(title, rows, actions = []) {
  selection = { title, rows };
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
    el("ul", { class: "lines" }, rows.slice(0, MOST_LINES).map(selectionLine)),
    rows.length > MOST_LINES ? el("p", {}, `… and ${plural(rows.length - MOST_LINES, "more row")}: copy or save them.`) : "");
  say(`${title}: ${plural(rows.length, "row")}, ${plural(connections, "connection")}`);
}

function clearSelection() {
  const had = !byId("selection").hidden;
  selection = { title: "", rows: [] };
  showPanel(false);
  return had;
}

function showPanel(shown) {
  const panel = byId("selection");
  if (panel.hidden === shown) {
    panel.hidden = !shown;
    drawn?.resize?.();
  }
}

function selectionLine(row) {
  const client = nodes[clientNode[row]];
  const service = services[serviceOf[row]];
  return el("li", {}, signOf(row),
    processButton(client), " → ", processButton(service.node), " ", el("b", {}, portText(row)),
    el("span", { class: "faint" }, ` ×${data.connections[row]} ${data.matches[data.match[row]]}`),
    data.notes?.[row] ? el("div", { class: "said" }, data.marks.field === "change" ? "was " : "", el("bdi", {}, data.notes[row])) : "");
}

/** A row's sign and word, or nothing where nothing is said of rows. */
function signOf(row) {
  if (!MARKED) {
    return null;
  }
  const look = looks[data.mark[row]];
  return el("b", { class: `sign sign-${look.name}` }, `${look.sign} ${look.word} `);
}

function processButton(node) {
  return el("button", {
    type: "button", class: "link", title: `${nodeTitle(node)}${node.path ? `\n${node.path}` : ""}\nShow its neighbours in the map`,
    onclick: () => setState({ view: "map", focus: node.key }),
  }, el("bdi", {}, node.label), el("span", { class: "faint" }, el("bdi", {}, node.external ? "" : ` ${node.place}`)));
}
