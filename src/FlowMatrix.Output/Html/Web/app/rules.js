// @ts-check
// uses dom data
/* The rules of the policy that the matrix was checked against, with their results. */
/** @type {View} */
const rulesView = { depends: [], draw: drawRules };
const STATES = {
  missing: ["✗", "missing", "denied"], expired: ["!", "expired", "changed"],
  unused: ["?", "unused", "changed"], met: ["✓", "met", "plain"],
};
const RULE_COLUMNS = ["state", "kind", "rule", "rows", "reason", "owner", "last day", "line"];

/** @param {HTMLElement} panel */
function drawRules(panel) {
  const { rules, policy } = data.check ?? { rules: [], policy: "" };
  panel.replaceChildren(
    el("div", { class: "rules", tabindex: "0", role: "region", "aria-label": "Rules of the policy" },
      el("table", {},
        el("caption", {}, `${plural(rules.length, "rule")} of ${policy}`),
        el("thead", {}, el("tr", {}, RULE_COLUMNS.map(text => el("th", { scope: "col" }, text)))),
        el("tbody", {}, rules.map(ruleLine)))),
    el("p", { class: "note" }, "Missing: required, but no row matches. Unused: allowed, but no row matches. "
      + "Expired: its last day is over, it allows and requires nothing any more."));
}

/** @param {Rule} rule */
function ruleLine(rule) {
  const [sign, word, name] = STATES[rule.state];
  return el("tr", { class: `rule-${rule.state}` },
    el("td", { class: `sign sign-${name}` }, `${sign} ${word}`),
    el("td", {}, rule.required ? "require" : "allow"),
    el("td", { class: "count" }, rule.flows.toLocaleString("en")),
    ...[rule.words, rule.reason, rule.owner, rule.expires].map(text => el("td", {}, el("bdi", {}, text))),
    el("td", { class: "count" }, String(rule.line)));
}
