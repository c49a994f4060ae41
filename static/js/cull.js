// @ts-check
// Draws of a large graph only what the window shows, and some way around it. The links of the rest
// stay, empty, so that Tab and screen readers go through all of it.
// Speaks to: [data-graph].is-large, [data-card], [data-edge], .casing; run.css hides what is .is-out, and
// the rows of what is .is-brief.

import { isSvg } from "./drawn.js";
import { around, boxOf, isWithin, meet } from "./cull_rules.js";

/** @typedef {import("./cull_rules.js").Box} Box */

// How far around the window is drawn, in windows; what is left of it before it is done anew; and
// from when on it is too much, as after zooming in.
const AHEAD = 0.75;
const AHEAD_IN_BRIEF = 1.5;
const LEAST = 0.25;
const MOST = 1.5;
const CARD_WIDTH = 216;
// Sheets, ports and shadows lie a little outside of a card.
const RIM = 12;

// Cards and edges that are drawn whole in one frame.
const AT_ONCE = 120;

export class Cull {
  /** @param {SVGSVGElement} graph */
  constructor(graph) {
    this.drawn = graph.classList.contains("is-large") ? [...cardsIn(graph), ...edgesIn(graph)] : [];
    /** @type {Box | null} */
    this.done = null;
    this.atOnce = Infinity;
    this.isBrief = false;
    this.frame = 0;
  }

  /** While one zooms, what comes into the window has no rows yet, and nothing is taken away. */
  beBrief() {
    this.#turn(true);
  }

  beWhole() {
    this.#turn(false);
  }

  /** @param {boolean} isBrief */
  #turn(isBrief) {
    if (this.isBrief !== isBrief) this.done = null;
    this.isBrief = isBrief;
  }

  /** Draws what the window shows, and no more. @param {Box} window */
  look(window) {
    if (!this.drawn.length || this.#isGood(window)) return;
    const ahead = (this.done = around(window, this.isBrief ? AHEAD_IN_BRIEF : AHEAD));
    cancelAnimationFrame(this.frame);
    if (this.isBrief) this.#sketch(ahead);
    else this.#swap(ahead, window);
    this.atOnce = AT_ONCE;
  }

  /** @param {Box} ahead */
  #sketch(ahead) {
    for (const { element, box } of this.drawn) if (meet(box, ahead)) element.classList.replace("is-out", "is-brief");
  }

  /** @param {Box} ahead @param {Box} window */
  #swap(ahead, window) {
    const [seen, near] = [/** @type {SVGElement[]} */ ([]), /** @type {SVGElement[]} */ ([])];
    for (const { element, box } of this.drawn) {
      if (!meet(box, ahead)) putAway(element);
      else if (element.matches(".is-out, .is-brief")) (meet(box, window) ? seen : near).push(element);
    }
    this.#draw([...seen, ...near], this.atOnce);
  }

  /** Bit by bit, so that one can go on moving. @param {SVGElement[]} elements @param {number} most */
  #draw(elements, most) {
    for (const element of elements.slice(0, most)) element.classList.remove("is-out", "is-brief");
    const left = elements.slice(most);
    if (left.length) this.frame = requestAnimationFrame(() => this.#draw(left, most));
  }

  /** @param {Box} window */
  #isGood(window) {
    const { done } = this;
    const isEnough = done && isWithin(around(window, LEAST), done);
    return isEnough && (this.isBrief || isWithin(done, around(window, MOST)));
  }
}

/** @param {SVGElement} element */
function putAway(element) {
  element.classList.add("is-out");
  element.classList.remove("is-brief");
}

/** Draws the card that something lies in, for what is to be measured or gone to. @param {Element} element */
export function drawWhole(element) {
  element.closest(".is-out, .is-brief")?.classList.remove("is-out", "is-brief");
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
