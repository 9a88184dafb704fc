// @ts-check
// uses dom data state
/*
 * Marks of rows: how they differ from an earlier matrix, or whether a policy allows them. In every view a mark is a
 * sign, a word, a line and a colour. Rows are filtered by their marks in all views.
 */
const MARKS = data.marks ?? null;
/** @type {Record<string, Look>} */
const LOOKS = {
  same: { sign: "=", word: "unchanged", name: "plain" },
  added: { sign: "+", word: "added", name: "added" },
  removed: { sign: "−", word: "removed", name: "removed", dash: [5, 3] },
  changed: { sign: "~", word: "changed", name: "changed" },
  "direction re-evaluated": { sign: "⇄", word: "direction re-evaluated", name: "turned" },
  allowed: { sign: "✓", word: "allowed", name: "plain" },
  "not allowed": { sign: "✗", word: "not allowed", name: "denied" },
};
const kinds = data.kinds ?? [];
/** By kind. Kind 0 is that of rows without a mark. */
const looks = kinds.map(kind => LOOKS[kind]);
const marks = data.mark ?? [];

/** Up to this many rows, all are shown at first; with more, only the marked ones. */
const MAX_PLAIN = 200;

/** @param {number} row */
function kindOf(row) {
  return kinds[marks[row]];
}

/**
 * The note of a row: its previous values, or why it is not allowed.
 * @param {number} row
 */
function noteOf(row) {
  return data.notes?.[row] ?? "";
}

const countsOfKinds = looks.map(() => 0);
for (const kind of marks) {
  countsOfKinds[kind]++;
}

/** The numbers of the kinds that are shown. */
function shownKinds() {
  const all = looks.map((_, kind) => kind);
  if (state.show !== "") {
    const chosen = new Set(state.show.split(","));
    return all.filter(kind => chosen.has("*") || chosen.has(kinds[kind]));
  }
  const marked = all.filter(kind => kind > 0 && countsOfKinds[kind] > 0);
  return data.rows <= MAX_PLAIN || marked.length === 0 ? all : marked;
}

/** @returns {RowTest[]} At most one. */
function markTests() {
  if (!MARKS) {
    return [];
  }
  const shown = new Set(shownKinds());
  return [row => shown.has(marks[row])];
}

/**
 * The mark of some rows together.
 * @param {number[]} rows
 * @returns {Mark}
 */
function markOf(rows) {
  const none = { name: "", sign: "", text: "", words: "", dash: null };
  if (!MARKS) {
    return none;
  }
  const counts = looks.map(() => 0);
  for (const row of rows) {
    counts[marks[row]]++;
  }
  const found = looks.map((look, kind) => ({ look, kind, count: counts[kind] })).filter(one => one.count > 0);
  const marked = found.filter(one => one.kind > 0);
  const words = found.map(({ look, count }) => `${count} ${look.word}`).join(", ");
  if (marked.length === 0) {
    return { ...none, name: "plain", words };
  }
  const text = marked.map(({ look, count }) => `${look.sign}${count > 1 || found.length > 1 ? count : ""}`).join(" ");
  const look = found.length === 1 || marked[0].look.name === "denied" ? marked[0].look : LOOKS.changed;
  return { name: look.name, sign: look.sign, dash: look.dash ?? null, text, words };
}

/** The end of a view's legend, if there are rows of that kind. */
function turnedNote() {
  return kinds.includes("direction re-evaluated")
    ? "; ⇄ and violet: direction re-evaluated, the two ends are the same" : "";
}

/**
 * The end of a title: " (2 added)".
 * @param {number[]} rows
 */
function markWords(rows) {
  const { words } = markOf(rows);
  return words ? ` (${words})` : "";
}

/** @param {string} name */
function markColor(name) {
  return cssColor(`--${name === "plain" ? "edge" : name}`);
}

function drawMarks() {
  const bar = byId("marks");
  if (data.failed) {
    bar.replaceChildren(
      el("p", { class: "failed", role: "alert" }, el("b", {}, "✗ The policy could not be checked: "), data.failed));
  } else if (looks.length > 0) {
    const shown = new Set(shownKinds());
    bar.replaceChildren(
      el("span", { id: "marks-summary" }, data.check ? MARKS?.summary : ""),
      el("span", { class: "kinds", role: "group", "aria-label": "Show rows that are" },
        el("span", { class: "choice-label", "aria-hidden": "true" }, "Show"),
        looks.map((look, kind) => el("button", {
          type: "button", class: `kind kind-${look.name}`, "data-kind": kinds[kind],
          "aria-pressed": String(shown.has(kind)),
          disabled: countsOfKinds[kind] === 0,
          onclick: () => toggleKind(kind),
        }, el("b", {}, look.sign), ` ${countsOfKinds[kind].toLocaleString("en")} ${look.word}`))));
  }
  bar.hidden = !MARKS && !data.failed;
}

/** @param {number} kind */
function toggleKind(kind) {
  const shown = new Set(shownKinds());
  if (!shown.delete(kind)) {
    shown.add(kind);
  }
  setState({
    show: shown.size === 0 || shown.size === looks.length ? "*" : [...shown].sort().map(one => kinds[one]).join(","),
  });
  /** @type {HTMLElement | null} */ (byId("marks").querySelector(`[data-kind="${kinds[kind]}"]`))?.focus();
}
