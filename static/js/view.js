// @ts-check
// The arithmetic of looking at a drawing through a window; pure. Sizes are px on the screen,
// `zoom` is screen px per drawing px.

export const LEAST_ZOOM = 0.04;
export const MOST_ZOOM = 2;
/** From here on rows are drawn. */
export const ROWS_ZOOM = 0.6;

/** @param {number} zoom */
export function bounded(zoom) {
  return Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom));
}

/**
 * The zoom at which the whole drawing is seen, never above 100 %.
 * @param {{width: number, height: number}} drawing
 * @param {{width: number, height: number}} window
 */
export function fitting(drawing, window) {
  return bounded(Math.min(1, window.width / drawing.width, window.height / drawing.height));
}

/**
 * What is left free before a drawing that is smaller than its window, and so in its middle.
 * @param {{length: number, zoom: number, window: number}} drawing
 */
export function margin({ length, zoom, window }) {
  return Math.max(0, (window - length * zoom) / 2);
}

/**
 * Where to scroll so that the point under the pointer stays under it, as far as the drawing goes.
 * @param {{scroll: number, at: number, before: number, after: number, length: number, window: number}} view
 * `at`: the pointer's distance from the window's edge; `before`, `after`: zoom.
 */
export function scrolledAround({ scroll, at, before, after, length, window }) {
  const point = (scroll + at - margin({ length, zoom: before, window })) / before;
  const wanted = point * after + margin({ length, zoom: after, window }) - at;
  return Math.min(Math.max(0, wanted), Math.max(0, length * after - window));
}

/**
 * Where to scroll so that a stretch of the drawing is in the middle of the window.
 * @param {{start: number, length: number, zoom: number, window: number}} stretch
 */
export function centred({ start, length, zoom, window }) {
  return Math.max(0, (start + length / 2) * zoom - window / 2);
}

/**
 * The least scrolling that shows the drawing up to a point, with room for one more column.
 * @param {{end: number, zoom: number, window: number}} stretch
 */
export function reaching({ end, zoom, window }) {
  return Math.max(0, end * zoom - window * 0.75);
}

/**
 * Whether a stretch of the drawing can be seen with some room around it.
 * @param {{start: number, length: number, zoom: number, scroll: number, window: number}} stretch
 */
export function isSeen({ start, length, zoom, scroll, window }) {
  const margin = Math.min(40, window / 8);
  return start * zoom >= scroll + margin && (start + length) * zoom <= scroll + window - margin;
}

/** How much of a card can be read at this zoom. @param {number} zoom */
export function detail(zoom) {
  if (zoom < 0.25) return "blocks";
  if (zoom < ROWS_ZOOM) return "heads";
  return zoom < 0.9 ? "rows" : "all";
}
