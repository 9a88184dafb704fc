/* The policy that the matrix was held against: its rules, and what came of each. */
const rulesView = { depends: [] };
const STATES = {
  missing: ["✗", "missing", "denied"], expired: ["!", "expired", "changed"], unused: ["?", "unused", "changed"], met: ["✓", "met", "plain"],
};

rulesView.draw = function drawRules(view) {
  const { check } = data;
  view.replaceChildren(
    el("div", { class: "rules", tabindex: "0", role: "region", "aria-label": "Rules of the policy" },
      el("table", {},
        el("caption", {}, `${plural(check.rules.length, "rule")} of ${check.policy}`),
        el("thead", {}, el("tr", {}, ["state", "kind", "rows", "flows", "reason", "owner", "last day", "line"].map(text => el("th", { scope: "col" }, text)))),
        el("tbody", {}, check.rules.map(ruleLine)))),
    el("p", { class: "note" }, "Missing: required, and no such flow is there. Unused: allowed, and no such flow is there. "
      + "Expired: its last day is over, it allows and requires nothing any more."));
};

function ruleLine(rule) {
  const [sign, word, name] = STATES[rule.state];
  return el("tr", { class: `rule-${rule.state}` },
    el("td", { class: `sign sign-${name}` }, `${sign} ${word}`),
    el("td", {}, rule.required ? "require" : "allow"),
    el("td", { class: "count" }, rule.flows.toLocaleString("en")),
    ...[rule.words, rule.reason, rule.owner, rule.expires].map(text => el("td", {}, el("bdi", {}, text))),
    el("td", { class: "count" }, rule.line));
}
