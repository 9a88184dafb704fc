/* Who talks to whom as a circle: an arc an end, a ribbon a pair, as wide as it has connections. Drawn with d3-chord. */
const chordView = { depends: ["q", "by", "theme"] };
const MOST_ARCS = 36;

chordView.draw = function drawChord(view) {
  const rows = visibleRows();
  const { arcs, matrix, pairs } = chordSums(rows);
  const chords = d3.chordDirected().padAngle(Math.min(0.04, 1.2 / Math.max(1, arcs.length))).sortSubgroups(d3.descending)(matrix);
  const [outer, inner] = [300, 286];
  const arc = d3.arc().innerRadius(inner).outerRadius(outer);
  const ribbon = d3.ribbonArrow().radius(inner - 4).padAngle(0.004).headRadius(12);
  const picture = svg("svg", { viewBox: "-520 -400 1040 800", id: "chord", role: "group", "aria-label": `Chord diagram of ${plural(arcs.length, "end")}` });
  const ribbons = svg("g", { class: "ribbons" });
  const signs = svg("g", { "aria-hidden": "true" });
  for (const chord of chords) {
    const [client, service] = [arcs[chord.source.index], arcs[chord.target.index]];
    const pair = pairs.get(`${chord.source.index} ${chord.target.index}`);
    const path = svg("path", { d: ribbon(chord), class: "ribbon", "data-from": chord.source.index, "data-to": chord.target.index });
    path.style.fill = palette(chord.source.index);
    const title = `${client.text} → ${service.text}`;
    ribbons.append(asButton(path, `${title}: ${plural(sumOfConnections(pair.rows), "connection")}${markWords(pair.rows)}`,
      () => select(`${title}${markWords(pair.rows)}`, pair.rows)));
    const middle = (chord.source.startAngle + chord.source.endAngle) / 2 - Math.PI / 2;
    signs.append(markShape(path, pair.rows, Math.cos(middle) * (inner - 26), Math.sin(middle) * (inner - 26)));
  }
  picture.append(ribbons, signs, svg("g", {}, chords.groups.map(group => arcElement(group, arcs[group.index], arc, outer, picture))));
  view.replaceChildren(flowTools("Chord"), el("div", { class: "drawing" }, picture),
    flowNote(rows, "An arrow runs from client to service, in the client's colour; wider: more connections. Point at an arc or ribbon, or reach it with Tab."));
};

function chordSums(rows) {
  const sides = chordSides();
  const ends = new Map();
  for (const row of rows) {
    for (const text of new Set([sides.client(row), sides.service(row)])) {
      let end = ends.get(text);
      if (end === undefined) {
        ends.set(text, end = { id: text, text, place: "", rows: [], connections: 0 });
      }
      end.rows.push(row);
      end.connections += data.connections[row];
    }
  }
  const { kept, indexOf } = topEnds(ends.values(), MOST_ARCS);
  const matrix = kept.map(() => kept.map(() => 0));
  const pairs = new Map();
  for (const row of rows) {
    const [from, to] = [indexOf(sides.client(row)), indexOf(sides.service(row))];
    matrix[from][to] += widthOf(data.connections[row]);
    const key = `${from} ${to}`;
    if (!pairs.has(key)) {
      pairs.set(key, { rows: [] });
    }
    pairs.get(key).rows.push(row);
  }
  return { arcs: kept, matrix, pairs };
}

/** Both ends by one kind of name, so that who is client and service at once is one arc. */
function chordSides() {
  const host = node => (node.external ? node.outside : node.place);
  const process = node => (node.external || !node.place ? node.label : `${node.label} · ${node.place}`);
  const text = { host, service: nameAmongMany, process }[flowLevel()] ?? host;
  return { client: row => text(nodes[clientNode[row]]), service: row => text(nodes[serviceNode[row]]) };
}

function arcElement(group, end, arc, outer, picture) {
  const path = svg("path", { d: arc(group), class: "arc" });
  path.style.fill = palette(group.index);
  const middle = (group.startAngle + group.endAngle) / 2;
  const right = middle < Math.PI;
  const label = svg("text", {
    transform: `rotate(${(middle * 180) / Math.PI - 90}) translate(${outer + 8}) ${right ? "" : "rotate(180)"}`,
    "text-anchor": right ? "start" : "end", dy: "0.35em",
  }, shortened(end.text, 26));
  const both = asButton(svg("g", { class: "end" }, path, label), `${end.text}: ${plural(end.connections, "connection")}`,
    () => select(end.text, end.rows));
  const lightUp = on => {
    picture.classList.toggle("pointed", on);
    for (const ribbon of picture.querySelectorAll(".ribbon")) {
      ribbon.classList.toggle("lit", on && [ribbon.dataset.from, ribbon.dataset.to].includes(String(group.index)));
    }
  };
  for (const [event, on] of [["pointerenter", true], ["pointerleave", false], ["focus", true], ["blur", false]]) {
    both.addEventListener(event, () => lightUp(on));
  }
  return both;
}
