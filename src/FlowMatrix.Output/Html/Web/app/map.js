/* The map: Cytoscape.js draws it; here is what it does when it is clicked, dragged or steered with the keyboard. */
const mapView = { cy: null, model: null, cursor: null };

/** So many arrows to one service say its port; on more of them the words would cover each other. */
const MOST_SAME_LABELS = 2;

mapView.depends = ["q", "focus", "steps", "open", "theme"];

mapView.draw = function drawMap(view) {
  const model = mapView.model = mapModel();
  layoutMap(model, Math.max(0.6, view.clientWidth / Math.max(200, view.clientHeight - 90)));
  mapView.cy?.destroy();
  mapView.cursor = null;
  const canvas = el("div", {
    id: "map", tabindex: "0", role: "application", "aria-roledescription": "map of connections",
    "aria-label": `Map: ${mapSummary(model)}. Arrow keys go from box to box, Enter opens or focuses, plus and minus zoom, `
      + "Escape goes back. The table has the same connections as text.",
    onkeydown: mapKey, onblur: () => mapView.cy.nodes().removeClass("cursor"),
  });
  view.replaceChildren(mapTools(model), canvas, el("p", { class: "note", id: "map-note" }, mapNote(model)));
  const many = model.edges.length > 400;
  mapView.cy = cytoscape({
    container: canvas,
    elements: mapElements(model),
    style: mapStyle(model),
    layout: { name: "preset", fit: true, padding: 28 },
    minZoom: 0.03, maxZoom: 3, boxSelectionEnabled: false, autounselectify: true,
    hideEdgesOnViewport: many && model.edges.length > 1_200, textureOnViewport: many, pixelRatio: many ? 1 : "auto",
  });
  if (model.stacked && !many) {
    bendEdges(mapView.cy, mapView.cy.edges());
    mapView.cy.on("position", "node", event => bendEdges(mapView.cy, event.target.connectedEdges()));
  }
  if (mapView.cy.zoom() > 1.4) {
    mapView.cy.zoom(1.4);
    mapView.cy.center();
  }
  mapView.moved = false;
  mapView.cy.on("scrollzoom pinchzoom dragpan", () => { mapView.moved = true; });
  mapView.cy.on("tap", mapTap);
  mapView.cy.on("mouseover", "node", event => point(event.target));
  mapView.cy.on("mouseout", "node", () => point(null));
  mapView.cy.on("dbltap", "node.host", event => togglePlace(event.target.id()));
};

/** A picture that the user has not moved keeps filling the window. */
mapView.resize = function resizeMap() {
  mapView.cy?.resize();
  if (mapView.cy && !mapView.moved) {
    mapView.cy.fit(undefined, 28);
  }
};

/** Paper does not wait for the next frame: the renderer behind cy.png paints the whole map at once. */
mapView.print = function printMap(printing) {
  const { cy, model } = mapView;
  byId("map-print")?.remove();
  cy.style(mapStyle(model));
  if (printing) {
    const drawing = cy.renderer().bufferCanvasImage({ full: true, bg: "#ffffff", maxWidth: 2_400, maxHeight: 1_500 });
    byId("map").after(asPixels(drawing));
  }
};

/** A browser would print what was drawn instead of the picture of it, and readers of that document take minutes to show it. */
function asPixels(drawing) {
  const { width, height } = drawing;
  const picture = el("canvas", { id: "map-print", width, height });
  picture.getContext("2d").putImageData(drawing.getContext("2d").getImageData(0, 0, width, height), 0, 0);
  return picture;
}

mapView.leave = function leaveMap() {
  mapView.cy?.destroy();
  mapView.cy = null;
};

function mapElements(model) {
  const elements = [];
  for (const place of model.places) {
    const kinds = ["host", place.external ? "outside" : "", place.open ? "" : "closed"].join(" ");
    elements.push({
      classes: kinds,
      data: place.open
        ? { id: place.key, label: place.name, width: place.box.width - 2 * PLACE_PADDING, height: place.box.height - 2 * PLACE_PADDING,
          bias: freeOnTheLeft(place) }
        : { id: place.key, label: closedLabel(place), ...place.box },
      ...(place.open ? {} : { position: { x: place.x, y: place.y } }),
    });
    for (const item of place.open ? place.items : []) {
      const { node } = item;
      elements.push({
        classes: ["process", item.serves > 0 ? "serves" : "", node.known || node.external ? "" : "unknown", node.external ? "outside" : "",
          markClass(item.mark), model.focus === node ? "chosen" : ""].join(" "),
        data: { id: item.id, parent: place.key, label: item.sub ? `${item.label}\n${item.sub}` : item.label,
          width: item.width, height: item.sub ? 34 : 26 },
        position: { x: item.x, y: item.y },
      });
    }
  }
  const named = new Map();
  for (const edge of model.edges) {
    const mark = markOf(edge.rows);
    const ports = `${mark.text} ${portsText(edge.ports, 2)}`.trim();
    const key = `${edge.service.id} ${ports}`;
    named.set(key, (named.get(key) ?? 0) + 1);
    elements.push({
      classes: [edge.udp ? "udp" : "", markClass(mark), named.get(key) > MOST_SAME_LABELS ? "" : "named"].join(" "),
      data: { id: edge.id, source: edge.client.id, target: edge.service.id, ports, labelAt: 16 + measure.measureText(ports).width * 0.42, sign: mark.text,
        weight: (mark.text ? 2 : 1) + Math.min(6, Math.log2(widthOf(edge.connections)) * 0.8), bend: [0, 0], bendAt: [0.3, 0.7] },
    });
  }
  return elements;
}

function markClass(mark) {
  return mark.name === "" ? "" : mark.name === "plain" ? "plain" : `marked mark-${mark.name}`;
}

/** How much of the room that its processes leave in a place is on their left, in percent. */
function freeOnTheLeft(place) {
  const half = place.box.width / 2 - PLACE_PADDING;
  const left = half + Math.min(...place.items.map(item => item.dx - item.width / 2));
  const right = half - Math.max(...place.items.map(item => item.dx + item.width / 2));
  return left + right < 1 ? 50 : Math.round((100 * Math.max(0, left)) / (Math.max(0, left) + Math.max(0, right)));
}

function closedLabel(place) {
  const count = FLAT ? portsText(place.items[0].ports, 2) : plural(place.nodes.size, place.external ? "peer" : "process", place.external ? "peers" : "processes");
  const { text } = markOf(place.rows);
  return place.box === CLOSED ? `${shortened(place.name, 18)}\n${text || count}` : shortened(`${text} ${place.name}`.trim(), 13);
}

function mapSummary(model) {
  const inner = model.places.filter(place => !place.external);
  const what = FLAT ? plural(inner.reduce((sum, place) => sum + place.nodes.size, 0), "box", "boxes") : plural(inner.length, "host");
  return `${what}, ${plural(model.rows.length, "row")}`;
}

function mapNote(model) {
  const parts = [];
  if (model.rows.length === 0) {
    parts.push("No row fits the filter.");
  }
  if (model.hidden > 0) {
    parts.push(`The ${model.hidden.toLocaleString("en")} thinnest arrows are not drawn: a filter shows them.`);
  }
  if (!FLAT && model.places.some(place => !place.open)) {
    parts.push("Double-click a host, or Enter on it, opens it.");
  }
  parts.push("Arrows run from client to service; thicker: more connections; dotted arrow: UDP; dashed box: external or not known.");
  if (MARKED) {
    parts.push(data.marks.field === "check" ? "✗ and red: not allowed." : `+ and green: added; − and red, dashed: removed; ~ and amber: changed${turnedNote()}; thin: as before.`);
  }
  return parts.join(" ");
}

function mapTools(model) {
  const count = new Set(model.places.flatMap(place => [...place.nodes])).size;
  const tooMany = count > MOST_OPEN_NODES;
  return el("div", { class: "tools", role: "toolbar", "aria-label": "Map" },
    FLAT ? null : button("Open all", () => setState({ open: "*" }), { id: "open-all", disabled: tooMany,
      title: tooMany ? `${plural(count, "process", "processes")} are too many for one picture: filter first` : "Show the processes of every host" }),
    FLAT ? null : button("Close all", () => setState({ open: "-" }), { id: "close-all", title: "Show hosts only" }),
    button("Fit", () => { mapView.moved = false; mapView.resize(); }),
    button("+", () => zoomMap(1.3), { "aria-label": "Zoom in" }),
    button("−", () => zoomMap(1 / 1.3), { "aria-label": "Zoom out" }),
    model.focus ? el("span", { class: "focus-tools" },
      el("b", {}, el("bdi", {}, nodeTitle(model.focus))),
      choice("Steps", [["1", "1"], ["2", "2"], ["3", "3"], ["99", "all"]], state.steps, steps => setState({ steps })),
      button("Show everything", () => setState({ focus: "" }), { id: "unfocus" })) : null);
}

function zoomMap(factor) {
  const { cy } = mapView;
  mapView.moved = true;
  cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

function mapTap(event) {
  const target = event.target;
  if (target === mapView.cy) {
    unlight();
    clearSelection();
  } else if (target.isEdge()) {
    chooseEdge(target);
  } else if (target.hasClass("process")) {
    focusOn(target);
  } else {
    choosePlace(target);
  }
}

function itemOf(id) {
  return mapView.model.places.flatMap(place => place.items).find(item => item.id === id);
}

function focusOn(element) {
  const { node } = itemOf(element.id());
  setState({ focus: node.key, steps: state.focus ? state.steps : "1" });
  const rows = focusRows(visibleRows(), node, 1);
  select(nodeTitle(node), rows, [button("Filter by it", () => setState({
    focus: "", q: termFor(node),
  }))]);
}

function termFor(node) {
  return data.grouped === "service" ? programTerm(node)
    : FLAT ? filterTerm("host", node.text)
    : node.network ? filterTerm("host", node.place)
    : node.external ? externalTerm(data.addresses[node.address])
    : `${filterTerm("host", node.place)} ${programTerm(node)}`;
}

function programTerm(node) {
  return node.name !== "" ? filterTerm("name", node.name)
    : node.path !== "" ? filterTerm("path", node.path)
    : `${filterTerm("name", "")} ${filterTerm("path", "")}`;
}

/** Grouped rows have no addresses. */
function externalTerm(address) {
  return address === "" ? filterTerm("host", "") : filterTerm("address", address);
}

function choosePlace(element) {
  const place = mapView.model.places.find(one => one.key === element.id());
  const node = nodes[[...place.nodes][0]];
  light(element.union(element.children()));
  select(place.name, place.rows, [
    FLAT ? button("Show its neighbours", () => setState({ focus: node.key })) : button(place.open ? "Close it" : "Open it", () => togglePlace(place.key)),
    FLAT ? button("Filter by it", () => setState({ q: termFor(node) }))
      : place.external ? null : button("Filter by it", () => setState({ q: filterTerm("host", place.name) })),
  ]);
}

function chooseEdge(element) {
  const edge = mapView.model.edges.find(one => one.id === element.id());
  const name = item => item.node ? nodeTitle(item.node) : item.place.name;
  light(element.connectedNodes());
  select(`${name(edge.client)} → ${name(edge.service)} ${portsText(edge.ports)}${markWords(edge.rows)}`, edge.rows);
}

/** What has nothing to do with these nodes steps back. */
function light(chosen) {
  unlight();
  const { cy } = mapView;
  const edges = chosen.length > 1 && chosen.every(node => !node.isParent()) ? chosen.edgesWith(chosen) : chosen.connectedEdges();
  const near = chosen.union(edges).union(edges.connectedNodes());
  const shown = near.union(near.parents());
  cy.batch(() => {
    cy.elements().difference(shown).difference(shown.nodes().parents()).addClass("dim");
    edges.addClass("lit");
    chosen.addClass("chosen");
  });
}

/** Pointing at a box shows whom it talks to, as long as nothing is selected. */
function point(element) {
  if (byId("selection").hidden) {
    if (element) {
      light(element.isParent() ? element.children() : element);
    } else {
      unlight();
    }
  }
}

function unlight() {
  mapView.cy?.elements().removeClass("dim lit");
  mapView.cy?.nodes().filter(node => !mapView.model.focus || node.id() !== `n${mapView.model.focus.id}`).removeClass("chosen");
}

function togglePlace(key) {
  if (FLAT) {
    return;
  }
  const open = new Set(mapView.model.places.filter(place => place.open).map(place => place.key));
  if (!open.delete(key)) {
    open.add(key);
  }
  setState({ open: open.size === 0 ? "-" : [...open].map(encodeURIComponent).join(",") });
}
