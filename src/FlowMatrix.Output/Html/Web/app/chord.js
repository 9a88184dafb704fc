// @ts-check
// uses dom data marks filter selection aggregate flow-groups
/* The connections as a circle: one arc per end, one ribbon per pair, as wide as its connections. With d3-chord. */
/** @type {View} */
const chordView = { depends: ["q", "by", "theme"], draw: drawChord };
const MAX_ARCS = 36;
const [ARC_OUTER, ARC_INNER] = [300, 286];

/** @param {HTMLElement} panel */
function drawChord(panel) {
  const rows = visibleRows();
  const { arcs, matrix, pairs } = chordSums(rows);
  const layout = d3.chordDirected().padAngle(Math.min(0.04, 1.2 / Math.max(1, arcs.length)));
  const chords = layout.sortSubgroups(d3.descending)(matrix);
  const ribbon = d3.ribbonArrow().padAngle(0.004).headRadius(12);
  const picture = svg("svg", {
    viewBox: "-520 -400 1040 800", id: "chord", role: "group",
    "aria-label": `Chord diagram of ${plural(arcs.length, "end")}`,
  });
  const ribbons = svg("g", { class: "ribbons" });
  const signs = svg("g", { "aria-hidden": "true" });
  for (const chord of chords) {
    const [from, to] = [chord.source.index, chord.target.index];
    const pair = pairs.get(`${from} ${to}`) ?? [];
    const [source, target] = [chord.source, chord.target].map(end => ({ ...end, radius: ARC_INNER - 4 }));
    const path = svg("path", {
      d: String(ribbon({ source, target })), class: "ribbon", "data-from": from, "data-to": to,
    });
    path.style.fill = palette(from);
    const title = `${arcs[from].text} → ${arcs[to].text}`;
    ribbons.append(asButton(path, `${title}: ${plural(sumOfConnections(pair), "connection")}${markWords(pair)}`,
      () => select(`${title}${markWords(pair)}`, pair)));
    const middle = (chord.source.startAngle + chord.source.endAngle) / 2 - Math.PI / 2;
    const sign = markShape(path, pair, Math.cos(middle) * (ARC_INNER - 26), Math.sin(middle) * (ARC_INNER - 26));
    if (sign) {
      signs.append(sign);
    }
  }
  picture.append(ribbons, signs,
    svg("g", {}, chords.groups.map(group => arcElement(group, arcs[group.index], picture))));
  panel.replaceChildren(flowTools("Chord"), el("div", { class: "drawing" }, picture),
    flowNote(rows, "An arrow runs from client to service, in the client's colour; wider: more connections. "
      + "Point at an arc or ribbon, or reach it with Tab."));
}

/** @param {number[]} rows */
function chordSums(rows) {
  const sides = chordSides();
  /** @type {Map<string, End>} */
  const ends = new Map();
  for (const row of rows) {
    for (const text of new Set([sides.client(row), sides.service(row)])) {
      let end = ends.get(text);
      if (end === undefined) {
        ends.set(text, end = { id: text, text, place: "", rows: [], connections: 0, peers: 0 });
      }
      end.rows.push(row);
      end.connections += data.connections[row];
    }
  }
  const { kept, indexOf } = topEnds(ends.values(), MAX_ARCS);
  const matrix = kept.map(() => kept.map(() => 0));
  /** @type {Map<string, number[]>} */
  const pairs = new Map();
  for (const row of rows) {
    const [from, to] = [indexOf(sides.client(row)), indexOf(sides.service(row))];
    matrix[from][to] += widthOf(data.connections[row]);
    const key = `${from} ${to}`;
    const pair = pairs.get(key) ?? [];
    pairs.set(key, pair);
    pair.push(row);
  }
  return { arcs: kept, matrix, pairs };
}

/** Names of both ends of one kind, so that what is both client and service is one arc. */
function chordSides() {
  /** @type {(node: PageNode) => string} */
  const host = node => (node.external ? node.outside : node.place);
  /** @type {(node: PageNode) => string} */
  const process = node => (node.external || !node.place ? node.label : `${node.label} · ${node.place}`);
  const level = flowLevel();
  const text = level === "service" ? nameAmongMany : level === "process" ? process : host;
  return {
    /** @param {number} row */
    client: row => text(nodes[clientNode[row]]),
    /** @param {number} row */
    service: row => text(nodes[serviceNode[row]]),
  };
}

/**
 * @param {import("d3-chord").ChordGroup} group
 * @param {End} end
 * @param {SVGElement} picture
 */
function arcElement(group, end, picture) {
  const shape = d3.arc()({ ...group, innerRadius: ARC_INNER, outerRadius: ARC_OUTER });
  const path = svg("path", { d: shape, class: "arc" });
  path.style.fill = palette(group.index);
  const middle = (group.startAngle + group.endAngle) / 2;
  const right = middle < Math.PI;
  const turn = (middle * 180) / Math.PI - 90;
  const label = svg("text", {
    transform: `rotate(${turn}) translate(${ARC_OUTER + 8}) ${right ? "" : "rotate(180)"}`,
    "text-anchor": right ? "start" : "end", dy: "0.35em",
  }, shortened(end.text, 26));
  const title = `${end.text}: ${plural(end.connections, "connection")}`;
  const both = asButton(svg("g", { class: "end" }, path, label), title, () => select(end.text, end.rows));
  /** @param {boolean} on */
  const lightUp = on => {
    picture.classList.toggle("pointed", on);
    for (const ribbon of /** @type {NodeListOf<SVGElement>} */ (picture.querySelectorAll(".ribbon"))) {
      const { from, to } = ribbon.dataset;
      ribbon.classList.toggle("lit", on && [from, to].includes(String(group.index)));
    }
  };
  for (const event of ["pointerenter", "focus"]) {
    both.addEventListener(event, () => lightUp(true));
  }
  for (const event of ["pointerleave", "blur"]) {
    both.addEventListener(event, () => lightUp(false));
  }
  return both;
}
