// @ts-check
// What is found in a graph; pure.

/**
 * @typedef {object} Place
 * @property {string[]} own texts of a row, or of the head of a card
 * @property {string} around the name of the card it stands in
 */

/**
 * Positions of the places that have every word, whatever its case: at least one of them in a text of
 * their own, the others perhaps in the name around them.
 * @param {Place[]} places @param {string} query
 */
export function matching(places, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  return [...places.keys()].filter((at) => isMatch(places[at], words));
}

/** @param {Place} place @param {string[]} words */
function isMatch({ own, around }, words) {
  const texts = own.map((text) => text.toLowerCase());
  /** @param {string} word */
  const isOwn = (word) => texts.some((text) => text.includes(word));
  return words.some(isOwn) && words.every((word) => isOwn(word) || around.toLowerCase().includes(word));
}

/**
 * Where one stands among so many matches after a step, around at both ends.
 * @param {number} at @param {number} step @param {number} length
 */
export function stepped(at, step, length) {
  return length ? (at + step + length) % length : -1;
}

/** @param {number} at @param {number} length @param {string} query */
export function counted(at, length, query) {
  if (!query.trim()) return "";
  return length ? `${at + 1} of ${length}` : "no match";
}
