// @ts-check
// The menu that gives the graph as a file: an SVG or a PNG of it, in the reader's colours, with the
// trace that is lit.
// Speaks to: [data-export] (a <details>), [data-export-as] (svg or png), [data-export-said],
// [data-graph], #run-view[data-dag, data-run].

import { fileName } from "./export_rules.js";
import { pngOf, svgOf } from "./picture.js";

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-export-as]") : null;
  if (button instanceof HTMLElement) give(button.dataset.exportAs ?? "svg");
});

/** @param {string} kind */
async function give(kind) {
  say("Drawing …");
  try {
    await save(kind);
    say("");
    document.querySelector("[data-export]")?.removeAttribute("open");
  } catch {
    say(kind === "png" ? "This browser cannot draw one so large. The SVG has no such limit." : "It could not be drawn.");
  }
}

/** @param {string} kind */
async function save(kind) {
  const graph = document.querySelector("[data-graph]");
  const { dag = "", run = "" } = document.getElementById("run-view")?.dataset ?? {};
  if (!(graph instanceof SVGSVGElement)) return;
  const svg = await svgOf(graph, { dag, run });
  const size = { width: Number(graph.dataset.width), height: Number(graph.dataset.height) };
  const picture = kind === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await pngOf(svg, size);
  if (!picture) throw new Error("no picture");
  download(picture, fileName(dag, run, kind));
}

/** @param {Blob} file @param {string} name */
function download(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @param {string} words */
function say(words) {
  const said = document.querySelector("[data-export-said]");
  if (said) said.textContent = words;
}
