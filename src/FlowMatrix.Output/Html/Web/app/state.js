/*
 * What is shown, kept in the address's fragment, so that a link shows the same. Only what differs from the default is
 * written there.
 */
const DEFAULTS = {
  view: "map", q: "", show: "", theme: "",
  focus: "", steps: "1", open: "",
  level: "process", order: "place",
  by: "",
  sort: "",
};
/** What a link may say where only some words mean anything; another word is as good as none. */
const CHOICES = {
  view: ["map", "matrix", "chord", "sankey", "table", ...(data.check ? ["rules"] : [])],
  theme: ["", "light", "dark"],
  steps: ["1", "2", "3", "99"],
  level: ["process", "service", "host"],
  order: ["place", "name", "connections", "peers"],
  by: ["", "host", "service", "process"],
};
const state = { ...DEFAULTS };
const watchers = [];

/** The view that is on the screen. */
let drawn = null;

function readHash() {
  const given = new URLSearchParams(location.hash.slice(1));
  const before = { ...state };
  for (const key of Object.keys(DEFAULTS)) {
    const said = given.get(key) ?? DEFAULTS[key];
    state[key] = CHOICES[key]?.includes(said) === false ? DEFAULTS[key] : said;
  }
  return Object.keys(DEFAULTS).filter(key => before[key] !== state[key]);
}

function hashOf(some) {
  const kept = Object.entries(some).filter(([key, value]) => value !== DEFAULTS[key]);
  return `#${new URLSearchParams(kept)}`;
}

/** Going to another view or focus can be taken back with the browser's "back"; typing a filter is not a step. */
function setState(changes) {
  const changed = Object.keys(changes).filter(key => state[key] !== changes[key]);
  if (changed.length === 0) {
    return;
  }
  Object.assign(state, changes);
  const step = changed.some(key => key === "view" || key === "focus");
  history[step ? "pushState" : "replaceState"](null, "", hashOf(state));
  tell(changed);
}

function tell(changed) {
  for (const watcher of watchers) {
    watcher(changed);
  }
}

window.addEventListener("popstate", () => tell(readHash()));
window.addEventListener("hashchange", () => tell(readHash()));
readHash();
