// @ts-check
// uses dom marks
/* The heat map's canvas: paints the cells that are in sight, with the headings of their rows and columns. */
const CELL = 26;
const GROUP_GAP = 8;

/**
 * Where each line of the heat map starts; between groups there is a gap.
 * @param {Omit<HeatLine, "at" | "first">[]} ends
 * @returns {HeatLine[]}
 */
function heatLines(ends) {
  let at = 0;
  return ends.map((end, i) => {
    at += i > 0 && end.group !== ends[i - 1].group ? GROUP_GAP : 0;
    const line = { ...end, at, first: i === 0 || end.group !== ends[i - 1].group };
    at += CELL;
    return line;
  });
}

/** @param {HeatLine[]} lines */
function lengthOf(lines) {
  return lines.length === 0 ? 0 : lines[lines.length - 1].at + CELL;
}

/**
 * The index of the first line that ends after a place.
 * @param {HeatLine[]} lines
 * @param {number} place
 */
function lineAt(lines, place) {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle].at + CELL <= place) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** @param {Heat} heat */
function paintHeat(heat) {
  const { canvas, scroller, left, top } = heat;
  const [width, height] = [scroller.clientWidth, scroller.clientHeight];
  const scale = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  const [x0, y0] = [left - scroller.scrollLeft, top - scroller.scrollTop];
  const columns = inSight(heat.columns, scroller.scrollLeft, width - left);
  const rows = inSight(heat.rows, scroller.scrollTop, height - top);
  clipped(pen, left, top, width, height, () => paintCells(pen, heat, rows, columns, x0, y0));
  clipped(pen, 0, top, left, height, () => paintRowHeads(pen, heat, rows, y0, left));
  clipped(pen, left - top * 0.8, 0, width, top, () => paintColumnHeads(pen, heat, columns, x0, top));
}

/**
 * @param {HeatLine[]} lines
 * @param {number} from
 * @param {number} length
 */
function inSight(lines, from, length) {
  const first = lineAt(lines, from);
  /** @type {[line: HeatLine, index: number][]} */
  const shown = [];
  for (let i = first; i < lines.length && lines[i].at < from + length; i++) {
    shown.push([lines[i], i]);
  }
  return shown;
}

/**
 * Paints within a rectangle.
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number} right
 * @param {number} bottom
 * @param {() => void} paint
 */
function clipped(pen, x, y, right, bottom, paint) {
  pen.save();
  pen.beginPath();
  pen.rect(x, y, right - x, bottom - y);
  pen.clip();
  paint();
  pen.restore();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Heat} heat
 * @param {[HeatLine, number][]} rows
 * @param {[HeatLine, number][]} columns
 * @param {number} x0
 * @param {number} y0
 */
function paintCells(pen, heat, rows, columns, x0, y0) {
  const [empty, light, strong] = ["--cell", "--heat-low", "--heat-high"].map(cssColor);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = "10px system-ui, sans-serif";
  for (const [row, r] of rows) {
    for (const [column, c] of columns) {
      const cell = heat.cells.get(`${row.id} ${column.id}`);
      const [x, y] = [x0 + column.at, y0 + row.at];
      const color = cell && !MARKS ? mix(light, strong, Math.log1p(cell.connections) / heat.max) : null;
      pen.fillStyle = color ? `rgb(${color.join(",")})` : empty;
      pen.fillRect(x + 0.5, y + 0.5, CELL - 1, CELL - 1);
      if (cell && color) {
        pen.fillStyle = luminance(color) > 0.18 ? "#000000" : "#ffffff";
        pen.fillText(shortNumber(cell.connections), x + CELL / 2, y + CELL / 2 + 0.5);
      } else if (cell) {
        paintMarkedCell(pen, cell, x, y);
      }
      if (heat.cursor && heat.cursor.r === r && heat.cursor.c === c) {
        pen.strokeStyle = cssColor("--focus");
        pen.lineWidth = 2.5;
        pen.strokeRect(x + 1.5, y + 1.5, CELL - 3, CELL - 3);
      }
    }
  }
}

/**
 * The mark of a cell's rows: a sign, a frame (dashed if they were removed) and a colour.
 * @param {CanvasRenderingContext2D} pen
 * @param {Cell} cell
 * @param {number} x
 * @param {number} y
 */
function paintMarkedCell(pen, cell, x, y) {
  const mark = cell.mark ??= markOf(cell.rows);
  const plain = mark.name === "plain";
  pen.fillStyle = cssColor(plain ? "--heat-plain" : `--${mark.name}-soft`);
  pen.fillRect(x + 0.5, y + 0.5, CELL - 1, CELL - 1);
  if (!plain) {
    pen.strokeStyle = markColor(mark.name);
    pen.lineWidth = 2;
    pen.setLineDash(mark.dash ?? []);
    pen.strokeRect(x + 2, y + 2, CELL - 4, CELL - 4);
    pen.setLineDash([]);
  }
  pen.fillStyle = cssColor("--text");
  pen.font = plain ? "10px system-ui, sans-serif" : "700 11px system-ui, sans-serif";
  const count = plain || cell.connections > 0 ? shortNumber(cell.connections) : "";
  pen.fillText(`${mark.sign}${count}`, x + CELL / 2, y + CELL / 2 + 0.5);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Heat} heat
 * @param {[HeatLine, number][]} rows
 * @param {number} y0
 * @param {number} left
 */
function paintRowHeads(pen, heat, rows, y0, left) {
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const [row, r] of rows) {
    const here = heat.cursor?.r === r;
    pen.font = `${here ? "600 " : ""}12px system-ui, sans-serif`;
    pen.fillStyle = cssColor(here ? "--accent" : "--text");
    pen.fillText(fitted(pen, row.text, left - 16 - heat.groupWidth), left - 8, y0 + row.at + CELL / 2);
    if (row.first && row.group) {
      pen.textAlign = "left";
      pen.font = "600 11px system-ui, sans-serif";
      pen.fillStyle = cssColor("--faint");
      pen.fillText(fitted(pen, row.group, heat.groupWidth - 8), 6, y0 + row.at + CELL / 2);
      pen.textAlign = "right";
      pen.fillStyle = cssColor("--line");
      pen.fillRect(0, Math.round(y0 + row.at - GROUP_GAP / 2), left, 1);
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Heat} heat
 * @param {[HeatLine, number][]} columns
 * @param {number} x0
 * @param {number} top
 */
function paintColumnHeads(pen, heat, columns, x0, top) {
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  for (const [column, c] of columns) {
    const here = heat.cursor?.c === c;
    const text = column.group && column.first ? `${column.text} · ${column.group}` : column.text;
    pen.save();
    pen.translate(x0 + column.at + CELL / 2, top - 7);
    pen.rotate(-Math.PI / 3);
    pen.font = `${here ? "600 " : column.first && column.group ? "500 " : ""}12px system-ui, sans-serif`;
    pen.fillStyle = cssColor(here ? "--accent" : "--text");
    pen.fillText(fitted(pen, text, (top - 16) * 1.15), 0, 0);
    pen.restore();
  }
}

/**
 * A text, cut to a width.
 * @param {CanvasRenderingContext2D} pen
 * @param {string} text
 * @param {number} width
 */
function fitted(pen, text, width) {
  if (pen.measureText(text).width <= width) {
    return text;
  }
  let letters = [...text];
  while (letters.length > 1 && pen.measureText(`${letters.join("")}…`).width > width) {
    letters = letters.slice(0, -Math.ceil(letters.length / 12));
  }
  return `${letters.join("")}…`;
}

/**
 * The red, green and blue of a colour between two that are written as #rrggbb.
 * @param {string} low
 * @param {string} high
 * @param {number} part From 0 to 1.
 */
function mix(low, high, part) {
  return [1, 3, 5].map(at => {
    const [a, b] = [low, high].map(color => Number.parseInt(color.slice(at, at + 2), 16));
    return Math.round(a + (b - a) * part);
  });
}

/**
 * From 0, black, to 1; at 0.18 black and white text are equally readable. Source: WCAG 2, "relative luminance".
 * @param {number[]} color Red, green and blue.
 */
function luminance(color) {
  const [red, green, blue] = color.map(value => ((value / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {number} number */
function shortNumber(number) {
  return number < 1_000 ? String(number) : number < 10_000 ? `${(number / 1_000).toFixed(1)}k`
    : number < 1_000_000 ? `${Math.round(number / 1_000)}k` : `${Math.round(number / 1_000_000)}M`;
}
