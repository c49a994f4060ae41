// @ts-check
// The arithmetic of drawing only what can be seen; pure. All in px of the drawing.

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/**
 * What a path covers. Its commands are absolute, and its corners' control points lie on the corners,
 * so no curve leaves the box of all its points.
 * @param {string} d @returns {Box}
 */
export function boxOf(d) {
  const numbers = (d.match(/-?[\d.]+/g) ?? []).map(Number);
  const xs = numbers.filter((_, at) => at % 2 === 0);
  const ys = numbers.filter((_, at) => at % 2 === 1);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** @param {Box} one @param {Box} other */
export function meet(one, other) {
  return one.left <= other.right && other.left <= one.right && one.top <= other.bottom && other.top <= one.bottom;
}

/** @param {Box} inner @param {Box} outer */
export function isWithin(inner, outer) {
  return (
    inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom
  );
}

/** A box with so much of its own width and height added on each side. @param {Box} box @param {number} share */
export function around({ left, top, right, bottom }, share) {
  const [x, y] = [(right - left) * share, (bottom - top) * share];
  return { left: left - x, top: top - y, right: right + x, bottom: bottom + y };
}
