// @ts-check
// Lights the trace of a port: where its value went and came from, and, weaker, all before and after.
// Speaks to: [data-graph], [data-edges], [data-port], [data-edge], [data-card].

import { byId, edgesOf, isSvg, waysOf } from "./drawn.js";
import { traceOf } from "./trace.js";

/** @typedef {import("./trace.js").Edge} Edge */

// On its way over the graph the pointer crosses rows that nobody means.
const CALM_MS = 40;

/** @param {Document} page @param {string} port */
export function lightPort(page, port) {
  const graph = page.querySelector("[data-graph]");
  if (!graph) return;
  putOut(graph);
  const ports = byId(graph, "port");
  const chosen = ports.get(port);
  graph.classList.toggle("is-tracing", chosen !== undefined);
  if (!chosen) return;
  chosen.classList.add("selected");
  chosen.closest("[data-card]")?.classList.add("lit", "is-selected");
  lightEdges(graph, ports, traceOf(edgesOf(graph), port, waysOf(graph)));
}

/**
 * Hovering or focusing a port shows its trace; leaving it brings the chosen one back.
 * @param {Document} page
 * @param {() => string} chosen
 */
export function followHover(page, chosen) {
  let due = 0;
  let pointer = "";
  /** @param {MouseEvent} event */
  const placeOf = ({ screenX, screenY }) => `${screenX} ${screenY}`;
  /** @param {Event} event */
  const follow = (event) => {
    const at = event.target instanceof Element ? event.target.closest("[data-port]") : null;
    clearTimeout(due);
    due = setTimeout(() => {
      const port = isSvg(at) ? (at.dataset.port ?? "") : chosen();
      if (port !== litPort(page)) lightPort(page, port);
    }, CALM_MS);
  };
  let isOwed = false;
  page.addEventListener("mousemove", (event) => {
    pointer = placeOf(event);
    if (isOwed) follow(event);
    isOwed = false;
  });
  page.addEventListener("mouseover", (event) => {
    // Where the pointer rested, the graph has moved under it, as when one walks: nobody points there
    // before it moves again.
    isOwed = placeOf(event) === pointer;
    if (!isOwed) follow(event);
  });
  page.addEventListener("focusin", follow);
}

/** @param {Document} page */
function litPort(page) {
  const lit = page.querySelector("[data-port].selected");
  return isSvg(lit) ? (lit.dataset.port ?? "") : "";
}

/** @param {Element} graph */
function putOut(graph) {
  for (const lit of graph.querySelectorAll(".lit, .second, .selected, .is-selected")) {
    lit.classList.remove("lit", "second", "far", "selected", "is-selected");
  }
}

/**
 * @param {Element} graph
 * @param {Map<string, SVGElement>} ports
 * @param {import("./trace.js").Trace} trace
 */
function lightEdges(graph, ports, trace) {
  const [edges, cards] = [byId(graph, "edge"), byId(graph, "card")];
  // The nearest come last: what is drawn last lies on top.
  for (const [ids, look] of /** @type {const} */ ([
    [trace.far, ["second", "far"]],
    [trace.second, ["second"]],
    [trace.lit, ["lit"]],
  ])) {
    for (const edge of ids.map((id) => edges.get(id))) {
      if (!edge) continue;
      if (ids !== trace.far) raise(edge);
      edge.classList.add(...look);
      for (const end of [edge.dataset.source, edge.dataset.target]) {
        relight(ports.get(end ?? ""), look[0]);
      }
      for (const card of [edge.dataset.sourceCard, edge.dataset.targetCard]) {
        cards.get(card ?? "")?.classList.add("lit");
      }
    }
  }
}

/** Brings an edge before its branches, and these before the others. @param {SVGElement} edge */
function raise(edge) {
  const branches = edge.parentElement;
  branches?.append(edge);
  branches?.parentElement?.append(branches);
}

/** @param {SVGElement | undefined} row @param {"lit" | "second"} look */
function relight(row, look) {
  if (!row || row.classList.contains("selected")) return;
  row.classList.remove("second");
  row.classList.add(look);
}
