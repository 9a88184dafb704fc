/* Clients on the left, services on the right, bands as thick as they have connections. Drawn with d3-sankey. */
const sankeyView = { depends: ["q", "by", "theme"] };
const MOST_BARS = 40;

/** The signs of thin bands that leave one bar stand beside each other. */
const SIGN_STEP = 18;

sankeyView.draw = function drawSankey(view) {
  const rows = visibleRows();
  const graph = sankeyGraph(rows);
  const width = Math.max(560, Math.min(1_400, view.clientWidth - 40));
  const bars = Math.max(graph.left, graph.right);
  const height = Math.max(260, Math.min(bars * 30, Math.max(bars * 21, view.clientHeight - 130)));
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height + 34}`, id: "sankey", role: "group",
    "aria-label": `Sankey diagram: ${plural(graph.left, "client")}, ${plural(graph.right, "service")}` });
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
  view.replaceChildren(flowTools("Sankey"), el("div", { class: "drawing" }, picture),
    flowNote(rows, "Left to right, from client to service; thicker: more connections (on a logarithmic scale where they differ much)."));
};

/** Clients and services are nodes of their own even where they are the same host: a Sankey diagram has no way back. */
function sankeyGraph(rows) {
  const sums = aggregate(rows, flowLevel());
  const [clients, servers] = [topEnds(sums.clients, MOST_BARS), topEnds(sums.services, MOST_BARS)];
  const links = new Map();
  for (const cell of sums.cells.values()) {
    const [from, to] = [clients.indexOf(cell.client.id), servers.indexOf(cell.service.id)];
    const key = `${from} ${to}`;
    if (!links.has(key)) {
      links.set(key, { source: from, target: clients.kept.length + to, connections: 0, rows: [] });
    }
    const link = links.get(key);
    link.connections += cell.connections;
    link.rows.push(...cell.rows);
  }
  const all = [...links.values()];
  const most = Math.max(1, ...all.map(link => link.connections));
  for (const link of all) {
    link.value = most > 200 ? Math.log2(1 + widthOf(link.connections)) : widthOf(link.connections);
  }
  const bar = (end, isClient) => ({ end, isClient });
  return {
    nodes: [...clients.kept.map(end => bar(end, true)), ...servers.kept.map(end => bar(end, false))],
    links: all, left: clients.kept.length, right: servers.kept.length,
  };
}

function sankeyBand(link) {
  const band = svg("path", { d: d3.sankeyLinkHorizontal()(link), class: "band", "stroke-width": Math.max(1, link.width) });
  band.style.stroke = palette(link.source.index);
  const title = `${endTitle(link.source.end)} → ${endTitle(link.target.end)}`;
  link.shape = markShape(band, link.rows, link.source.x1 + 16 + SIGN_STEP * (link.source.sourceLinks.indexOf(link) % 4), link.y0);
  return asButton(band, `${title}: ${plural(link.connections, "connection")}${markWords(link.rows)}`,
    () => select(`${title}${markWords(link.rows)}`, link.rows));
}

function sankeyBar(node, i, room) {
  const bar = svg("rect", { x: node.x0, y: node.y0, width: node.x1 - node.x0, height: Math.max(1, node.y1 - node.y0), class: "bar" });
  bar.style.fill = node.isClient ? palette(i) : cssColor("--accent");
  const text = svg("text", {
    x: node.isClient ? node.x0 - 7 : node.x1 + 7, y: (node.y0 + node.y1) / 2, dy: "0.35em", "text-anchor": node.isClient ? "end" : "start",
  }, shortened(node.end.text, Math.floor(room / (node.end.place ? 11 : 7.5))),
  node.end.place ? svg("tspan", { class: "faint", dx: 6 }, shortened(node.end.place, 14)) : null);
  return asButton(svg("g", { class: "end" }, bar, text), `${endTitle(node.end)}: ${plural(node.end.connections, "connection")}`,
    () => select(endTitle(node.end), node.end.rows));
}
