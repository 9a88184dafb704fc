// @ts-check
// uses dom data map-actions
/* The map with the keyboard: a cursor that moves to the nearest box in a direction. */
/** @param {KeyboardEvent} event */
function mapKey(event) {
  const { cy } = mapPicture;
  const direction = DIRECTIONS.get(event.key);
  if (cy === null) {
    return;
  }
  if (direction) {
    moveCursor(cy, direction);
  } else if (event.key === "Enter" || event.key === " ") {
    useCursor();
  } else if (event.key === "+" || event.key === "=") {
    zoomMap(cy, 1.3);
  } else if (event.key === "-") {
    zoomMap(cy, 1 / 1.3);
  } else {
    return;
  }
  event.preventDefault();
}

/**
 * @param {import("cytoscape").Core} cy
 * @param {[dx: number, dy: number]} direction
 */
function moveCursor(cy, [dx, dy]) {
  const boxes = cy.nodes(":childless").map(box => box);
  const at = mapPicture.cursor;
  /** @type {import("cytoscape").NodeSingular | null} */
  let best = at ? null : boxes[0];
  let nearest = Infinity;
  if (at) {
    for (const box of boxes) {
      const [x, y] = [box.position("x") - at.position("x"), box.position("y") - at.position("y")];
      const along = x * dx + y * dy;
      const distance = along + 3 * Math.abs(x * dy + y * dx);
      if (along > 1 && distance < nearest) {
        [best, nearest] = [box, distance];
      }
    }
  }
  if (best) {
    showCursor(cy, best);
  }
}

/**
 * @param {import("cytoscape").Core} cy
 * @param {import("cytoscape").NodeSingular} box
 */
function showCursor(cy, box) {
  cy.nodes().removeClass("cursor");
  box.addClass("cursor");
  mapPicture.cursor = box;
  const { x, y } = box.renderedPosition();
  if (x < 60 || y < 40 || x > cy.width() - 60 || y > cy.height() - 40) {
    cy.center(box);
  }
  const callers = box.incomers("edge").length;
  const called = box.outgoers("edge").length;
  announce(`${boxInWords(box.id())}; ${plural(callers, "arrow")} in, ${plural(called, "arrow")} out`);
}

/** @param {string} id */
function boxInWords(id) {
  const place = placeById(id);
  const item = itemById(id);
  return place ? `${place.name}, ${plural(place.nodes.size, "process", "processes")}`
    : item?.node ? `${nodeTitle(item.node)}${item.ports.size > 0 ? `, serves ${portsText(item.ports)}` : ""}` : "";
}

function useCursor() {
  const box = mapPicture.cursor;
  if (box?.hasClass("process")) {
    focusOn(box);
  } else if (box) {
    togglePlace(box.id());
  }
}
