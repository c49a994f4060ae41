// @ts-check
// Names, sizes and styles of exported pictures; pure.

// Browsers refuse canvases that are longer, or that take more memory than this many px.
const MOST_SIDE = 16_000;
const MOST_AREA = 120_000_000;
const SHARPNESS = 2;

const PAINTS = ["fill", "stroke"];
const OF_STROKES = ["stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin"];
const OF_FONTS = ["font-family", "font-size", "font-weight", "letter-spacing"];
const OF_TEXTS = [...OF_FONTS, "text-decoration-line", "text-decoration-style"];
// What every viewer takes for granted.
const INITIAL = ["none", "normal", "butt", "miter", "solid", "1"];

/**
 * What the file is called; signs that no file system takes become underscores.
 * @param {string} dag @param {string} run @param {string} kind
 */
export function fileName(dag, run, kind) {
  return `${dag}-${run}.${kind}`.replace(/[\\/:*?"<>|\s\u0000-\u001f]/g, "_");
}

/** Px of the picture for each of the drawing. @param {{width: number, height: number}} drawing */
export function pixelScale({ width, height }) {
  return Math.min(SHARPNESS, MOST_SIDE / Math.max(width, height), Math.sqrt(MOST_AREA / (width * height)));
}

/**
 * A computed colour as all viewers read it.
 * @param {string} computed "rgb(1, 2, 3)", "rgba(1, 2, 3, 0.5)" or "color(srgb 0.1 0.2 0.3 / 0.5)"
 */
export function plainColour(computed) {
  const numbers = (computed.replace("srgb", "").match(/[\d.]+(e-?\d+)?/g) ?? []).map(Number);
  if (numbers.length < 3) return { colour: computed, opacity: 1 };
  const [red, green, blue, opacity = 1] = numbers;
  const parts = [red, green, blue].map((part) => Math.round(computed.startsWith("color") ? part * 255 : part));
  return { colour: `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`, opacity };
}

/**
 * The declarations that make an element look as it does on the page, without those that go without
 * saying. @param {string} tag @param {(property: string) => string} computed
 */
export function styleText(tag, computed) {
  const opacity = declared("opacity", computed("opacity"));
  if (tag === "g") return opacity;
  if (tag === "use") return `color:${plainColour(computed("color")).colour};${opacity}`;
  const others = ["text", "tspan"].includes(tag) ? OF_TEXTS : [];
  const strokes = computed("stroke") === "none" ? [] : OF_STROKES;
  const rest = [...strokes, ...others].map((name) => declared(name, computed(name)));
  return [...PAINTS.map((name) => paint(name, computed(name))), ...rest, opacity].join("");
}

/** @param {string} name @param {string} value */
function declared(name, value) {
  return INITIAL.includes(value) ? "" : `${name.replace("-decoration-line", "-decoration")}:${value};`;
}

/** @param {string} name @param {string} value */
function paint(name, value) {
  const { colour, opacity } = plainColour(value);
  if (opacity === 0) return `${name}:none;`;
  if (name === "stroke" && colour === "none") return "";
  return `${name}:${colour};${opacity === 1 ? "" : `${name}-opacity:${opacity};`}`;
}
