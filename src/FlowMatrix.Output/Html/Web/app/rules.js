// @ts-check
// uses dom data
/* The rules of the policy that the matrix was checked against, with their results. */
/** @type {View} */
const rulesView = { depends: [], draw: drawRules };
const STATES = {
  missing: ["✗", "missing", "denied"], expired: ["!", "expired", "changed"],
  unused: ["?", "unused", "changed"], met: ["✓", "met", "plain"],
};
/** A heading and the cell below it. @type {[string, (rule: Rule) => HTMLElement][]} */
const RULE_COLUMNS = [
  ["state", ruleState],
  ["kind", rule => el("td", {}, rule.required ? "require" : "allow")],
  ["rows", rule => el("td", { class: "count" }, rule.rows.toLocaleString("en"))],
  ["rule", rule => ruleText(rule.text)],
  ["reason", rule => ruleText(rule.reason)],
  ["owner", rule => ruleText(rule.owner)],
  ["last day", rule => ruleText(rule.expires)],
  ["line", rule => el("td", { class: "count" }, String(rule.line))],
];

/** @param {HTMLElement} panel */
function drawRules(panel) {
  const { rules, policy } = data.check ?? { rules: [], policy: "" };
  panel.replaceChildren(
    el("div", { class: "rules", tabindex: "0", role: "region", "aria-label": "Rules of the policy" },
      el("table", {},
        el("caption", {}, `${plural(rules.length, "rule")} of ${policy}`),
        el("thead", {}, el("tr", {}, RULE_COLUMNS.map(([text]) => el("th", { scope: "col" }, text)))),
        el("tbody", {}, rules.map(ruleLine)))),
    el("p", { class: "note" }, "Missing: required, but no row matches. Unused: allowed, but no row matches. "
      + "Expired: its last day has passed, so it has no effect."));
}

/** @param {Rule} rule */
function ruleLine(rule) {
  return el("tr", { class: `rule-${rule.state}` }, RULE_COLUMNS.map(([, cell]) => cell(rule)));
}

/** @param {Rule} rule */
function ruleState(rule) {
  const [sign, word, name] = STATES[rule.state];
  return el("td", { class: `sign sign-${name}` }, `${sign} ${word}`);
}

/** @param {string} text */
function ruleText(text) {
  return el("td", {}, el("bdi", {}, text));
}
