// @ts-check
// uses dom data state marks filter selection table map-actions map heat chord sankey rules
/* The frame of the page: tabs, the filter, colours, and the current view. */
/** @type {Record<string, { title: string, view: View }>} */
const VIEWS = {
  map: { title: "Map", view: mapView },
  matrix: { title: "Matrix", view: heatView },
  chord: { title: "Chord", view: chordView },
  sankey: { title: "Sankey", view: sankeyView },
  table: { title: "Table", view: tableView },
  ...(data.check ? { rules: { title: "Rules", view: rulesView } } : {}),
};
const PAGE_TITLE = MARKS?.title ?? "Flow matrix";
const searchBox = /** @type {HTMLInputElement} */ (byId("search"));
const aboutBox = /** @type {HTMLDialogElement} */ (byId("about-box"));

function currentView() {
  return VIEWS[state.view];
}

function drawTabs() {
  byId("tabs").replaceChildren(...Object.entries(VIEWS).map(([name, { title, view }]) => {
    const current = view === currentView().view;
    return el("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-selected": String(current), "aria-controls": "view",
      tabindex: current ? "0" : "-1", onclick: () => setState({ view: name }),
    }, title);
  }));
  byId("view").setAttribute("aria-labelledby", `tab-${state.view}`);
}

/** @param {KeyboardEvent} event */
function tabKey(event) {
  const names = Object.keys(VIEWS);
  const at = names.indexOf(state.view);
  const next = new Map([["ArrowRight", at + 1], ["ArrowLeft", at - 1], ["Home", 0], ["End", names.length - 1]])
    .get(event.key);
  if (next !== undefined) {
    event.preventDefault();
    const name = names[(next + names.length) % names.length];
    setState({ view: name });
    byId(`tab-${name}`).focus();
  }
}

function drawView() {
  const { title, view } = currentView();
  if (onScreen.view !== view) {
    onScreen.view?.leave?.();
  }
  onScreen.view = view;
  document.title = `${PAGE_TITLE}: ${title}`;
  const panel = byId("view");
  if (data.failed) {
    panel.replaceChildren(el("p", {}, "There is no matrix to show."));
    document.documentElement.dataset.drawn = "nothing";
    return;
  }
  panel.className = `view-${state.view}`;
  view.draw(panel);
  document.documentElement.dataset.drawn = state.view;
}

function applyTheme() {
  const dark = state.theme === "dark"
    || (state.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.scheme = dark ? "dark" : "light";
  const text = new Map([["light", "☀ Light"], ["dark", "☾ Dark"]]).get(state.theme) ?? "◐ Auto";
  byId("theme").textContent = text;
  byId("theme").setAttribute("aria-label", `Colours: ${state.theme || "system"}; change`);
}

/**
 * On paper everything is dark on white.
 * @param {boolean} printing
 */
function preparePrint(printing) {
  if (printing) {
    document.documentElement.dataset.scheme = "light";
  } else {
    applyTheme();
  }
  onScreen.view?.print?.(printing);
}

function showFound() {
  const rows = visibleRows();
  byId("found").textContent = rows.length === data.rows ? plural(data.rows, "row")
    : `${rows.length.toLocaleString("en")} of ${plural(data.rows, "row")}`;
}

/** @param {(keyof State)[]} changed */
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
    if (document.activeElement !== searchBox) {
      searchBox.value = state.q;
    }
    showFound();
  }
  if (changed.includes("view") || changed.some(key => currentView().view.depends.includes(key))) {
    drawView();
  }
}

/** @param {KeyboardEvent} event */
function pageKey(event) {
  const writing = event.target instanceof HTMLInputElement;
  if (event.key === "/" && !writing) {
    event.preventDefault();
    searchBox.focus();
  } else if (event.key === "Escape" && !aboutBox.open) {
    if (!clearSelection() && state.focus) {
      setState({ focus: "" });
    }
    clearHighlight();
  }
}

function fillAbout() {
  const { counts } = data;
  const fields = Object.keys(FIELDS).map(name => `${name}:`).join(" ");
  byId("about-text").replaceChildren(
    el("p", {}, `Made by ${data.generator}.${data.grouped ? ` Rows are grouped by ${data.grouped}.` : ""} `
      + `${plural(counts.hosts, "host")} reported ${plural(counts.sockets, "socket")}: `
      + `${plural(counts.services, "service")} and ${plural(counts.connections, "connection")}, of which `
      + `${counts.paired.toLocaleString("en")} were seen at both ends.`),
    el("p", {}, "This page is one file. It makes no network requests: its content security policy forbids them."),
    el("p", {}, `The filter: a row must contain all words. ${fields} port: search one field, name:"" finds unknown `
      + "names, a minus before a word excludes rows. "
      + "The address of this page contains the view and the filter, so a link shows the same."),
    el("p", {}, "CSV from this page is safe for spreadsheets: an apostrophe is put before every formula."),
    el("p", {}, "Keys: / filter, Escape closes or goes back, arrow keys move in every view."));
}

function start() {
  applyTheme();
  drawTabs();
  drawMarks();
  document.querySelector("header")?.classList.toggle("empty", data.failed !== undefined);
  /** @type {HTMLElement} */ (document.querySelector("h1")).textContent = PAGE_TITLE;
  fillAbout();
  searchBox.value = state.q;
  showFound();
  let typing = 0;
  searchBox.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => setState({ q: searchBox.value.trim() }), data.rows > 3_000 ? 250 : 120);
  });
  byId("tabs").addEventListener("keydown", tabKey);
  byId("theme").addEventListener("click", () => {
    const themes = CHOICES.theme ?? [];
    setState({ theme: themes[(themes.indexOf(state.theme) + 1) % themes.length] });
  });
  byId("about").addEventListener("click", () => aboutBox.showModal());
  byId("skip").addEventListener("click", event => { event.preventDefault(); byId("main").focus(); });
  document.addEventListener("keydown", pageKey);
  window.addEventListener("resize", eachFrame(() => onScreen.view?.resize?.()));
  window.addEventListener("beforeprint", () => preparePrint(true));
  window.addEventListener("afterprint", () => preparePrint(false));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { applyTheme(); drawView(); });
  watchers.push(stateChanged);
  drawView();
}

start();
