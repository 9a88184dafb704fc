// @ts-check
/*
 * Arrows of a picture in columns. One that leaves to the right and arrives from the left is a curve with level ends,
 * which climbs where it passes the fewest boxes; one within a column is an arch.
 */
/** @typedef {{ node: import("cytoscape").NodeSingular, x: number, y: number, room: number, reach: number }} BoxInWay */
const CLIMBS = [0.5, 0.25, 0.75, 0.12, 0.88];

/**
 * @param {import("cytoscape").Core} cy
 * @param {import("cytoscape").EdgeCollection} edges
 */
function bendEdges(cy, edges) {
  const boxes = cy.nodes(".process, .closed").map(node => ({
    node, x: node.position("x"), y: node.position("y"), room: node.height() / 2 + 4, reach: node.width() / 2,
  }));
  edges.forEach(edge => bendEdge(edge, boxes));
}

/**
 * @param {import("cytoscape").EdgeSingular} edge
 * @param {BoxInWay[]} boxes
 */
function bendEdge(edge, boxes) {
  const [from, to] = [edge.source(), edge.target()];
  const [ax, ay] = [from.position("x") + from.width() / 2, from.position("y")];
  const [dx, dy] = [to.position("x") - to.width() / 2 - ax, to.position("y") - ay];
  const curved = dx > 40;
  const arched = !curved && from !== to && Math.abs(from.position("x") - to.position("x")) < 60;
  edge.toggleClass("curved", curved);
  edge.toggleClass("arched", arched);
  if (curved) {
    const others = boxes.filter(({ node, x, reach }) =>
      node !== from && node !== to && x - reach > ax && x + reach < ax + dx);
    /** @type {(box: BoxInWay, x: number, climb: number) => boolean} */
    const touches = (box, x, climb) => Math.abs(ay + dy * climbed((x - ax) / dx, climb) - box.y) < box.room;
    /** @type {(climb: number) => number} */
    const hits = climb => others.filter(box =>
      [-box.reach, 0, box.reach].some(off => touches(box, box.x + off, climb))).length;
    const climb = CLIMBS.reduce((best, one) => (hits(one) < hits(best) ? one : best));
    const square = dx * dx + dy * dy;
    const aside = (dx * dy) / Math.sqrt(square);
    edge.data({
      bend: [-climb * aside, (1 - climb) * aside],
      bendAt: [(climb * dx * dx) / square, (climb * dx * dx + dy * dy) / square],
    });
  } else if (arched) {
    const away = 40 + Math.abs(dy) * 0.15;
    edge.data({ bend: [dy > 0 ? -away : away], bendAt: [0.5] });
  }
}

/**
 * How much of its height a curve has climbed at a part of its width: two quadratic curves that meet where it climbs.
 * @param {number} part
 * @param {number} climb
 */
function climbed(part, climb) {
  if (part <= climb) {
    const t = 1 - Math.sqrt(1 - part / climb);
    return (t * t) / 2;
  }
  const t = Math.sqrt((part - climb) / (1 - climb));
  return 0.5 + t - (t * t) / 2;
}
