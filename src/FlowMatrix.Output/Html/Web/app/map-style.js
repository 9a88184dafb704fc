// @ts-check
// uses dom data map-layout
/**
 * How the map looks, in the colours of the page. Shapes, dashes and words mean the same as the colours.
 * @param {MapModel} model
 * @returns {{ selector: string, style: Record<string, unknown> }[]}
 */
function mapStyle(model) {
  /** @param {string} name */
  const color = name => cssColor(`--${name}`);
  const crowd = model.edges.length > 70;
  const faint = Math.max(0.16, Math.min(0.75, 110 / model.edges.length));
  const font = "system-ui, \"Segoe UI\", \"DejaVu Sans\", sans-serif";
  return [
    { selector: "node", style: {
      "font-family": font, "font-size": 12, color: color("text"), "text-wrap": "wrap", "text-max-width": 260,
      "text-valign": "center", "text-halign": "center", "line-height": 1.15, "overlay-opacity": 0,
    } },
    { selector: "node.process", style: {
      label: "data(label)", shape: "round-rectangle", width: "data(width)", height: "data(height)",
      "background-color": color("panel"), "border-width": 1, "border-color": color("line"),
    } },
    { selector: "node.serves", style: {
      "background-color": color("service"), "border-color": color("accent"), "border-width": 1.6,
    } },
    { selector: "node.unknown", style: { "border-style": "dashed", "font-style": "italic" } },
    { selector: "node.outside", style: {
      "background-color": color("outside"), "border-color": color("warm"), "border-style": "dashed",
    } },
    { selector: "node.host", style: {
      label: "data(label)", shape: "round-rectangle", "background-color": color("raised"), "background-opacity": 1,
      "border-width": 1, "border-color": color("line"),
    } },
    { selector: "node.host:parent", style: {
      "text-valign": "top", "text-halign": "center", "text-margin-y": 18, "font-weight": 600, "font-size": 13,
      padding: `${PLACE_PADDING}px`, "background-color": color("host"), "z-index": 0,
      "min-width": "data(width)", "min-height": "data(height)",
      "min-width-bias-left": (/** @type {import("cytoscape").NodeSingular} */ node) => `${node.data("bias")}%`,
      "min-width-bias-right": (/** @type {import("cytoscape").NodeSingular} */ node) => `${100 - node.data("bias")}%`,
      "min-height-bias-top": "60%", "min-height-bias-bottom": "40%",
    } },
    { selector: "node.closed", style: {
      width: "data(width)", height: "data(height)",
      "border-width": 4, "border-style": "double", "border-color": color("faint"), "font-weight": 600, "font-size": 15,
    } },
    { selector: "node.host.outside", style: { "border-color": color("warm"), "border-style": "dashed" } },
    { selector: "edge", style: {
      width: "data(weight)", "line-color": color("edge"), "target-arrow-color": color("edge"),
      "line-opacity": crowd ? faint : 0.75,
      "target-arrow-shape": "triangle", "arrow-scale": 0.8,
      "curve-style": crowd ? "straight" : "bezier", "control-point-step-size": 28,
      "font-family": font, "font-size": 10, color: color("text"), "overlay-opacity": 0,
      "text-background-color": color("page"), "text-background-opacity": 0.9, "text-background-padding": 1.5,
      "text-background-shape": "round-rectangle", "min-zoomed-font-size": 6,
    } },
    ...(crowd ? [] : [
      { selector: "edge.named", style: { "target-label": "data(ports)", "target-text-offset": "data(labelAt)" } },
    ]),
    { selector: "edge.curved", style: {
      "curve-style": "unbundled-bezier",
      "control-point-distances": "data(bend)", "control-point-weights": "data(bendAt)",
      "edge-distances": "endpoints", "source-endpoint": "90deg", "target-endpoint": "270deg",
    } },
    { selector: "edge.arched", style: {
      "curve-style": "unbundled-bezier",
      "control-point-distances": "data(bend)", "control-point-weights": "data(bendAt)",
      "edge-distances": "endpoints", "source-endpoint": "90deg", "target-endpoint": "90deg",
    } },
    { selector: "edge:loop", style: {
      "curve-style": "bezier", "loop-direction": "0deg", "loop-sweep": "50deg",
      "control-point-step-size": FLAT ? 34 : 24,
    } },
    // Within a host, the box under a loop shows its ports already, and the next box is near.
    { selector: "edge:loop.named", style: {
      label: FLAT && !crowd ? "data(ports)" : "", "target-label": "", "text-margin-y": -5,
    } },
    { selector: "edge.udp", style: { "line-style": "dotted" } },
    { selector: "edge.plain", style: { "line-opacity": crowd ? faint / 2 : 0.4 } },
    ...["added", "removed", "changed", "turned", "denied"].flatMap(name => [
      { selector: `edge.mark-${name}`, style: {
        "line-color": color(name), "target-arrow-color": color(name), color: color(name),
      } },
      { selector: `node.mark-${name}`, style: {
        "border-color": color(name), "border-width": 2.4, color: color(name),
      } },
    ]),
    { selector: "edge.marked", style: {
      "line-opacity": 1, "z-index": 5, "font-weight": 700, "font-size": 12, "min-zoomed-font-size": 0,
      label: crowd ? "data(sign)" : "data(ports)", "target-label": "",
    } },
    { selector: "edge.mark-removed", style: { "line-style": "dashed", "line-dash-pattern": [7, 5] } },
    ...(FLAT ? [] : [{ selector: "edge:loop.marked", style: { label: "data(sign)" } }]),
    { selector: "node.mark-removed", style: { "border-style": "dashed" } },
    { selector: ".dim", style: { opacity: 0.13 } },
    { selector: "edge.lit", style: {
      "line-color": color("accent"), "target-arrow-color": color("accent"), "line-opacity": 1, "z-index": 9,
      label: "data(ports)", "target-label": "", "text-rotation": "autorotate",
    } },
    { selector: "node.chosen", style: { "border-color": color("accent"), "border-width": 3, "border-style": "solid" } },
    { selector: "node.cursor", style: { "outline-color": color("focus"), "outline-width": 3, "outline-offset": 3 } },
  ];
}
