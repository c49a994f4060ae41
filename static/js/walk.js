// @ts-check
// Walks the graph with the arrow keys; walk_rules.js says where they lead. What is walked to has the
// focus, lies in the window, and is told to whoever listens to the page.
// Speaks to: [data-scene] with data-focus (a card), [data-graph], [data-card], .card-head, [data-port], [data-walked] (says where one is).

import { cardsOf, edgesOf, isSvg, stopsOf } from "./drawn.js";
import { bring } from "./scene.js";
import { sibling, walked } from "./walk_rules.js";

/** @typedef {import("./walk_rules.js").Stop} Stop */

const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];

/** What the last step along an edge could have led to. @type {Stop[]} */
let choices = [];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !KEYS.includes(event.key)) return;
  const on = event.target instanceof Element ? event.target.closest("[data-card] a") : null;
  const graph = on?.closest("[data-graph]");
  if (!graph || !isSvg(on)) return;
  const to = event.altKey ? chosen(stopOf(on), event.key) : stepped(graph, stopOf(on), event.key);
  if (to === null) return;
  event.preventDefault();
  goTo(graph, to);
});

// From the window, whose arrow keys scroll, Enter goes to the card that matters.
document.addEventListener("keydown", (event) => {
  const box = event.target instanceof HTMLElement && event.key === "Enter" ? event.target : null;
  const graph = box?.matches("[data-scene]") ? box.querySelector("[data-graph]") : null;
  const card = box?.dataset.focus ?? "";
  if (graph) goTo(graph, { id: card, card, kind: "head" });
});

/** A stop beside this one, with Alt; null: the key is the browser's. @param {Stop} at @param {string} key */
function chosen(at, key) {
  const step = key === "ArrowDown" ? 1 : -1;
  return key === "ArrowDown" || key === "ArrowUp" ? sibling(choices, at, step) : null;
}

/** @param {Element} graph @param {Stop} at @param {string} key */
function stepped(graph, at, key) {
  const stops = cardsOf(graph).flatMap(stopsOf).map(stopOf);
  const found = walked({ stops, edges: edgesOf(graph) }, at, key);
  choices = found;
  return found[0];
}

/** @param {Element} graph @param {Stop | undefined} stop */
function goTo(graph, stop) {
  const to = stop && cardsOf(graph).flatMap(stopsOf).find((one) => isAt(one, stop));
  if (!to) return say("Nothing further this way");
  bring(to);
  to.focus({ preventScroll: true });
  say(told(to, stop));
}

/** @param {SVGElement} element @param {Stop} stop */
function isAt(element, stop) {
  const { id, kind } = stopOf(element);
  return id === stop.id && kind === stop.kind;
}

/** @param {SVGElement} element @returns {Stop} */
function stopOf(element) {
  const owner = element.closest("[data-card]");
  const card = isSvg(owner) ? (owner.dataset.card ?? "") : "";
  const kinds = /** @type {const} */ (["input", "output", "broken"]);
  const kind = kinds.find((name) => element.classList.contains(name)) ?? "head";
  return { id: element.dataset.port ?? card, card, kind };
}

/** @param {SVGElement} element @param {Stop} stop */
function told(element, { card, kind }) {
  const what = { head: "", input: " got ", output: " gave ", broken: ", broken: " }[kind];
  const title = kind === "head" ? "" : (element.querySelector("title")?.textContent ?? "");
  const place = choices.findIndex((one) => isAt(element, one)) + 1;
  const ways = choices.length > 1 ? `; ${place} of ${choices.length}, Alt with up or down for the others` : "";
  return `${card}${what}${title}${ways}`;
}

/** @param {string} words */
function say(words) {
  const region = document.querySelector("[data-walked]");
  if (region) region.textContent = words;
}
