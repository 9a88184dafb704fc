/* The map with the keyboard: a cursor that goes to the nearest box in a direction. */
const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

function mapKey(event) {
  const direction = DIRECTIONS[event.key];
  if (direction) {
    moveCursor(direction);
  } else if (event.key === "Enter" || event.key === " ") {
    useCursor();
  } else if (event.key === "+" || event.key === "=") {
    zoomMap(1.3);
  } else if (event.key === "-") {
    zoomMap(1 / 1.3);
  } else {
    return;
  }
  event.preventDefault();
}

function moveCursor([dx, dy]) {
  const { cy } = mapView;
  const boxes = cy.nodes().filter(node => !node.isParent());
  const at = mapView.cursor;
  let best = at ? null : boxes[0];
  let nearest = Infinity;
  for (const box of at ? boxes : []) {
    const [x, y] = [box.position("x") - at.position("x"), box.position("y") - at.position("y")];
    const along = x * dx + y * dy;
    const distance = along + 3 * Math.abs(x * dy + y * dx);
    if (along > 1 && distance < nearest) {
      [best, nearest] = [box, distance];
    }
  }
  if (best) {
    showCursor(best);
  }
}

function showCursor(box) {
  const { cy, model } = mapView;
  cy.nodes().removeClass("cursor");
  box.addClass("cursor");
  mapView.cursor = box;
  const { x, y } = box.renderedPosition();
  if (x < 60 || y < 40 || x > cy.width() - 60 || y > cy.height() - 40) {
    cy.center(box);
  }
  const item = itemOf(box.id());
  const place = model.places.find(one => one.key === box.id());
  const what = place ? `${place.name}, ${plural(place.nodes.size, "process", "processes")}`
    : `${nodeTitle(item.node)}${item.ports.size > 0 ? `, serves ${portsText(item.ports)}` : ""}`;
  const callers = box.incomers("edge").length;
  const called = box.outgoers("edge").length;
  say(`${what}; ${plural(callers, "arrow")} in, ${plural(called, "arrow")} out`);
}

function useCursor() {
  const box = mapView.cursor;
  if (box?.hasClass("process")) {
    focusOn(box);
  } else if (box) {
    togglePlace(box.id());
  }
}
