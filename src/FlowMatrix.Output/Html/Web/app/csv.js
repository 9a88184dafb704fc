// @ts-check
// uses dom columns
/**
 * Rows as the tool's csv with --spreadsheet-safe: RFC 4180, line feeds as line ends, no cell a formula.
 * @param {number[]} rows
 */
function csvOf(rows) {
  const lines = [COLUMNS.map(column => column.name).join(",")];
  for (const row of rows) {
    lines.push(COLUMNS.map(column => csvField(String(column.csv(row)))).join(","));
  }
  return `${lines.join("\n")}\n`;
}

/**
 * Puts an apostrophe before what would be a formula, and before an apostrophe, as CsvFormat.Defuse does.
 * @param {string} cell
 */
function csvField(cell) {
  const text = /^[=+\-@＝＋－＠']/.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]|^ | $/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text;
}

/** @param {number[]} rows */
async function copyCsv(rows) {
  const text = csvOf(rows);
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
  } else {
    copyBySelecting(text);
  }
  announce(`${plural(rows.length, "row")} copied as CSV`);
}

/**
 * Not every browser gives a page from a file access to the clipboard, but every browser copies what is selected.
 * @param {string} text
 */
function copyBySelecting(text) {
  const area = el("textarea", { class: "hidden", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** @param {number[]} rows */
function saveCsv(rows) {
  const url = URL.createObjectURL(new Blob([csvOf(rows)], { type: "text/csv;charset=utf-8" }));
  const link = el("a", { href: url, download: "flowmatrix-selection.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  announce(`${plural(rows.length, "row")} saved as CSV`);
}
