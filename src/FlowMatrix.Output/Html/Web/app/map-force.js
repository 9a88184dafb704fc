// @ts-check
// uses dom data map-model
/*
 * Layout of many places: connected places attract each other, all repel each other, then overlapping boxes move apart.
 * External places are in rows below. Source: Fruchterman and Reingold, "Graph Drawing by Force-directed Placement",
 * 1991; starts from a spiral instead of at random, so that the same matrix gives the same picture.
 */
const GAP = 34;

/**
 * @param {MapModel} model
 * @param {number} aspect Width divided by height of the available room.
 */
function placeByForce(model, aspect) {
  const inner = model.places.filter(place => !place.external);
  const links = placeLinks(model);
  const area = inner.reduce((sum, place) => sum + (place.box.width + GAP) * (place.box.height + GAP), 0);
  const size = Math.sqrt(area || 1);
  /** @type {Map<Place, number>} */
  const linkCounts = new Map();
  /** @param {Place} place */
  const linksOf = place => linkCounts.get(place) ?? 0;
  for (const { a, b } of links) {
    linkCounts.set(a, linksOf(a) + 1);
    linkCounts.set(b, linksOf(b) + 1);
  }
  const ordered = [...inner].sort((a, b) => linksOf(b) - linksOf(a) || compareTexts(a.name, b.name));
  ordered.forEach((place, i) => {
    const radius = size * 0.6 * Math.sqrt((i + 0.5) / ordered.length);
    place.x = radius * Math.cos(i * 2.399963);
    place.y = radius * Math.sin(i * 2.399963);
  });
  const rounds = ordered.length < 2 ? 0
    : Math.max(20, Math.min(220, Math.round(9e6 / (ordered.length ** 2))));
  for (let round = 0; round < rounds; round++) {
    pushAndPull(ordered, links, size / Math.sqrt(ordered.length), (size / 8) * (1 - round / rounds));
  }
  fillRoom(ordered, size, aspect);
  moveApart(ordered);
  placeOutside(ordered, model.places.filter(place => place.external));
}

/**
 * The forces work on points, not boxes: this stretches the cloud to the shape of the window and the size of its boxes.
 * Places keep their order and, if they are few, half of their distances, so that a distant one does not squeeze the
 * others.
 * @param {Place[]} places
 * @param {number} size
 * @param {number} aspect
 */
function fillRoom(places, size, aspect) {
  fillAxis(places, "x", size * 1.15 * Math.sqrt(aspect));
  fillAxis(places, "y", (size * 1.15) / Math.sqrt(aspect));
}

/**
 * @param {Place[]} places
 * @param {"x" | "y"} axis
 * @param {number} length
 */
function fillAxis(places, axis, length) {
  const share = places.length > MANY_PLACES ? 0.1 : 0.5;
  const sorted = [...places].sort((a, b) => a[axis] - b[axis]);
  const [first, last] = [sorted[0]?.[axis] ?? 0, sorted.at(-1)?.[axis] ?? 0];
  sorted.forEach((place, i) => {
    const byDistance = last > first ? (place[axis] - first) / (last - first) : 0.5;
    const byOrder = (i + 0.5) / sorted.length;
    place[axis] = (share * byDistance + (1 - share) * byOrder - 0.5) * length;
  });
}

/**
 * The pairs of connected places.
 * @param {MapModel} model
 */
function placeLinks(model) {
  /** @type {Map<string, { a: Place, b: Place }>} */
  const links = new Map();
  for (const { client, service } of model.edges) {
    const [a, b] = [client.place, service.place];
    if (a !== b && !a.external && !b.external) {
      const key = a.key < b.key ? `${a.key}\n${b.key}` : `${b.key}\n${a.key}`;
      links.set(key, { a, b });
    }
  }
  return [...links.values()];
}

/**
 * @param {Place[]} places
 * @param {{ a: Place, b: Place }[]} links
 * @param {number} distance At which two linked places are in balance.
 * @param {number} max How far a place moves at most.
 */
function pushAndPull(places, links, distance, max) {
  for (const place of places) {
    place.fx = -place.x * 0.012;
    place.fy = -place.y * 0.012;
  }
  for (let i = 0; i < places.length; i++) {
    for (let j = i + 1; j < places.length; j++) {
      push(places[i], places[j], distance);
    }
  }
  const strength = Math.min(1, (2 * places.length) / Math.max(1, links.length));
  for (const { a, b } of links) {
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const pull = (Math.hypot(dx, dy) / distance) * 0.5 * strength;
    a.fx += dx * pull;
    a.fy += dy * pull;
    b.fx -= dx * pull;
    b.fy -= dy * pull;
  }
  for (const place of places) {
    const force = Math.hypot(place.fx, place.fy) || 1;
    const step = Math.min(force, max) / force;
    place.x += place.fx * step;
    place.y += place.fy * step;
  }
}

/**
 * @param {Place} a
 * @param {Place} b
 * @param {number} distance
 */
function push(a, b, distance) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const square = Math.max(1, dx * dx + dy * dy);
  const force = (distance * distance * 1.4) / square;
  a.fx -= dx * force;
  a.fy -= dy * force;
  b.fx += dx * force;
  b.fy += dy * force;
}

/**
 * Moves each pair of overlapping boxes apart along the shorter way, until none overlaps.
 * @param {Place[]} places
 */
function moveApart(places) {
  for (let round = 0; round < 300; round++) {
    let moved = false;
    const byX = [...places].sort((a, b) => a.x - a.box.width / 2 - (b.x - b.box.width / 2));
    for (let i = 0; i < byX.length; i++) {
      const a = byX[i];
      for (let j = i + 1; j < byX.length; j++) {
        const b = byX[j];
        if (b.x - b.box.width / 2 > a.x + a.box.width / 2 + GAP) {
          break;
        }
        const overX = (a.box.width + b.box.width) / 2 + GAP - Math.abs(b.x - a.x);
        const overY = (a.box.height + b.box.height) / 2 + GAP - Math.abs(b.y - a.y);
        if (overX > 0.5 && overY > 0.5) {
          moved = true;
          if (overX < overY) {
            const shift = (overX / 2 + 0.5) * (b.x >= a.x ? 1 : -1);
            a.x -= shift;
            b.x += shift;
          } else {
            const shift = (overY / 2 + 0.5) * (b.y >= a.y ? 1 : -1);
            a.y -= shift;
            b.y += shift;
          }
        }
      }
    }
    if (!moved) {
      return;
    }
  }
}

/**
 * @param {Place[]} inner
 * @param {Place[]} outer External ones.
 */
function placeOutside(inner, outer) {
  const widest = largest(inner, place => place.x + place.box.width / 2, 600) * 2;
  let y = largest(inner, place => place.y + place.box.height / 2, 0) + 70;
  for (let first = 0; first < outer.length;) {
    let [end, width, height] = [first, 0, 0];
    while (end < outer.length && (end === first || width + outer[end].box.width < widest)) {
      width += outer[end].box.width + GAP;
      height = Math.max(height, outer[end].box.height);
      end++;
    }
    let x = (GAP - width) / 2;
    for (const place of outer.slice(first, end)) {
      place.x = x + place.box.width / 2;
      place.y = y + place.box.height / 2;
      x += place.box.width + GAP;
    }
    y += height + GAP;
    first = end;
  }
}
