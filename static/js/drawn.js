// @ts-check
// The drawn graph as plain lists, for what asks about it: tracing, walking, finding.
// Speaks to: [data-card], [data-port] with data-ways, .card-head, and [data-edge] with data-source, data-target
// (ports), data-source-card and data-target-card.

/** @typedef {import("./trace.js").Edge} Edge */

/** @param {Element} graph @returns {Edge[]} */
export function edgesOf(graph) {
  return [...graph.querySelectorAll("[data-edge]")].filter(isSvg).map((edge) => ({
    id: edge.dataset.edge ?? "",
    kind: ["meant", "dependency"].find((kind) => edge.classList.contains(kind)) ?? "flow",
    source: edge.dataset.source ?? "",
    target: edge.dataset.target ?? "",
    sourceCard: edge.dataset.sourceCard ?? "",
    targetCard: edge.dataset.targetCard ?? "",
  }));
}

/** What is joined within folded TaskGroups: rows by each row. @param {Element} graph @returns {Record<string, string[]>} */
export function waysOf(graph) {
  const rows = [...graph.querySelectorAll("[data-ways]")].filter(isSvg);
  return Object.fromEntries(rows.map(({ dataset }) => [dataset.port ?? "", JSON.parse(dataset.ways ?? "[]")]));
}

/** Elements by the id that they have of a kind. @param {Element} graph @param {"card" | "port" | "edge"} kind */
export function byId(graph, kind) {
  const found = [...graph.querySelectorAll(`[data-${kind}]`)].filter(isSvg);
  return new Map(found.map((one) => [one.dataset[kind] ?? "", one]));
}

/** @param {Element | null | undefined} element @returns {element is SVGElement} */
export function isSvg(element) {
  return element instanceof SVGElement;
}

/**
 * The cards in reading order, column by column.
 * @param {Element} graph
 */
export function cardsOf(graph) {
  return [...graph.querySelectorAll("[data-card]")]
    .filter((one) => one instanceof SVGGraphicsElement)
    .map((card) => ({ card, at: card.transform.baseVal.consolidate()?.matrix }))
    .sort((one, other) => (one.at?.e ?? 0) - (other.at?.e ?? 0) || (one.at?.f ?? 0) - (other.at?.f ?? 0))
    .map(({ card }) => card);
}

/** The head of a card and its rows, top to bottom. @param {Element} card */
export function stopsOf(card) {
  return [...card.querySelectorAll(".card-head, [data-port]")].filter(isSvg);
}
