// @ts-check
// What lights up with a row; pure. app/graph/trace.py does the same for the row in the address.

/**
 * @typedef {object} Edge
 * @property {string} id
 * @property {string} kind "flow", "meant" or "dependency"
 * @property {string} source a row's id, empty at a dependency
 * @property {string} target
 * @property {string} sourceCard
 * @property {string} targetCard
 */

/**
 * Ids of edges: the value's own, those beyond one pod, and those beyond several.
 * @typedef {{lit: string[], second: string[], far: string[]}} Trace
 */

/** Edges, and the places they lead to, by where they begin: a card or a row of it. @typedef {Map<string, {edge: string, place: string}[]>} Steps */

/**
 * Rows of folded TaskGroups, each with those on the other side that it is joined with. Other cards
 * are pods, and black boxes: all they gave may come of all they got.
 * @typedef {Map<string, string[]>} Ways
 */

/** @param {Edge[]} edges @param {string} row @param {Record<string, string[]>} [joined] the ways @returns {Trace} */
export function traceOf(edges, row, joined = {}) {
  const ways = new Map(Object.entries(joined));
  const lit = edges.filter((edge) => row && (edge.source === row || edge.target === row));
  const flows = edges.filter((edge) => edge.kind === "flow");
  // What only should have got the value gave nothing because of it.
  const got = lit.filter((edge) => edge.kind === "flow" || edge.target === row);
  /** @param {Edge} edge */
  const from = ({ source, sourceCard }) => (ways.has(source) ? source : sourceCard);
  /** @param {Edge} edge */
  const to = ({ target, targetCard }) => (ways.has(target) ? target : targetCard);
  const against = stepsOf(flows, ({ target, targetCard }) => [target, targetCard], from);
  const along = stepsOf(flows, ({ source, sourceCard }) => [source, sourceCard], to);
  const found = [...beyond(lit.map(from), against, ways), ...beyond(got.map(to), along, ways)];
  const own = new Set(lit.map((edge) => edge.id));
  const near = new Set(found.filter(({ edge, pods }) => pods === 1 && !own.has(edge)).map(idOf));
  const far = new Set(found.map(idOf).filter((id) => !own.has(id) && !near.has(id)));
  return { lit: [...own], second: [...near], far: [...far] };
}

/** @param {{edge: string}} found */
function idOf({ edge }) {
  return edge;
}

/** @param {Edge[]} flows @param {(edge: Edge) => string[]} starts @param {(edge: Edge) => string} end */
function stepsOf(flows, starts, end) {
  /** @type {Steps} */
  const steps = new Map();
  for (const edge of flows) {
    const step = { edge: edge.id, place: end(edge) };
    for (const start of starts(edge)) {
      const known = steps.get(start);
      if (known) known.push(step);
      else steps.set(start, [step]);
    }
  }
  return steps;
}

/**
 * Each edge that the places lead to, with the number of pods that lie between.
 * @param {string[]} places @param {Steps} steps @param {Ways} ways
 */
function beyond(places, steps, ways) {
  const reached = new Set();
  const found = [];
  let front = new Set(places);
  for (let pods = 1; front.size; pods += 1) {
    for (const place of front) reached.add(place);
    const starts = [...front].flatMap((place) => ways.get(place) ?? [place]);
    const next = starts.flatMap((start) => steps.get(start) ?? []);
    found.push(...next.map(({ edge }) => ({ edge, pods })));
    front = new Set(next.map(({ place }) => place).filter((place) => !reached.has(place)));
  }
  return found;
}
