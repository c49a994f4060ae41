// @ts-check
// The graph as a picture that needs nothing of this page: an SVG with its own styles, symbols and
// fonts, and a PNG drawn from it.
// Speaks to: [data-graph] with data-width, data-height and data-detail, .is-whole, .card-tool, .found, .found-now, .has-found; <symbol>s of base.html.

import { pixelScale, plainColour, styleText } from "./export_rules.js";

const SVG = "http://www.w3.org/2000/svg";
const SHAPE = ["d", "x", "y", "width", "height", "r", "rx", "cx", "cy", "transform", "text-anchor"];
// What is of use on the page alone.
const TOOLS = ".card-tool";
const FOUND = ["found", "found-now", "has-found"];
const KEPT = [...SHAPE, "href", "role", "aria-label"];

/** Classes by the declarations that they stand for. @typedef {Map<string, string>} Classes */

/**
 * The whole graph as it is lit, whatever the zoom.
 * @param {SVGSVGElement} graph @param {{dag: string, run: string}} names
 */
export async function svgOf(graph, { dag, run }) {
  const fonts = await Promise.all(fontFaces().map(embedded));
  const { detail } = graph.dataset;
  graph.dataset.detail = "all";
  graph.classList.add("is-whole");
  const marked = unmarked(graph);
  for (const change of graph.getAnimations({ subtree: true })) {
    if (change instanceof CSSTransition) change.finish();
  }
  const picture = drawn(graph, fonts, { dag, run });
  graph.classList.remove("is-whole");
  for (const { element, classes } of marked) element.setAttribute("class", classes);
  if (detail) graph.dataset.detail = detail;
  else delete graph.dataset.detail;
  return new XMLSerializer().serializeToString(picture);
}

/** What was marked by find.js and is not any more, with the classes it had. @param {SVGSVGElement} graph */
function unmarked(graph) {
  const marked = [...graph.querySelectorAll(FOUND.map((name) => `.${name}`).join())];
  return marked.map((element) => {
    const classes = element.getAttribute("class") ?? "";
    element.classList.remove(...FOUND);
    return { element, classes };
  });
}

/** @param {string} svg @param {{width: number, height: number}} size @returns {Promise<Blob | null>} */
export async function pngOf(svg, size) {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = document.createElement("canvas");
  const scale = pixelScale(size);
  canvas.width = Math.floor(size.width * scale);
  canvas.height = Math.floor(size.height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** @param {SVGSVGElement} graph @param {string[]} fonts @param {{dag: string, run: string}} names */
function drawn(graph, fonts, { dag, run }) {
  /** @type {Classes} */
  const classes = new Map();
  const { width = "0", height = "0" } = graph.dataset;
  const parts = [...graph.children].map((child) => copied(child, classes)).filter((part) => part !== null);
  const caption = made("text", { class: classOf(graph.querySelector(".card-name"), classes), x: "24", y: "32" }, dag);
  const below = made("text", { class: classOf(graph.querySelector(".card-note"), classes), x: "24", y: "48" }, run);
  const style = made("style", {}, fonts.join("") + [...classes].map(([text, name]) => `.${name}{${text}}`).join(""));
  const picture = made("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  picture.append(
    made("title", {}, `${dag} · ${run}`),
    style,
    symbolsFor(parts),
    made("rect", { width, height, fill: groundOf(graph) }),
    caption,
    below,
    ...parts,
  );
  return picture;
}

/** An element with all in it; null: it is not shown. @param {Element} element @param {Classes} classes @returns {SVGElement | null} */
function copied(element, classes) {
  if (element.localName === "title") return made("title", {}, element.textContent ?? "");
  if (element.matches(TOOLS) || getComputedStyle(element).display === "none") return null;
  // Links would lead back to this dashboard.
  const copy = made(tagOf(element), { class: classOf(element, classes) });
  for (const name of KEPT) {
    const value = element.localName === "a" ? null : element.getAttribute(name);
    if (value !== null) copy.setAttribute(name, value);
  }
  for (const child of element.childNodes) {
    if (child instanceof Element) copy.append(copied(child, classes) ?? "");
    else if (child.textContent?.trim()) copy.append(child.textContent);
  }
  return copy;
}

/** @param {Element} element */
function tagOf(element) {
  return element.localName === "a" ? "g" : element.localName;
}

/** @param {Element | null} element @param {Classes} classes */
function classOf(element, classes) {
  if (!element) return "";
  const style = getComputedStyle(element);
  const text = styleText(tagOf(element), (property) => style.getPropertyValue(property));
  if (!text) return "";
  const name = classes.get(text) ?? `s${classes.size}`;
  classes.set(text, name);
  return name;
}

/** What the parts use of the page's symbols, and what these use. @param {Element[]} parts */
function symbolsFor(parts) {
  const symbols = made("defs", {});
  const wanted = parts.flatMap(usedIn);
  for (let id = wanted.pop(); id; id = wanted.pop()) {
    const symbol = document.getElementById(id);
    if (!symbol || [...symbols.children].some((known) => known.id === id)) continue;
    symbols.append(resolved(symbol));
    wanted.push(...usedIn(symbol));
  }
  return symbols;
}

/** @param {Element} part */
function usedIn(part) {
  return [...part.querySelectorAll("use")].map((use) => (use.getAttribute("href") ?? "").slice(1));
}

/** A copy whose attributes name no token of this page. @param {Element} symbol */
function resolved(symbol) {
  const copy = /** @type {Element} */ (symbol.cloneNode(true));
  const [from, to] = [symbol, copy].map((one) => [one, ...one.querySelectorAll("*")]);
  for (const [at, element] of to.entries()) {
    for (const { name, value } of [...element.attributes].filter((one) => one.value.includes("var("))) {
      const computed = getComputedStyle(from[at]).getPropertyValue(name);
      element.setAttribute(name, value && plainColour(computed).colour);
    }
  }
  return copy;
}

/** The colour that the graph lies on. @param {Element} graph */
function groundOf(graph) {
  const stage = graph.closest(".stage");
  return stage ? plainColour(getComputedStyle(stage).backgroundColor).colour : "none";
}

function fontFaces() {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  return rules.filter((rule) => rule instanceof CSSFontFaceRule);
}

/** The rule with the font itself in it. @param {CSSFontFaceRule} rule */
async function embedded(rule) {
  const address = /url\("?([^")]*)"?\)/.exec(rule.cssText)?.[1] ?? "";
  const font = await (await fetch(new URL(address, rule.parentStyleSheet?.href ?? ""))).blob();
  return rule.cssText.replace(/url\([^)]*\)/, `url(${await dataUrl(font)})`);
}

/** @param {Blob} blob @returns {Promise<string>} */
function dataUrl(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** @param {string} tag @param {Record<string, string>} attributes @param {string} [text] */
function made(tag, attributes, text = "") {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return /** @type {SVGElement} */ (element);
}
