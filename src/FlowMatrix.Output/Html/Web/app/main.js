/* The frame: tabs, the filter, light and dark, and which view is drawn. */
const VIEWS = {
  map: ["Map", mapView], matrix: ["Matrix", heatView], chord: ["Chord", chordView], sankey: ["Sankey", sankeyView],
  table: ["Table", tableView], ...(data.check ? { rules: ["Rules", rulesView] } : {}),
};

function currentView() {
  return VIEWS[state.view];
}

function drawTabs() {
  byId("tabs").replaceChildren(...Object.entries(VIEWS).map(([name, [title, view]]) => {
    const current = view === currentView()[1];
    return el("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-selected": String(current), "aria-controls": "view",
      tabindex: current ? "0" : "-1", onclick: () => setState({ view: name }),
    }, title);
  }));
  byId("view").setAttribute("aria-labelledby", `tab-${state.view}`);
}

function tabKey(event) {
  const names = Object.keys(VIEWS);
  const at = names.indexOf(state.view);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    const name = names[(next + names.length) % names.length];
    setState({ view: name });
    byId(`tab-${name}`).focus();
  }
}

function drawView() {
  const [title, view] = currentView();
  if (drawn && drawn !== view) {
    drawn.leave?.();
  }
  drawn = view;
  document.title = `${data.marks?.title ?? "Flow matrix"}: ${title}`;
  const shown = byId("view");
  if (data.failed) {
    shown.replaceChildren(el("p", {}, "There is no matrix to show."));
    document.documentElement.dataset.drawn = "nothing";
    return;
  }
  shown.className = `view-${state.view}`;
  view.draw(shown);
  document.documentElement.dataset.drawn = state.view;
}

function applyTheme() {
  const dark = state.theme === "dark" || (state.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.scheme = dark ? "dark" : "light";
  byId("theme").textContent = { light: "☀ Light", dark: "☾ Dark" }[state.theme] ?? "◐ Auto";
  byId("theme").setAttribute("aria-label", `Colours: ${{ light: "light", dark: "dark" }[state.theme] ?? "as the system"}; change`);
}

/** On paper everything is dark on white. */
function preparePrint(printing) {
  if (printing) {
    document.documentElement.dataset.scheme = "light";
  } else {
    applyTheme();
  }
  drawn?.print?.(printing);
}

function showFound() {
  const rows = visibleRows();
  byId("found").textContent = rows.length === data.rows ? plural(data.rows, "row")
    : `${rows.length.toLocaleString("en")} of ${plural(data.rows, "row")}`;
}

function stateChanged(changed) {
  if (changed.includes("theme")) {
    applyTheme();
  }
  if (changed.includes("view")) {
    drawTabs();
  }
  if (changed.includes("show")) {
    drawMarks();
    changed = [...changed, "q"];
  }
  if (changed.includes("q")) {
    if (document.activeElement !== byId("search")) {
      byId("search").value = state.q;
    }
    showFound();
  }
  if (changed.includes("view") || changed.some(key => currentView()[1].depends.includes(key))) {
    drawView();
  }
}

function pageKey(event) {
  const writing = event.target instanceof HTMLInputElement;
  if (event.key === "/" && !writing) {
    event.preventDefault();
    byId("search").focus();
  } else if (event.key === "Escape" && !byId("about-box").open) {
    if (!clearSelection() && state.focus) {
      setState({ focus: "" });
    }
    if (mapView.cy) {
      unlight();
    }
  }
}

function fillAbout() {
  const { counts } = data;
  byId("about-text").replaceChildren(
    el("p", {}, `Made by ${data.generator}.${data.grouped ? ` Rows are grouped by ${data.grouped}.` : ""} ${plural(counts.hosts, "host")} reported ${plural(counts.sockets, "socket")}: `
      + `${plural(counts.services, "service")} and ${plural(counts.connections, "connection")}, of which `
      + `${counts.paired.toLocaleString("en")} were seen at both ends.`),
    el("p", {}, "This page is one file. It asks nothing of any network, and its policy does not let it."),
    el("p", {}, "The filter: words that must all be in a row. "
      + `${Object.keys(FIELDS).map(name => `${name}:`).join(" ")} port: look in one field, name:\"\" finds names that are not known, a minus before a word leaves out. `
      + "The address of this page keeps view and filter: a link shows the same."),
    el("p", {}, "CSV from this page is safe for spreadsheets: an apostrophe stands before what would be a formula."),
    el("p", {}, "Keys: / filter, Escape closes or goes back, arrow keys move in every view."));
}

function start() {
  applyTheme();
  drawTabs();
  drawMarks();
  document.querySelector("header").classList.toggle("empty", data.failed !== undefined);
  document.querySelector("h1").textContent = data.marks?.title ?? "Flow matrix";
  fillAbout();
  byId("search").value = state.q;
  showFound();
  let typing = 0;
  byId("search").addEventListener("input", event => {
    clearTimeout(typing);
    typing = setTimeout(() => setState({ q: event.target.value.trim() }), data.rows > 3_000 ? 250 : 120);
  });
  byId("tabs").addEventListener("keydown", tabKey);
  byId("theme").addEventListener("click", () => setState({ theme: CHOICES.theme[(CHOICES.theme.indexOf(state.theme) + 1) % CHOICES.theme.length] }));
  byId("about").addEventListener("click", () => byId("about-box").showModal());
  byId("skip").addEventListener("click", event => { event.preventDefault(); byId("main").focus(); });
  document.addEventListener("keydown", pageKey);
  window.addEventListener("resize", eachFrame(() => drawn?.resize?.()));
  window.addEventListener("beforeprint", () => preparePrint(true));
  window.addEventListener("afterprint", () => preparePrint(false));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { applyTheme(); drawView(); });
  watchers.push(stateChanged);
  drawView();
}

start();
