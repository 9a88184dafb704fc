// @ts-check
// uses dom data state marks map-model map-layout map-style map-bend map-actions map-keys
/* The map: its picture, which Cytoscape.js draws, its legend and its buttons. */
/** @type {View} */
const mapView = {
  depends: ["q", "focus", "steps", "open", "theme"],
  draw: drawMap,
  resize: fitMap,
  print: printMap,
  leave() {
    mapPicture.cy?.destroy();
    mapPicture.cy = null;
  },
};

/** This many arrows to one service show its port; on more of them the texts would cover each other. */
const MAX_SAME_LABELS = 2;

/** @param {HTMLElement} panel */
function drawMap(panel) {
  const model = mapPicture.model = mapModel();
  mapPicture.cy?.destroy();
  mapPicture.cy = null;
  mapPicture.cursor = null;
  if (model.places.length > MAX_PLACES) {
    const places = FLAT ? plural(model.places.length, "box", "boxes") : plural(model.places.length, "host");
    panel.replaceChildren(el("p", { class: "note", id: "map-note" },
      `${places} are too many for one picture: filter first, or use another view.`));
    return;
  }
  layoutMap(model, Math.max(0.6, panel.clientWidth / Math.max(200, panel.clientHeight - 90)));
  const canvas = el("div", {
    id: "map", tabindex: "0", role: "application", "aria-roledescription": "map of connections",
    "aria-label": `Map: ${mapSummary(model)}. Arrow keys go from box to box, Enter opens or focuses, plus and minus `
      + "zoom, Escape goes back. The table has the same connections as text.",
    onkeydown: mapKey, onblur: () => mapPicture.cy?.nodes().removeClass("cursor"),
  });
  panel.replaceChildren(mapTools(model), canvas, el("p", { class: "note", id: "map-note" }, mapNote(model)));
  const many = model.edges.length > 400;
  const cy = mapPicture.cy = cytoscape({
    container: canvas,
    elements: mapElements(model),
    style: stylesheet(model),
    layout: { name: "preset", fit: true, padding: 28 },
    minZoom: 0.03, maxZoom: 3, boxSelectionEnabled: false, autounselectify: true,
    hideEdgesOnViewport: many && model.edges.length > 1_200, textureOnViewport: many, pixelRatio: many ? 1 : "auto",
  });
  if (model.stacked && !many) {
    bendEdges(cy, cy.edges());
    cy.on("position", "node", event => bendEdges(cy, event.target.connectedEdges()));
  }
  if (cy.zoom() > 1.4) {
    cy.zoom(1.4);
    cy.center();
  }
  mapPicture.moved = false;
  cy.on("scrollzoom pinchzoom dragpan", () => { mapPicture.moved = true; });
  cy.on("tap", mapTap);
  cy.on("mouseover", "node", event => pointAt(event.target));
  cy.on("mouseout", "node", () => pointAt(null));
  cy.on("dbltap", "node.host", event => togglePlace(event.target.id()));
}

/**
 * The types of Cytoscape.js lack several properties of styles.
 * @param {MapModel} model
 */
function stylesheet(model) {
  return /** @type {any} */ (mapStyle(model));
}

/** A picture that the user has not moved keeps filling the window. */
function fitMap() {
  mapPicture.cy?.resize();
  if (mapPicture.cy && !mapPicture.moved) {
    mapPicture.cy.fit(undefined, 28);
  }
}

/**
 * Printing does not wait for the next frame: the renderer behind cy.png, which the types do not know, paints the whole
 * map at once.
 * @param {boolean} printing
 */
function printMap(printing) {
  const { cy, model } = mapPicture;
  document.getElementById("map-print")?.remove();
  if (cy === null || model === null) {
    return;
  }
  cy.style(stylesheet(model));
  if (printing) {
    const renderer = /** @type {any} */ (cy).renderer();
    byId("map").after(asPixels(
      renderer.bufferCanvasImage({ full: true, bg: "#ffffff", maxWidth: 2_400, maxHeight: 1_500 })));
  }
}

/**
 * A copy as pixels: a browser would print the drawing commands of a canvas, and PDF readers take minutes to show them.
 * @param {HTMLCanvasElement} drawing
 */
function asPixels(drawing) {
  const { width, height } = drawing;
  const picture = el("canvas", { id: "map-print", width, height });
  const pixels = drawing.getContext("2d")?.getImageData(0, 0, width, height);
  if (pixels) {
    picture.getContext("2d")?.putImageData(pixels, 0, 0);
  }
  return picture;
}

/** @param {MapModel} model */
function mapElements(model) {
  return [
    ...model.places.flatMap(place => [placeElement(place), ...(place.open ? place.items : []).map(item =>
      itemElement(item, model.focus))]),
    ...edgeElements(model.edges),
  ];
}

/**
 * @param {Place} place
 * @returns {import("cytoscape").ElementDefinition}
 */
function placeElement(place) {
  const { key: id, name, box } = place;
  const classes = ["host", place.external ? "outside" : "", place.open ? "" : "closed"].join(" ");
  return place.open
    ? { classes, data: {
      id, label: name, width: box.width - 2 * PLACE_PADDING, height: box.height - 2 * PLACE_PADDING,
      bias: freeOnTheLeft(place),
    } }
    : { classes, data: { id, label: closedLabel(place), ...box }, position: { x: place.x, y: place.y } };
}

/**
 * @param {Item} item
 * @param {PageNode | undefined} focus
 * @returns {import("cytoscape").ElementDefinition}
 */
function itemElement(item, focus) {
  const { node } = item;
  return {
    classes: [
      "process", item.serves > 0 ? "serves" : "", node?.known || node?.external ? "" : "unknown",
      node?.external ? "outside" : "", markClass(item.mark), focus && focus === node ? "chosen" : "",
    ].join(" "),
    data: {
      id: item.id, parent: item.place.key, label: item.sub ? `${item.label}\n${item.sub}` : item.label,
      width: item.width, height: item.sub ? 34 : 26,
    },
    position: { x: item.x, y: item.y },
  };
}

/**
 * @param {Arrow[]} edges
 * @returns {import("cytoscape").ElementDefinition[]}
 */
function edgeElements(edges) {
  /** @type {Map<string, number>} */
  const labels = new Map();
  return edges.map(edge => {
    const mark = markOf(edge.rows);
    const ports = `${mark.text} ${portsText(edge.ports, 2)}`.trim();
    const key = `${edge.service.id} ${ports}`;
    const same = (labels.get(key) ?? 0) + 1;
    labels.set(key, same);
    return {
      classes: [edge.udp ? "udp" : "", markClass(mark), same > MAX_SAME_LABELS ? "" : "named"].join(" "),
      data: {
        id: edge.id, source: edge.client.id, target: edge.service.id,
        ports, labelAt: 16 + measure.measureText(ports).width * 0.42, sign: mark.text,
        weight: (mark.text ? 2 : 1) + Math.min(6, Math.log2(widthOf(edge.connections)) * 0.8),
        bend: [0, 0], bendAt: [0.3, 0.7],
      },
    };
  });
}

/** @param {Pick<Mark, "name">} mark */
function markClass(mark) {
  return mark.name === "" ? "" : mark.name === "plain" ? "plain" : `marked mark-${mark.name}`;
}

/**
 * The part of a place's free room that is on the left of its processes, in percent.
 * @param {Place} place
 */
function freeOnTheLeft(place) {
  const half = place.box.width / 2 - PLACE_PADDING;
  const left = half - largest(place.items, item => item.width / 2 - item.dx, -Infinity);
  const right = half - largest(place.items, item => item.width / 2 + item.dx, -Infinity);
  return left + right < 1 ? 50 : Math.round((100 * Math.max(0, left)) / (Math.max(0, left) + Math.max(0, right)));
}

/** @param {Place} place */
function closedLabel(place) {
  const count = FLAT ? portsText(place.items[0].ports, 2)
    : place.external ? plural(place.nodes.size, "peer") : plural(place.nodes.size, "process", "processes");
  const { text } = markOf(place.rows);
  return place.box === CLOSED
    ? `${shortened(place.name, 18)}\n${text || count}`
    : shortened(`${text} ${place.name}`.trim(), 13);
}

/** @param {MapModel} model */
function mapSummary(model) {
  const inner = model.places.filter(place => !place.external);
  const boxes = inner.reduce((sum, place) => sum + place.nodes.size, 0);
  return `${FLAT ? plural(boxes, "box", "boxes") : plural(inner.length, "host")}, ${plural(model.rows.length, "row")}`;
}

/** @param {MapModel} model */
function mapNote(model) {
  const parts = [];
  if (model.rows.length === 0) {
    parts.push("No rows match the filter.");
  }
  if (model.hidden > 0) {
    parts.push(`The ${model.hidden.toLocaleString("en")} thinnest arrows are not drawn: use a filter to show them.`);
  }
  if (!FLAT && model.places.some(place => !place.open)) {
    parts.push("Double-click a host, or Enter on it, opens it.");
  }
  parts.push("Arrows run from client to service; thicker: more connections; dotted arrow: UDP; "
    + "dashed box: external or unknown.");
  if (MARKS) {
    parts.push(MARKS.field === "check" ? "✗ and red: not allowed."
      : `+ and green: added; − and red, dashed: removed; ~ and amber: changed${turnedNote()}; thin: unchanged.`);
  }
  return parts.join(" ");
}

/** @param {MapModel} model */
function mapTools(model) {
  const count = new Set(model.places.flatMap(place => [...place.nodes])).size;
  const tooMany = count > MAX_OPEN_NODES;
  /** @param {number} factor */
  const zoom = factor => mapPicture.cy && zoomMap(mapPicture.cy, factor);
  return el("div", { class: "tools", role: "toolbar", "aria-label": "Map" },
    FLAT ? null : button("Open all", () => setState({ open: "*" }), { id: "open-all", disabled: tooMany,
      title: tooMany ? `${plural(count, "process", "processes")} are too many for one picture: filter first`
        : "Show the processes of every host" }),
    FLAT ? null : button("Close all", () => setState({ open: "-" }), { id: "close-all", title: "Show hosts only" }),
    button("Fit", () => { mapPicture.moved = false; fitMap(); }),
    button("+", () => zoom(1.3), { "aria-label": "Zoom in" }),
    button("−", () => zoom(1 / 1.3), { "aria-label": "Zoom out" }),
    model.focus ? el("span", { class: "focus-tools" },
      el("b", {}, el("bdi", {}, nodeTitle(model.focus))),
      choice("Steps", [["1", "1"], ["2", "2"], ["3", "3"], ["99", "all"]], state.steps, steps => setState({ steps })),
      button("Show everything", () => setState({ focus: "" }), { id: "unfocus" })) : null);
}
