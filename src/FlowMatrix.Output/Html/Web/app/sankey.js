// @ts-check
// uses dom data marks filter selection aggregate flow-groups
/* Clients on the left, services on the right, bands as thick as their connections. Drawn with d3-sankey. */
/** @type {View} */
const sankeyView = { depends: ["q", "by", "theme"], draw: drawSankey };
const MAX_BARS = 40;

/** Distance of the signs of thin bands that leave the same bar. */
const SIGN_STEP = 18;

/** @param {HTMLElement} panel */
function drawSankey(panel) {
  const rows = visibleRows();
  const graph = sankeyGraph(rows);
  const width = Math.max(560, Math.min(1_400, panel.clientWidth - 40));
  const bars = Math.max(graph.left, graph.right);
  const height = Math.max(260, Math.min(bars * 30, Math.max(bars * 21, panel.clientHeight - 130)));
  const picture = svg("svg", {
    viewBox: `0 0 ${width} ${height + 34}`, id: "sankey", role: "group",
    "aria-label": `Sankey diagram: ${plural(graph.left, "client")}, ${plural(graph.right, "service")}`,
  });
  picture.style.width = `${width}px`;
  if (graph.nodes.length > 0) {
    const edge = Math.min(280, width * 0.27);
    d3.sankey().nodeWidth(12).nodePadding(Math.min(14, height / (bars * 2))).nodeSort(null).iterations(12)
      .extent([[edge, 30], [width - edge, height + 20]])(graph);
    picture.append(
      svg("text", { x: edge, y: 14, class: "heading", "text-anchor": "end" }, "clients"),
      svg("text", { x: width - edge, y: 14, class: "heading" }, "services"),
      svg("g", { class: "ribbons" }, graph.links.map(sankeyBand)),
      svg("g", { "aria-hidden": "true" }, graph.links.map(link => link.shape)),
      svg("g", {}, graph.nodes.map((node, i) => sankeyBar(node, i, edge - 20))));
  }
  panel.replaceChildren(flowTools("Sankey"), el("div", { class: "drawing" }, picture),
    flowNote(rows, "Left to right, from client to service; thicker: more connections "
      + "(on a logarithmic scale where they differ much)."));
}

/**
 * Clients and services are separate nodes even if they are the same host: a Sankey diagram has no cycles.
 * @param {number[]} rows
 * @returns {SankeyPicture}
 */
function sankeyGraph(rows) {
  const sums = aggregate(rows, flowLevel());
  const [clients, servers] = [topEnds(sums.clients, MAX_BARS), topEnds(sums.services, MAX_BARS)];
  /** @type {Map<string, LaidOutBand>} */
  const links = new Map();
  for (const cell of sums.cells.values()) {
    const [from, to] = [clients.indexOf(cell.client.id), servers.indexOf(cell.service.id)];
    const key = `${from} ${to}`;
    let link = links.get(key);
    if (link === undefined) {
      links.set(key, link = { source: from, target: clients.kept.length + to, connections: 0, value: 0, rows: [] });
    }
    link.connections += cell.connections;
    for (const row of cell.rows) {
      link.rows.push(row);
    }
  }
  const all = [...links.values()];
  const max = largest(all, link => link.connections, 1);
  for (const link of all) {
    link.value = max > 200 ? Math.log2(1 + widthOf(link.connections)) : widthOf(link.connections);
  }
  const bars = [
    ...clients.kept.map(end => ({ end, isClient: true })), ...servers.kept.map(end => ({ end, isClient: false })),
  ];
  return { nodes: bars, links: all, left: clients.kept.length, right: servers.kept.length };
}

/** @param {LaidOutBand} link */
function sankeyBand(link) {
  // The layout has replaced the numbers of its ends by the bars, and given them places.
  const [source, target] = /** @type {LaidOutBar[]} */ ([link.source, link.target]);
  const band = svg("path", {
    d: d3.sankeyLinkHorizontal()(link), class: "band", "stroke-width": Math.max(1, link.width ?? 0),
  });
  band.style.stroke = palette(source.index ?? 0);
  const title = `${endTitle(source.end)} → ${endTitle(target.end)}`;
  const at = (source.sourceLinks ?? []).indexOf(link) % 4;
  link.shape = markShape(band, link.rows, (source.x1 ?? 0) + 16 + SIGN_STEP * at, link.y0 ?? 0);
  return asButton(band, `${title}: ${plural(link.connections, "connection")}${markWords(link.rows)}`,
    () => select(`${title}${markWords(link.rows)}`, link.rows));
}

/**
 * @param {LaidOutBar} node
 * @param {number} i
 * @param {number} room For its text.
 */
function sankeyBar(node, i, room) {
  const { end, isClient, x0 = 0, x1 = 0, y0 = 0, y1 = 0 } = node;
  const bar = svg("rect", { x: x0, y: y0, width: x1 - x0, height: Math.max(1, y1 - y0), class: "bar" });
  bar.style.fill = isClient ? palette(i) : cssColor("--accent");
  const text = svg("text", {
    x: isClient ? x0 - 7 : x1 + 7, y: (y0 + y1) / 2, dy: "0.35em", "text-anchor": isClient ? "end" : "start",
  }, shortened(end.text, Math.floor(room / (end.place ? 11 : 7.5))),
  end.place ? svg("tspan", { class: "faint", dx: 6 }, shortened(end.place, 14)) : null);
  return asButton(svg("g", { class: "end" }, bar, text), `${endTitle(end)}: ${plural(end.connections, "connection")}`,
    () => select(endTitle(end), end.rows));
}
