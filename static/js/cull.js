// @ts-check
// Draws of a large graph only what the window shows, and some way around it. The links of the rest
// stay, empty, so that Tab and screen readers go through all of it.
// Speaks to: [data-graph].is-large, [data-card], [data-edge], .casing; run.css hides what is .is-out.

import { isSvg } from "./drawn.js";
import { around, boxOf, isWithin, meet } from "./cull_rules.js";

/** @typedef {import("./cull_rules.js").Box} Box */

// How far around the window is drawn, in windows; what is left of it before it is done anew; and
// from when on it is too much, as after zooming in.
const AHEAD = 0.75;
const LEAST = 0.25;
const MOST = 1.5;
const CARD_WIDTH = 216;
// Sheets, ports and shadows lie a little outside of a card.
const RIM = 12;

export class Cull {
  /** @param {SVGSVGElement} graph */
  constructor(graph) {
    this.drawn = graph.classList.contains("is-large") ? [...cardsIn(graph), ...edgesIn(graph)] : [];
    /** @type {Box | null} */
    this.done = null;
  }

  /** Draws what the window shows, and no more. @param {Box} window */
  look(window) {
    if (!this.drawn.length || this.#isGood(window)) return;
    const ahead = around(window, AHEAD);
    this.done = ahead;
    for (const { element, box } of this.drawn) element.classList.toggle("is-out", !meet(box, ahead));
  }

  /** @param {Box} window */
  #isGood(window) {
    const { done } = this;
    return done && isWithin(around(window, LEAST), done) && isWithin(done, around(window, MOST));
  }
}

/** Draws the card that something lies in, for what is to be measured or gone to. @param {Element} element */
export function drawWhole(element) {
  element.closest(".is-out")?.classList.remove("is-out");
}

/** @param {SVGSVGElement} graph */
function cardsIn(graph) {
  return [...graph.querySelectorAll("[data-card]")].filter(isSvg).map((element) => {
    const [x, y] = (element.getAttribute("transform")?.match(/-?[\d.]+/g) ?? ["0", "0"]).map(Number);
    const height = Number(element.querySelector(".body")?.getAttribute("height"));
    return { element, box: { left: x - RIM, top: y - RIM, right: x + CARD_WIDTH + RIM, bottom: y + height + RIM } };
  });
}

/** @param {SVGSVGElement} graph */
function edgesIn(graph) {
  return [...graph.querySelectorAll(".edge, .casing")].filter(isSvg).map((element) => ({
    element,
    box: boxOf(element.getAttribute("d") ?? ""),
  }));
}

document.addEventListener("focusin", ({ target }) => {
  const link = target instanceof Element ? target.closest(".is-out a") : null;
  if (!link) return;
  // The browser has just scrolled to a link that had no size.
  drawWhole(link);
  link.scrollIntoView({ block: "nearest", inline: "nearest" });
});
