// @ts-check
// Where the arrow keys lead in a graph; pure. One stands on a stop: the head of a card, or a row.
// Right and left follow edges, and go through a pod from what it got to what it gave; up and down
// go from stop to stop.

/** @typedef {import("./trace.js").Edge} Edge */

/**
 * @typedef {object} Stop
 * @property {string} id a row's; of a head the card's
 * @property {string} card
 * @property {"head" | "input" | "output" | "broken"} kind
 */

/**
 * @typedef {object} Graph
 * @property {Stop[]} stops in reading order, card after card
 * @property {Edge[]} edges
 */

/**
 * All stops a key leads to, the first of them first; none where it leads nowhere.
 * @param {Graph} graph @param {Stop} at @param {string} key @returns {Stop[]}
 */
export function walked(graph, at, key) {
  const place = graph.stops.findIndex((stop) => isSame(stop, at));
  const own = graph.stops.filter((stop) => stop.card === at.card);
  if (key === "ArrowDown") return graph.stops.slice(place + 1, place + 2);
  if (key === "ArrowUp") return graph.stops.slice(Math.max(0, place - 1), place);
  if (key === "Home") return own.slice(0, 1);
  if (key === "End") return own.slice(-1);
  if (key === "ArrowRight") return onward(graph, at, own);
  return key === "ArrowLeft" ? back(graph, at, own) : [];
}

/**
 * The next of the stops that a step could have led to, around at both ends.
 * @param {Stop[]} choices @param {Stop} at @param {1 | -1} step
 */
export function sibling(choices, at, step) {
  const place = choices.findIndex((stop) => isSame(stop, at));
  return place < 0 ? undefined : choices.at((place + step) % choices.length);
}

/** @param {Graph} graph @param {Stop} at @param {Stop[]} own */
function onward(graph, at, own) {
  if (at.kind === "head") return heads(graph, consumers(graph, at.card));
  const to = rowsTo(graph, at.id);
  if (to.length || at.kind === "output") return to;
  return own.filter((stop) => stop.kind === "output" && rowsTo(graph, stop.id).length);
}

/** @param {Graph} graph @param {Stop} at @param {Stop[]} own */
function back(graph, at, own) {
  if (at.kind === "head") return heads(graph, producers(graph, at.card));
  const from = rowsFrom(graph, at.id);
  if (from.length || at.kind === "input") return from;
  return own.filter((stop) => stop.kind !== "head" && rowsFrom(graph, stop.id).length);
}

/** @param {Graph} graph @param {string} row */
function rowsTo(graph, row) {
  return rows(graph, graph.edges.filter((edge) => edge.source === row).map((edge) => edge.target));
}

/** @param {Graph} graph @param {string} row */
function rowsFrom(graph, row) {
  return rows(graph, graph.edges.filter((edge) => edge.target === row).map((edge) => edge.source));
}

/** @param {Graph} graph @param {string} card */
function consumers(graph, card) {
  return graph.edges.filter((edge) => edge.sourceCard === card).map((edge) => edge.targetCard);
}

/** @param {Graph} graph @param {string} card */
function producers(graph, card) {
  return graph.edges.filter((edge) => edge.targetCard === card).map((edge) => edge.sourceCard);
}

/** @param {Graph} graph @param {string[]} ids */
function rows(graph, ids) {
  return graph.stops.filter((stop) => stop.kind !== "head" && ids.includes(stop.id));
}

/** @param {Graph} graph @param {string[]} cards */
function heads(graph, cards) {
  return graph.stops.filter((stop) => stop.kind === "head" && cards.includes(stop.card));
}

/** @param {Stop} one @param {Stop} other */
function isSame(one, other) {
  return one.kind === other.kind && one.id === other.id;
}
