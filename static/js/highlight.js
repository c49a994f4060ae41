// @ts-check
// Lights the trace of a port. The server has worked the traces out; here they are only looked up.
// Speaks to: [data-graph], [data-edges], [data-port] with data-lit and data-second (ids of edges),
// [data-edge] with data-source, data-target (ports), data-source-card, data-target-card, [data-card].

/** @param {Document} page @param {string} port */
export function lightPort(page, port) {
  const graph = page.querySelector("[data-graph]");
  if (!graph) return;
  putOut(graph);
  const chosen = port ? find(graph, "port", port) : null;
  graph.classList.toggle("is-tracing", chosen !== null);
  if (!(chosen instanceof SVGElement)) return;
  chosen.classList.add("selected");
  chosen.closest("[data-card]")?.classList.add("lit", "is-selected");
  for (const id of names(chosen.dataset.second)) light(graph, id, "second");
  for (const id of names(chosen.dataset.lit)) light(graph, id, "lit");
}

/**
 * Hovering or focusing a port shows its trace; leaving it brings the chosen one back.
 * @param {Document} page
 * @param {() => string} chosen
 */
export function followHover(page, chosen) {
  let shown = chosen();
  /** @param {Event} event */
  const follow = (event) => {
    const at = event.target instanceof Element ? event.target.closest("[data-port]") : null;
    const port = at instanceof SVGElement ? (at.dataset.port ?? "") : chosen();
    if (port === shown) return;
    shown = port;
    lightPort(page, port);
  };
  page.addEventListener("mouseover", follow);
  page.addEventListener("focusin", follow);
  page.addEventListener("xcomtrace:refreshed", () => {
    shown = chosen();
  });
  page.addEventListener("click", () => {
    shown = chosen();
  });
}

/** @param {Element} graph */
function putOut(graph) {
  for (const lit of graph.querySelectorAll(".lit, .second, .selected, .is-selected")) {
    lit.classList.remove("lit", "second", "selected", "is-selected");
  }
}

/** @param {Element} graph @param {string} id @param {"lit" | "second"} how */
function light(graph, id, how) {
  const edge = find(graph, "edge", id);
  if (!(edge instanceof SVGElement)) return;
  edge.classList.remove("second");
  edge.classList.add(how);
  // What is drawn last lies on top: the edge among its branches, these among the others.
  const branches = edge.parentElement;
  branches?.append(edge);
  branches?.parentElement?.append(branches);
  for (const end of [edge.dataset.source, edge.dataset.target]) {
    const row = find(graph, "port", end ?? "");
    row?.classList.remove("second");
    row?.classList.add(how);
  }
  for (const card of [edge.dataset.sourceCard, edge.dataset.targetCard]) {
    find(graph, "card", card ?? "")?.classList.add("lit");
  }
}

/** @param {Element} graph @param {string} kind @param {string} id */
function find(graph, kind, id) {
  return graph.querySelector(`[data-${kind}="${CSS.escape(id)}"]`);
}

/** @param {string | undefined} list */
function names(list) {
  return (list ?? "").split(" ").filter(Boolean);
}
