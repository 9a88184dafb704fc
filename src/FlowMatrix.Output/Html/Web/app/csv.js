/* Rows as the tool's own csv has them with --spreadsheet-safe: RFC 4180, lines ended by a line feed, no cell a formula. */
function csvOf(rows) {
  const lines = [COLUMNS.map(column => column.name).join(",")];
  for (const row of rows) {
    lines.push(COLUMNS.map(column => csvField(String(column.csv(row)))).join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** What would be a formula gets an apostrophe before it, an apostrophe another one, as in CsvFormat.Defuse. */
function csvField(cell) {
  const text = /^[=+\-@＝＋－＠']/.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]|^ | $/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text;
}

async function copyCsv(rows) {
  const text = csvOf(rows);
  if (navigator.clipboard && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
  } else {
    copyByHand(text);
  }
  say(`${plural(rows.length, "row")} copied as CSV`);
}

/** A page from a file is not everywhere trusted with the clipboard; what is selected can always be copied. */
function copyByHand(text) {
  const area = el("textarea", { class: "hidden", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function saveCsv(rows) {
  const url = URL.createObjectURL(new Blob([csvOf(rows)], { type: "text/csv;charset=utf-8" }));
  const link = el("a", { href: url, download: "flowmatrix-selection.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  say(`${plural(rows.length, "row")} saved as CSV`);
}
