// @ts-check
// Finds tasks, keys, fields and values in the graph while one types; find_rules.js says what matches.
// Enter goes to the next match, with Shift to the one before. Escape clears, and the focus goes to
// where one was, so that the arrow keys (walk.js) lead on from there.
// Speaks to: [data-find] (the field), [data-find-count], [data-find-step] (1 or -1), [data-scene],
// [data-graph], [data-card], .card-head, [data-port].

import { cardsOf, stopsOf } from "./drawn.js";
import { counted, matching, stepped } from "./find_rules.js";
import { bring } from "./scene.js";

// Typing comes in bursts; marking a thousand cards takes longer than a letter.
const CALM_MS = 60;

let due = 0;
/** @type {SVGElement[]} */
let found = [];
let at = -1;

document.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  clearTimeout(due);
  due = setTimeout(findAnew, CALM_MS);
});

document.addEventListener("keydown", (event) => {
  const input = field();
  if (event.target !== input || event.isComposing) return;
  if (event.key === "Enter") goBy(event.shiftKey ? -1 : 1);
  else if (event.key === "Escape") leave();
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-find-step]") : null;
  if (button instanceof HTMLElement) goBy(Number(button.dataset.findStep));
});

// What was drawn anew has lost its marks; where one looks stays.
document.addEventListener("xcomtrace:refreshed", () => {
  const before = at;
  search();
  at = Math.min(before, found.length - 1);
  show();
});

/** @returns {HTMLInputElement | null} */
function field() {
  return document.querySelector("[data-find]");
}

function findAnew() {
  clearTimeout(due);
  due = 0;
  const before = found[at];
  search();
  at = Math.max(found.indexOf(before), Math.min(0, found.length - 1));
  show();
  reveal();
}

function search() {
  const graph = document.querySelector("[data-graph]");
  const stops = graph ? cardsOf(graph).flatMap(stopsOf) : [];
  found = matching(stops.map(placeOf), field()?.value ?? "").map((position) => stops[position]);
}

/** @param {SVGElement} stop @returns {import("./find_rules.js").Place} */
function placeOf(stop) {
  const own = [...stop.querySelectorAll("title, text")].map((one) => one.textContent ?? "");
  const card = stop.closest("[data-card]");
  return { own, around: card?.getAttribute("data-card") ?? "" };
}

/** @param {number} step */
function goBy(step) {
  if (due) findAnew();
  at = stepped(at, step, found.length);
  show();
  reveal();
}

function leave() {
  const input = field();
  if (due) findAnew();
  const stop = found[at];
  const scene = document.querySelector("[data-scene]");
  if (input) input.value = "";
  findAnew();
  if (stop) stop.focus();
  else if (scene instanceof HTMLElement) scene.focus();
}

function show() {
  for (const marked of document.querySelectorAll("[data-graph] :is(.found, .found-now, .has-found)")) {
    marked.classList.remove("found", "found-now", "has-found");
  }
  for (const stop of found) {
    stop.classList.add("found");
    stop.closest("[data-card]")?.classList.add("has-found");
  }
  found[at]?.classList.add("found-now");
  const count = document.querySelector("[data-find-count]");
  if (count) count.textContent = counted(at, found.length, field()?.value ?? "");
  for (const button of document.querySelectorAll("[data-find-step]")) {
    if (button instanceof HTMLButtonElement) button.disabled = !found.length;
  }
}

function reveal() {
  if (found[at]) bring(found[at]);
}
