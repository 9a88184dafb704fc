// @ts-check
// uses dom data state marks
/* Shared by the chord and Sankey diagrams: the kind of their ends, and the small ends that are joined as "others". */
const OTHERS = "others";

/**
 * The ends with the most connections, and all others as one end.
 * @param {Iterable<End>} ends
 * @param {number} max
 */
function topEnds(ends, max) {
  const sorted = [...ends].sort((a, b) => b.connections - a.connections || compareTexts(a.text, b.text));
  const kept = sorted.length <= max ? sorted : sorted.slice(0, max - 1);
  const rest = sorted.slice(kept.length);
  if (rest.length > 0) {
    kept.push({
      id: OTHERS, text: `${rest.length} others`, place: "", rows: rest.flatMap(end => end.rows), peers: 0,
      connections: rest.reduce((sum, end) => sum + end.connections, 0),
    });
  }
  const index = new Map(kept.map((end, i) => [end.id, i]));
  /** @param {number | string} id */
  const indexOf = id => index.get(id) ?? kept.length - 1;
  return { kept, indexOf };
}

const FEW_HOSTS = 3;

/** The kind of the ends: the user's choice, else hosts, or services if there are very few hosts. */
function flowLevel() {
  return FLAT ? "process" : state.by || (data.hosts.length - 1 > FEW_HOSTS ? "host" : "service");
}

/** @param {string} label */
function flowTools(label) {
  const levels = [["host", "hosts"], ["service", "services"], ["process", "processes"]];
  return FLAT ? "" : el("div", { class: "tools", role: "toolbar", "aria-label": label },
    choice("Between", levels, flowLevel(), by => setState({ by })));
}

/** @param {number} i */
function palette(i) {
  const hue = (i * 137.508 + 212) % 360;
  const dark = document.documentElement.dataset.scheme === "dark";
  return `hsl(${hue.toFixed(0)} ${dark ? 50 : 55}% ${(dark ? 58 : 42) + (i % 3) * 5}%)`;
}

/**
 * Makes an element of a drawing usable as a button, also with the keyboard.
 * @template {SVGElement} T
 * @param {T} element
 * @param {string} title
 * @param {() => void} action
 */
function asButton(element, title, action) {
  element.setAttribute("role", "button");
  element.setAttribute("tabindex", "0");
  element.setAttribute("aria-label", title);
  element.append(svg("title", {}, title));
  element.addEventListener("click", action);
  element.addEventListener("keydown", event => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      action();
    }
  });
  return element;
}

/**
 * Gives a ribbon or band the colour and line of its rows' mark.
 * @param {SVGElement} shape
 * @param {number[]} rows
 * @param {number} x
 * @param {number} y
 * @returns The sign of the mark, to be drawn at this place; null if there is none.
 */
function markShape(shape, rows, x, y) {
  const mark = markOf(rows);
  if (mark.name === "") {
    return null;
  }
  shape.classList.add(`mark-${mark.name}`);
  return mark.text === "" ? null
    : svg("text", { class: `sign sign-${mark.name}`, x, y, dy: "0.35em", "text-anchor": "middle" }, mark.text);
}

function markNote() {
  return !MARKS ? "" : MARKS.field === "check" ? " ✗ and red: not allowed."
    : ` + and green: added; − and a dashed outline: removed; ~ and amber: changed${turnedNote()}; grey: unchanged.`;
}

/**
 * @param {number[]} rows
 * @param {string} text
 */
function flowNote(rows, text) {
  return el("p", { class: "note" }, rows.length === 0 ? "No rows match the filter." : `${text}${markNote()}`);
}
