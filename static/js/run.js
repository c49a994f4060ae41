// @ts-check
// The run page, joined: the graph moves (scene.js), lights up (highlight.js), follows the URL and
// the mirror. Without this file every link on the page still works.
// Speaks to: #run-view[data-run-part, data-deployment, data-dag, data-run], #run-panel,
// a[data-port], a[data-port-link], a[data-port-close], button[data-show], a[data-sight],
// form[data-sight], #sight-menu, [data-again], [data-card][data-dag, data-run].

import { followHover, lightPort } from "./highlight.js";
import { Scene } from "./scene.js";
import { filtered, panelAddress, portOf, sightOf, viewAddress, withPort } from "./run_url.js";

/** @type {Scene | null} */
let scene = Scene.of(document);
scene?.openOnFocus();
followHover(document, () => portOf(location.href));

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || event.defaultPrevented) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  // Where that did not load which fetches parts of the page, links lead to the whole one.
  const canFetch = "htmx" in window;
  const sight = event.target.closest("a[data-sight]");
  if (sight && canFetch) {
    event.preventDefault();
    look(addressOf(sight));
  }
  const link = event.target.closest("a[data-port], a[data-port-link], a[data-port-close]");
  if (link && canFetch && document.querySelector("[data-graph]")) {
    event.preventDefault();
    choose(portOf(addressOf(link)));
  }
  const show = event.target.closest("[data-show]");
  if (show instanceof HTMLElement) showEdges(show.dataset.show ?? "all");
});

document.addEventListener("keydown", (event) => {
  // In a field or a menu it ends what one does there.
  if (event.target instanceof Element && event.target.closest("input, details")) return;
  if (event.key === "Escape" && portOf(location.href)) choose("");
});

document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement) || !event.target.matches("form[data-sight]")) return;
  if (!("htmx" in window)) return;
  event.preventDefault();
  look(filtered(location.href, new FormData(event.target)));
});

let seen = sightOf(location.href);
addEventListener("popstate", () => {
  if (sightOf(location.href) === seen) show(portOf(location.href));
  else look("");
});

/** Another part of the graph, or folded otherwise. @param {string} address "": where we are */
async function look(address) {
  if (address) history.pushState(null, "", address);
  seen = sightOf(location.href);
  const isMenuOpen = isOpen("#sight-menu");
  await refresh();
  if (isMenuOpen) document.querySelector("#sight-menu")?.setAttribute("open", "");
  scene?.openOnFocus();
}

/** @param {string} selector */
function isOpen(selector) {
  return document.querySelector(`${selector}[open]`) !== null;
}

/** @param {Element} link */
function addressOf(link) {
  return new URL(link.getAttribute("href") ?? "", location.href).href;
}

/** @param {string} port */
function choose(port) {
  history.pushState(null, "", withPort(location.href, port));
  show(port);
}

/** @param {string} port */
function show(port) {
  lightPort(document, port);
  if (port) scene?.reveal(port);
  htmx.ajax("GET", panelAddress(location.href), { target: "#run-panel", swap: "outerHTML" });
}

/** @param {string} which "all", "flows" or "broken" */
function showEdges(which) {
  const graph = document.querySelector("[data-graph]");
  graph?.classList.toggle("shows-flows", which === "flows");
  graph?.classList.toggle("shows-broken", which === "broken");
  for (const button of document.querySelectorAll("[data-show]")) {
    if (button instanceof HTMLElement) {
      button.setAttribute("aria-pressed", String(button.dataset.show === which));
    }
  }
}

// The mirror saw this run change: the view is fetched anew and morphed in, so that what one looks
// at, has chosen and has zoomed to stays.
let isFetching = false;
let isDue = false;

document.addEventListener("xcomtrace:resync", () => refresh());
document.addEventListener("xcomtrace:change", (event) => {
  const view = document.getElementById("run-view");
  if (!view || !(event instanceof CustomEvent)) return;
  const { deployment, dag_id, run_id } = event.detail;
  if (deployment !== view.dataset.deployment) return;
  // What other runs gave this one, and got of it, is drawn too.
  const shown = [view, ...view.querySelectorAll("[data-card][data-run]")];
  if (shown.some((one) => one.getAttribute("data-dag") === dag_id && one.getAttribute("data-run") === run_id)) refresh();
});

async function refresh() {
  isDue ||= isFetching;
  if (isFetching) return;
  isDue = false;
  isFetching = true;
  /** @type {ReturnType<typeof lookedAt> | undefined} */
  let kept;
  // Not before it has come: one may zoom and scroll while it is fetched.
  const keep = () => (kept = lookedAt());
  document.addEventListener("htmx:before:swap", keep);
  try {
    await htmx.ajax("GET", viewAddress(location.href), { target: "#run-view", swap: "outerMorph" });
  } finally {
    document.removeEventListener("htmx:before:swap", keep);
    isFetching = false;
  }
  kept ??= lookedAt();
  scene = Scene.of(document);
  if (kept.state) scene?.restore(kept.state);
  if (kept.edges) showEdges(kept.edges);
  document.dispatchEvent(new CustomEvent("xcomtrace:refreshed"));
  if (isDue) await refresh();
  else lookAgain();
}

function lookedAt() {
  const pressed = document.querySelector("[data-show][aria-pressed=true]");
  return { state: scene?.state(), edges: pressed instanceof HTMLElement ? pressed.dataset.show : "" };
}

// A graph that nobody has placed yet stands in plain layers until the server has done it.
const AGAIN_MS = 2500;
let again = 0;

function lookAgain() {
  clearTimeout(again);
  if (document.querySelector("#run-view[data-again]")) again = window.setTimeout(refresh, AGAIN_MS);
}
lookAgain();
