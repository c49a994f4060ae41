// @ts-check
// A suggestion, and what a text becomes when it is taken. Pure. Positions are in characters, as the
// server counts them, and not in halves of them, as JavaScript does.

/**
 * @typedef {object} Suggestion
 * @property {string} text what is written in place of the characters from `start` to `end`
 * @property {number} start
 * @property {number} end
 * @property {string} note what it is, in a few words
 * @property {boolean} is_whole nothing more belongs to it
 */

/**
 * Where suggestions for the text are asked for, the caret standing at that place.
 * @param {string} address @param {string} text @param {number} caret
 */
export function wanted(address, text, caret) {
  const at = [...text.slice(0, caret)].length;
  return `${address}?${new URLSearchParams({ q: text, at: String(at) })}`;
}

/**
 * The text with the suggestion in it, and where the caret stands then: after a space for the next
 * word where the suggestion is whole.
 * @param {string} text @param {Suggestion} suggestion
 */
export function taken(text, { text: word, start, end, is_whole }) {
  const letters = [...text];
  const rest = letters.slice(end).join("");
  const gap = is_whole && !rest.startsWith(" ") ? " " : "";
  const before = letters.slice(0, start).join("") + word + gap;
  const caret = before.length + Number(is_whole && !gap);
  return { text: before + rest, caret };
}
