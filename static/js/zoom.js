// @ts-check
// How large the graph is drawn. While one zooms it is scaled as a picture; where that stops it is laid
// out anew and sharp: text of every size is measured again, which takes several frames of a large graph.
// Speaks to: [data-graph] with data-detail, what it lies in (.is-gliding), the box that scrolls.

import { detail, margin } from "./view.js";

// Without a step for so long, one has stopped.
const REST_MS = 250;

/** @typedef {{width: number, height: number}} Size */

// Over the graph while it is scaled: else the browser looks at each step for what is under the pointer.
const cover = document.createElement("div");
cover.className = "glide-cover";

export class Zoom {
  /** @param {HTMLElement} box @param {SVGSVGElement} graph @param {Size} size at 100 % */
  constructor(box, graph, size) {
    this.box = box;
    this.graph = graph;
    this.sheet = /** @type {HTMLElement} */ (graph.parentElement);
    this.size = size;
    this.now = 1;
    this.laidOut = 1;
    this.due = 0;
  }

  /** Lays out. @param {number} zoom */
  set(zoom) {
    clearTimeout(this.due);
    this.now = this.laidOut = zoom;
    this.sheet.classList.remove("is-gliding");
    cover.remove();
    this.sheet.style.transform = "";
    this.graph.setAttribute("width", String(this.size.width * zoom));
    this.graph.setAttribute("height", String(this.size.height * zoom));
    this.#detail(detail(zoom));
  }

  /** One step of many. @param {number} zoom @param {() => void} rested is called once they are over */
  glide(zoom, rested) {
    clearTimeout(this.due);
    this.now = zoom;
    this.sheet.classList.add("is-gliding");
    if (!cover.isConnected) this.box.after(cover);
    const [x, y] = [this.#moved(this.size.width, this.box.clientWidth), this.#moved(this.size.height, this.box.clientHeight)];
    this.sheet.style.transform = `translate(${x}px, ${y}px) scale(${zoom / this.laidOut})`;
    this.due = setTimeout(() => {
      this.set(zoom);
      rested();
    }, REST_MS);
  }

  /** Another graph takes its place. */
  stop() {
    clearTimeout(this.due);
  }

  /** What stays in the middle lies elsewhere at another size. @param {number} length @param {number} window */
  #moved(length, window) {
    return margin({ length, zoom: this.now, window }) - margin({ length, zoom: this.laidOut, window });
  }

  /** Setting what is set would have all of it styled anew. @param {string} much */
  #detail(much) {
    if (this.graph.dataset.detail !== much) this.graph.dataset.detail = much;
  }
}
