/*
 * What the tool says of rows beside what they are: what became of them since an earlier matrix, or whether a policy
 * allows them. A mark is a sign, a word, a line and a colour in every view, and one filter for all.
 */
const MARKED = data.marks !== undefined;
const LOOKS = {
  same: { sign: "=", word: "as before", name: "plain" },
  added: { sign: "+", word: "added", name: "added" },
  removed: { sign: "−", word: "removed", name: "removed", dash: [5, 3] },
  changed: { sign: "~", word: "changed", name: "changed" },
  "direction re-evaluated": { sign: "⇄", word: "direction re-evaluated", name: "turned" },
  allowed: { sign: "✓", word: "allowed", name: "plain" },
  "not allowed": { sign: "✗", word: "not allowed", name: "denied" },
};
const looks = (data.kinds ?? []).map(kind => LOOKS[kind]);

/** So many rows are shown at first whatever is said of them; of more, those of which something is said. */
const MOST_PLAIN = 200;

function kindOf(row) {
  return data.kinds[data.mark[row]];
}

const countsOfKinds = looks.map(() => 0);
for (const kind of data.mark ?? []) {
  countsOfKinds[kind]++;
}

/** The numbers of the kinds that are shown. */
function shownKinds() {
  const all = looks.map((_, kind) => kind);
  if (state.show !== "") {
    const said = new Set(state.show.split(","));
    return all.filter(kind => said.has("*") || said.has(data.kinds[kind]));
  }
  const marked = all.filter(kind => kind > 0 && countsOfKinds[kind] > 0);
  return data.rows <= MOST_PLAIN || marked.length === 0 ? all : marked;
}

function markTest() {
  if (!MARKED) {
    return null;
  }
  const shown = new Set(shownKinds());
  return row => shown.has(data.mark[row]);
}

/**
 * What is said of some rows together.
 * @returns {{name, sign, text, words}} name: for colours, "" where nothing is said; text: "+2 −1"; words: "2 added, 1 removed".
 */
function markOf(rows) {
  const none = { name: "", sign: "", text: "", words: "", dash: null };
  if (!MARKED) {
    return none;
  }
  const counts = looks.map(() => 0);
  for (const row of rows) {
    counts[data.mark[row]]++;
  }
  const kinds = looks.map((look, kind) => ({ look, kind, count: counts[kind] })).filter(one => one.count > 0);
  const said = kinds.filter(one => one.kind > 0);
  const words = kinds.map(({ look, count }) => `${count} ${look.word}`).join(", ");
  if (said.length === 0) {
    return { ...none, name: "plain", words };
  }
  const text = said.map(({ look, count }) => `${look.sign}${count > 1 || kinds.length > 1 ? count : ""}`).join(" ");
  const look = kinds.length === 1 || said[0].look.name === "denied" ? said[0].look : LOOKS.changed;
  return { name: look.name, sign: look.sign, dash: look.dash ?? null, text, words };
}

/** Behind the legend of a view, where there are rows of that kind. */
function turnedNote() {
  return (data.kinds ?? []).includes("direction re-evaluated") ? "; ⇄ and violet: direction re-evaluated, nobody talks to anybody else" : "";
}

/** ", 2 added" behind a title. */
function markWords(rows) {
  const { words } = markOf(rows);
  return words ? ` (${words})` : "";
}

function markColor(name, kind = "") {
  return cssColor(`--${name === "plain" ? "edge" : name}${kind}`);
}

function drawMarks() {
  const bar = byId("marks");
  if (data.failed) {
    bar.replaceChildren(el("p", { class: "failed", role: "alert" }, el("b", {}, "✗ The check could not be done: "), data.failed));
  } else if (looks.length > 0) {
    const shown = new Set(shownKinds());
    bar.replaceChildren(
      el("span", { id: "marks-summary" }, data.check ? data.marks.summary : ""),
      el("span", { class: "kinds", role: "group", "aria-label": "Show rows that are" },
        el("span", { class: "choice-label", "aria-hidden": "true" }, "Show"),
        looks.map((look, kind) => el("button", {
          type: "button", class: `kind kind-${look.name}`, "aria-pressed": String(shown.has(kind)), "data-kind": data.kinds[kind],
          disabled: countsOfKinds[kind] === 0,
          onclick: () => toggleKind(kind),
        }, el("b", {}, look.sign), ` ${countsOfKinds[kind].toLocaleString("en")} ${look.word}`))));
  }
  bar.hidden = !MARKED && !data.failed;
}

function toggleKind(kind) {
  const shown = new Set(shownKinds());
  if (!shown.delete(kind)) {
    shown.add(kind);
  }
  setState({ show: shown.size === 0 || shown.size === looks.length ? "*" : [...shown].sort().map(one => data.kinds[one]).join(",") });
  byId("marks").querySelector(`[data-kind="${data.kinds[kind]}"]`).focus();
}
