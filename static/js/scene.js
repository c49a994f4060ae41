// @ts-check
// The window onto the graph: it scrolls as the browser scrolls, so wheel, touch and keyboard work
// by themselves; here come dragging, zooming and the minimap.
// Speaks to: [data-scene] with data-focus (a card), [data-graph] with data-width and data-height,
// [data-card], [data-port], [data-zoom], [data-zoom-text], [data-minimap], [data-window].

import { Cull, drawWhole } from "./cull.js";
import { ROWS_ZOOM, bounded, centred, fitting, isSeen, reaching, scrolledAround } from "./view.js";
import { Zoom } from "./zoom.js";

const STEP = 1.25;
// A press that moves less is a click.
const STILL_PX = 4;

/** @typedef {{zoom: number, left: number, top: number}} SceneState */

export class Scene {
  /** @param {HTMLElement} box @param {SVGSVGElement} graph */
  constructor(box, graph) {
    this.box = box;
    this.graph = graph;
    this.size = { width: Number(graph.dataset.width), height: Number(graph.dataset.height) };
    this.scale = new Zoom(box, graph, this.size);
    this.cull = new Cull(graph);
    if (!("ready" in box.dataset)) this.#listen();
    box.dataset.ready = "";
    this.#showWindow();
  }

  /** The page's scene, if it shows a graph. @param {Document} page */
  static of(page) {
    current?.scale.stop();
    const box = page.querySelector("[data-scene]");
    const graph = box?.querySelector("[data-graph]");
    return box instanceof HTMLElement && graph instanceof SVGSVGElement
      ? (current = new Scene(box, graph))
      : null;
  }

  get zoom() {
    return this.scale.now;
  }

  /** @returns {SceneState} */
  state() {
    return { zoom: this.zoom, left: this.box.scrollLeft, top: this.box.scrollTop };
  }

  /** @param {SceneState} state */
  restore(state) {
    this.setZoom(state.zoom);
    this.box.scrollTo(state.left, state.top);
  }

  /** At 100 % on the card that matters; whole graphs of 27 layers show nothing. */
  openOnFocus() {
    const card = this.#find("card", this.box.dataset.focus ?? "");
    const seen = this.size.width <= this.box.clientWidth && this.size.height <= this.box.clientHeight;
    if (card && !seen) {
      // As little to the right as shows it: what it got its values from lies on its left.
      const { x, y, width, height } = this.#place(card);
      const top = centred({ start: y, length: height, zoom: this.zoom, window: this.box.clientHeight });
      this.box.scrollTo(reaching({ end: x + width, zoom: this.zoom, window: this.box.clientWidth }), top);
    }
    this.#showWindow();
  }

  /** Scrolls as far as needed to show a port. @param {string} port */
  reveal(port) {
    const row = this.#find("port", port);
    if (row && !this.#isSeen(row)) this.#centre(row);
  }

  /** @param {number} zoom */
  setZoom(zoom) {
    const at = { x: this.box.clientWidth / 2, y: this.box.clientHeight / 2 };
    this.cull.beWhole();
    this.#resize(bounded(zoom), at, (size) => this.scale.set(size));
  }

  /** One step of a wheel or a pinch. @param {number} zoom @param {{x: number, y: number}} at stays where it is */
  glideTo(zoom, at) {
    this.cull.beBrief();
    this.#resize(bounded(zoom), at, (size) =>
      this.scale.glide(size, () => {
        this.cull.beWhole();
        this.#showWindow();
      }),
    );
  }

  /** @param {number} after @param {{x: number, y: number}} at @param {(zoom: number) => void} apply */
  #resize(after, at, apply) {
    const { box, size, zoom: before } = this;
    const [x, y] = [
      { scroll: box.scrollLeft, at: at.x, length: size.width, window: box.clientWidth },
      { scroll: box.scrollTop, at: at.y, length: size.height, window: box.clientHeight },
    ];
    apply(after);
    box.scrollTo(scrolledAround({ ...x, before, after }), scrolledAround({ ...y, before, after }));
    this.#showWindow();
    // At last: it asks the browser for a layout, which what is read above would wait for.
    const shown = document.querySelector("[data-zoom-text]");
    if (shown) shown.textContent = `${Math.round(after * 100)} %`;
  }

  /** @param {string} how "in", "out" or "fit" */
  zoomBy(how) {
    if (how === "in") this.setZoom(this.zoom * STEP);
    else if (how === "out") this.setZoom(this.zoom / STEP);
    else this.setZoom(fitting(this.size, { width: this.box.clientWidth, height: this.box.clientHeight }));
  }

  /** @param {string} kind @param {string} id */
  #find(kind, id) {
    const found = id ? this.graph.querySelector(`[data-${kind}="${CSS.escape(id)}"]`) : null;
    return found instanceof SVGGraphicsElement ? found : null;
  }

  /** An element's box in the drawing's own px. @param {SVGGraphicsElement} element */
  #place(element) {
    drawWhole(element);
    const on = element.getBoundingClientRect();
    const graph = this.graph.getBoundingClientRect();
    return {
      x: (on.left - graph.left) / this.zoom,
      y: (on.top - graph.top) / this.zoom,
      width: on.width / this.zoom,
      height: on.height / this.zoom,
    };
  }

  /** @param {SVGGraphicsElement} element */
  #centre(element) {
    const { zoom } = this;
    const { x, y, width, height } = this.#place(element);
    this.box.scrollTo(
      centred({ start: x, length: width, zoom, window: this.box.clientWidth }),
      centred({ start: y, length: height, zoom, window: this.box.clientHeight }),
    );
  }

  /** @param {SVGGraphicsElement} element */
  #isSeen(element) {
    const { zoom, box } = this;
    const { x, y, width, height } = this.#place(element);
    return (
      isSeen({ start: x, length: width, zoom, scroll: box.scrollLeft, window: box.clientWidth }) &&
      isSeen({ start: y, length: height, zoom, scroll: box.scrollTop, window: box.clientHeight })
    );
  }

  #listen() {
    this.box.addEventListener("scroll", () => current?.showWindow(), { passive: true });
    this.box.parentElement?.addEventListener("wheel", (event) => zoomAtPointer(event), { passive: false });
    this.box.addEventListener("pointerdown", (event) => startDrag(this.box, event));
    this.box.addEventListener("mousedown", (event) => keepFromSelecting(event));
  }

  showWindow() {
    this.#showWindow();
  }

  #showWindow() {
    const frame = document.querySelector("[data-window]");
    const { box, zoom } = this;
    const [left, top] = [box.scrollLeft / zoom, box.scrollTop / zoom];
    const [width, height] = [box.clientWidth / zoom, box.clientHeight / zoom];
    frame?.setAttribute("x", String(left));
    frame?.setAttribute("y", String(top));
    frame?.setAttribute("width", String(Math.min(width, this.size.width)));
    frame?.setAttribute("height", String(Math.min(height, this.size.height)));
    // A map of what is seen whole anyway would only cover it.
    const isAllSeen =
      this.size.width * zoom <= box.clientWidth && this.size.height * zoom <= box.clientHeight;
    frame?.closest(".tools-corner")?.classList.toggle("is-all-seen", isAllSeen);
    this.cull.look({ left, top, right: left + width, bottom: top + height });
  }
}

/** @type {Scene | null} */
let current = null;

/**
 * Brings something into the window, large enough to be read: into the middle, with what lies around
 * it, unless it can be seen already beside the floating tools.
 * @param {SVGElement} element
 */
export function bring(element) {
  if (!current) return;
  if (current.zoom < ROWS_ZOOM) current.setZoom(1);
  const { scrollLeft, scrollTop } = current.box;
  drawWhole(element);
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (current.box.scrollLeft !== scrollLeft || current.box.scrollTop !== scrollTop) {
    element.scrollIntoView({ block: "center", inline: "center" });
  }
}

/** @param {WheelEvent} event */
function zoomAtPointer(event) {
  // A pinch on a touchpad arrives as a wheel with ctrl; a plain wheel scrolls.
  if (!current || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const { left, top } = current.box.getBoundingClientRect();
  const at = { x: event.clientX - left, y: event.clientY - top };
  current.glideTo(current.zoom * Math.exp(-event.deltaY / 300), at);
}

/** @param {HTMLElement} box @param {PointerEvent} start */
function startDrag(box, start) {
  if (start.button !== 0 || start.pointerType === "touch") return;
  const from = { left: box.scrollLeft, top: box.scrollTop };
  let moved = false;
  /** @param {PointerEvent} event */
  const move = (event) => {
    const x = event.clientX - start.clientX;
    const y = event.clientY - start.clientY;
    if (!moved && Math.hypot(x, y) <= STILL_PX) return;
    if (!moved) box.setPointerCapture(start.pointerId);
    moved = true;
    box.classList.add("is-moving");
    box.scrollTo(from.left - x, from.top - y);
  };
  const end = () => {
    removeEventListener("pointermove", move);
    box.classList.remove("is-moving");
    // The click that ends a drag is none; one made by a key (detail 0) is.
    if (moved) addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }));
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end, { once: true });
  addEventListener("pointercancel", end, { once: true });
}

/**
 * A browser that thinks a drag selects text looks for it under the pointer at each step, which costs
 * more than moving the graph. What is pressed gets the focus all the same.
 * @param {MouseEvent} event
 */
function keepFromSelecting(event) {
  if (event.button !== 0 || !(event.target instanceof Element)) return;
  event.preventDefault();
  const pressed = event.target.closest("a, [tabindex]");
  if (pressed instanceof SVGElement || pressed instanceof HTMLElement) pressed.focus({ preventScroll: true });
}

/** @param {MouseEvent} event */
function swallow(event) {
  if (event.detail > 0) {
    event.preventDefault();
    event.stopPropagation();
  }
}

// Links must not be dragged as links: a drag moves the graph.
document.addEventListener("dragstart", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-scene]")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-zoom]") : null;
  if (button instanceof HTMLElement) current?.zoomBy(button.dataset.zoom ?? "fit");
});

document.addEventListener("pointerdown", (event) => {
  const map = event.target instanceof Element ? event.target.closest("[data-minimap]") : null;
  if (!(map instanceof SVGSVGElement)) return;
  moveTo(map, event);
  /** @param {PointerEvent} next */
  const move = (next) => moveTo(map, next);
  map.setPointerCapture(event.pointerId);
  map.addEventListener("pointermove", move);
  map.addEventListener("pointerup", () => map.removeEventListener("pointermove", move), { once: true });
});

/** @param {SVGSVGElement} map @param {PointerEvent} event */
function moveTo(map, event) {
  const matrix = map.getScreenCTM();
  if (!matrix || !current) return;
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
  const { box, zoom } = current;
  box.scrollTo(at.x * zoom - box.clientWidth / 2, at.y * zoom - box.clientHeight / 2);
}

addEventListener("resize", () => current?.showWindow());
