/* What the chord diagram and the Sankey diagram share: whom they join, and which are left together as "others". */
const OTHERS = "others";

/** The ends with the most connections; the rest as one, so that nothing is lost. */
function topEnds(ends, most) {
  const sorted = [...ends].sort((a, b) => b.connections - a.connections || compareTexts(a.text, b.text));
  const kept = sorted.length <= most ? sorted : sorted.slice(0, most - 1);
  const rest = sorted.slice(kept.length);
  if (rest.length > 0) {
    kept.push({ id: OTHERS, text: `${rest.length} others`, place: "", rows: rest.flatMap(end => end.rows),
      connections: rest.reduce((sum, end) => sum + end.connections, 0) });
  }
  const index = new Map(kept.map((end, i) => [end.id, i]));
  return { kept, indexOf: id => index.get(id) ?? kept.length - 1 };
}

const FEW_HOSTS = 3;

/** Between whom: as the user said, else hosts, unless there are so few that they say nothing. */
function flowLevel() {
  return FLAT ? "process" : state.by || (data.hosts.length - 1 > FEW_HOSTS ? "host" : "service");
}

function flowTools(label) {
  return FLAT ? "" : el("div", { class: "tools", role: "toolbar", "aria-label": label },
    choice("Between", [["host", "hosts"], ["service", "services"], ["process", "processes"]], flowLevel(), by => setState({ by })));
}

function palette(i) {
  const hue = (i * 137.508 + 212) % 360;
  const dark = document.documentElement.dataset.scheme === "dark";
  return `hsl(${hue.toFixed(0)} ${dark ? 50 : 55}% ${(dark ? 58 : 42) + (i % 3) * 5}%)`;
}

/** An element of a drawing that can be reached and used with the keyboard like a button. */
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

/** A ribbon or band gets the colour and line of what is said of its rows. @returns Its sign, to be put beside it. */
function markShape(shape, rows, x, y) {
  const mark = markOf(rows);
  if (mark.name === "") {
    return null;
  }
  shape.classList.add(`mark-${mark.name}`);
  return mark.text === "" ? null : svg("text", { class: `sign sign-${mark.name}`, x, y, dy: "0.35em", "text-anchor": "middle" }, mark.text);
}

function markNote() {
  return !MARKED ? "" : data.marks.field === "check" ? " ✗ and red: not allowed."
    : ` + and green: added; − and a dashed outline: removed; ~ and amber: changed${turnedNote()}; grey: as before.`;
}

function flowNote(rows, text) {
  return el("p", { class: "note" }, rows.length === 0 ? "No row fits the filter." : `${text}${markNote()}`);
}
