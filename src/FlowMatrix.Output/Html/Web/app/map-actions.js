// @ts-check
// uses dom data state marks filter selection map-model
/* What the map does when it is clicked or used with the keyboard: selects, highlights, opens places, zooms. */
/** @type {MapPicture} */
const mapPicture = { cy: null, model: null, cursor: null, moved: false };

/**
 * @param {import("cytoscape").Core} cy
 * @param {number} factor
 */
function zoomMap(cy, factor) {
  mapPicture.moved = true;
  cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

/** @param {import("cytoscape").EventObject} event */
function mapTap(event) {
  const target = event.target;
  if (target === mapPicture.cy) {
    clearHighlight();
    clearSelection();
  } else if (target.isEdge()) {
    chooseEdge(target);
  } else if (target.hasClass("process")) {
    focusOn(target);
  } else {
    choosePlace(target);
  }
}

/** @param {string} id */
function itemById(id) {
  return mapPicture.model?.places.flatMap(place => place.items).find(item => item.id === id);
}

/** @param {string} id */
function placeById(id) {
  return mapPicture.model?.places.find(place => place.key === id);
}

/** @param {import("cytoscape").NodeSingular} box */
function focusOn(box) {
  const node = itemById(box.id())?.node;
  if (!node) {
    return;
  }
  setState({ focus: node.key, steps: state.focus ? state.steps : "1" });
  const rows = focusRows(visibleRows(), node, 1);
  select(nodeTitle(node), rows, [button("Filter by this", () => setState({ focus: "", q: termFor(node) }))]);
}

/** @param {PageNode} node */
function termFor(node) {
  return data.grouped === "service" ? programTerm(node)
    : FLAT ? filterTerm("host", node.text)
    : node.network ? filterTerm("host", node.place)
    : node.external ? externalTerm(data.addresses[node.address])
    : `${filterTerm("host", node.place)} ${programTerm(node)}`;
}

/** @param {PageNode} node */
function programTerm(node) {
  return node.name !== "" ? filterTerm("name", node.name)
    : node.path !== "" ? filterTerm("path", node.path)
    : `${filterTerm("name", "")} ${filterTerm("path", "")}`;
}

/** @param {string} address Empty for grouped rows. */
function externalTerm(address) {
  return address === "" ? filterTerm("host", "") : filterTerm("address", address);
}

/** @param {import("cytoscape").NodeSingular} box */
function choosePlace(box) {
  const place = placeById(box.id());
  if (!place) {
    return;
  }
  const node = nodes[[...place.nodes][0]];
  highlight(box.union(box.children()));
  select(place.name, place.rows, [
    FLAT ? button("Show neighbours", () => setState({ focus: node.key }))
      : button(place.open ? "Close box" : "Open box", () => togglePlace(place.key)),
    FLAT ? button("Filter by this", () => setState({ q: termFor(node) }))
      : place.external ? null : button("Filter by this", () => setState({ q: filterTerm("host", place.name) })),
  ]);
}

/** @param {import("cytoscape").EdgeSingular} arrow */
function chooseEdge(arrow) {
  const edge = mapPicture.model?.edges.find(one => one.id === arrow.id());
  if (!edge) {
    return;
  }
  /** @param {Item} item */
  const name = item => item.node ? nodeTitle(item.node) : item.place.name;
  highlight(arrow.connectedNodes());
  select(`${name(edge.client)} → ${name(edge.service)} ${portsText(edge.ports)}${markWords(edge.rows)}`, edge.rows);
}

/**
 * Dims everything that is not connected with these nodes.
 * @param {import("cytoscape").NodeCollection} chosen
 */
function highlight(chosen) {
  clearHighlight();
  const edges = chosen.length > 1 && !chosen.is(":parent")
    ? chosen.edgesWith(chosen) : chosen.connectedEdges();
  const near = chosen.union(edges).union(edges.connectedNodes());
  const shown = near.union(near.parents());
  mapPicture.cy?.batch(() => {
    mapPicture.cy?.elements().difference(shown).difference(shown.nodes().parents()).addClass("dim");
    edges.addClass("lit");
    chosen.addClass("chosen");
  });
}

/**
 * Highlights the connections of the box that the mouse points at, while nothing is selected.
 * @param {import("cytoscape").NodeSingular | null} box
 */
function pointAt(box) {
  if (byId("selection").hidden) {
    if (box) {
      highlight(box.isParent() ? box.children() : box);
    } else {
      clearHighlight();
    }
  }
}

function clearHighlight() {
  const focused = mapPicture.model?.focus ? `n${mapPicture.model.focus.id}` : "";
  mapPicture.cy?.elements().removeClass("dim lit");
  mapPicture.cy?.nodes().filter(node => node.id() !== focused).removeClass("chosen");
}

/** @param {string} key */
function togglePlace(key) {
  if (FLAT) {
    return;
  }
  const open = new Set((mapPicture.model?.places ?? []).filter(place => place.open).map(place => place.key));
  if (!open.delete(key)) {
    open.add(key);
  }
  setState({ open: open.size === 0 ? "-" : [...open].map(encodeURIComponent).join(",") });
}
