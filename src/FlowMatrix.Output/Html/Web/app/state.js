// @ts-check
// uses data
/*
 * What is shown, kept in the fragment of the page's address, so that a link shows the same. Only what differs from the
 * default is written there.
 */
/** @type {State} */
const DEFAULTS = {
  view: "map", q: "", show: "", theme: "",
  focus: "", steps: "1", open: "",
  level: "process", order: "place",
  by: "",
  sort: "",
};
const STATE_KEYS = /** @type {(keyof State)[]} */ (Object.keys(DEFAULTS));
/**
 * The valid words, where not any text is valid. Other words in a link are ignored.
 * @type {Partial<Record<keyof State, string[]>>}
 */
const CHOICES = {
  view: ["map", "matrix", "chord", "sankey", "table", ...(data.check ? ["rules"] : [])],
  theme: ["", "light", "dark"],
  steps: ["1", "2", "3", "99"],
  level: ["process", "service", "host"],
  order: ["place", "name", "connections", "peers"],
  by: ["", "host", "service", "process"],
};
const state = { ...DEFAULTS };
/** @type {((changed: (keyof State)[]) => void)[]} */
const watchers = [];

/**
 * The view that is drawn.
 * @type {{ view: View | null }}
 */
const onScreen = { view: null };

function readHash() {
  const given = new URLSearchParams(location.hash.slice(1));
  const before = { ...state };
  for (const key of STATE_KEYS) {
    const value = given.get(key) ?? DEFAULTS[key];
    state[key] = CHOICES[key]?.includes(value) === false ? DEFAULTS[key] : value;
  }
  return STATE_KEYS.filter(key => before[key] !== state[key]);
}

/** @param {State} some */
function hashOf(some) {
  const kept = Object.entries(some).filter(([key, value]) => value !== DEFAULTS[/** @type {keyof State} */ (key)]);
  return `#${new URLSearchParams(kept)}`;
}

/**
 * The browser's "back" undoes going to another view or focus, but not typing a filter.
 * @param {Partial<State>} changes
 */
function setState(changes) {
  const changed = STATE_KEYS.filter(key => key in changes && state[key] !== changes[key]);
  if (changed.length === 0) {
    return;
  }
  Object.assign(state, changes);
  const step = changed.some(key => key === "view" || key === "focus");
  history[step ? "pushState" : "replaceState"](null, "", hashOf(state));
  callWatchers(changed);
}

/** @param {(keyof State)[]} changed */
function callWatchers(changed) {
  for (const watcher of watchers) {
    watcher(changed);
  }
}

window.addEventListener("popstate", () => callWatchers(readHash()));
window.addEventListener("hashchange", () => callWatchers(readHash()));
readHash();
