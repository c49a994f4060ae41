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

/** @typedef {Map<string, {edge: string, card: string}[]>} Steps */

/** @param {Edge[]} edges @param {string} row @returns {Trace} */
export function traceOf(edges, row) {
  const lit = edges.filter((edge) => row && (edge.source === row || edge.target === row));
  const flows = edges.filter((edge) => edge.kind === "flow");
  // What only should have got the value gave nothing because of it.
  const got = lit.filter((edge) => edge.kind === "flow" || edge.target === row);
  const found = [
    ...beyond(lit.map((edge) => edge.sourceCard), against(flows)),
    ...beyond(got.map((edge) => edge.targetCard), along(flows)),
  ];
  const own = new Set(lit.map((edge) => edge.id));
  const near = new Set(found.filter(({ edge, pods }) => pods === 1 && !own.has(edge)).map(idOf));
  const far = new Set(found.map(idOf).filter((id) => !own.has(id) && !near.has(id)));
  return { lit: [...own], second: [...near], far: [...far] };
}

/** @param {{edge: string}} found */
function idOf({ edge }) {
  return edge;
}

/** @param {Edge[]} flows @returns {Steps} */
function against(flows) {
  return byCard(flows, (edge) => edge.targetCard, (edge) => edge.sourceCard);
}

/** @param {Edge[]} flows @returns {Steps} */
function along(flows) {
  return byCard(flows, (edge) => edge.sourceCard, (edge) => edge.targetCard);
}

/** @param {Edge[]} flows @param {(edge: Edge) => string} from @param {(edge: Edge) => string} to */
function byCard(flows, from, to) {
  /** @type {Steps} */
  const steps = new Map();
  for (const edge of flows) {
    const step = { edge: edge.id, card: to(edge) };
    const known = steps.get(from(edge));
    if (known) known.push(step);
    else steps.set(from(edge), [step]);
  }
  return steps;
}

/**
 * Each edge that the cards lead to, with the number of pods that lie between.
 * @param {string[]} cards @param {Steps} steps
 */
function beyond(cards, steps) {
  const reached = new Set();
  const found = [];
  let front = new Set(cards);
  for (let pods = 1; front.size; pods += 1) {
    for (const card of front) reached.add(card);
    const next = [...front].flatMap((card) => steps.get(card) ?? []);
    found.push(...next.map(({ edge }) => ({ edge, pods })));
    front = new Set(next.map(({ card }) => card).filter((card) => !reached.has(card)));
  }
  return found;
}
