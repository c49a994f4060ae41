// @ts-check
// Search boxes. `/` goes to the page's own, else to the one in the bar; from a graph's empty own one
// (find.js) a second `/` goes there too. While one types they suggest words of the language, DAGs,
// tasks, keys and paths. Arrows choose, Enter takes, Escape closes, as WAI-ARIA has it for a combobox.
// Without this file each is a plain form.
// Speaks to: .search-box input[data-suggestions] (its value: what gives suggestions, as JSON),
// [data-find].

import { taken, wanted } from "./suggestion.js";

/** @typedef {import("./suggestion.js").Suggestion} Suggestion */

// Typing comes in bursts; what is asked for in between nobody sees.
const CALM_MS = 80;
// Where `/` goes: the first of them that is seen.
const BOXES = ["#content [data-find]", "#content .search-box input", ".topbar .search-box input"];
let boxes = 0;

for (const input of document.querySelectorAll(".search-box input[data-suggestions]")) {
  if (input instanceof HTMLInputElement) suggestFor(input);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target instanceof Element ? event.target.closest("input, textarea, select") : null;
  const isAgain = field instanceof HTMLInputElement && field.matches("[data-find]") && !field.value;
  if (field && !isAgain) return;
  const all = BOXES.map((css) => document.querySelector(css));
  const own = all.find((box) => box !== field && box?.checkVisibility());
  if (!(own instanceof HTMLInputElement)) return;
  event.preventDefault();
  own.focus();
  own.select();
});

/** @param {HTMLInputElement} input */
function suggestFor(input) {
  const list = listFor(input);
  let asked = new AbortController();
  let due = 0;
  let chosen = -1;
  /** @type {Suggestion[]} */
  let shown = [];
  // What they are the answer to. They name characters: of another text, or with the caret
  // elsewhere, these are others.
  let shownFor = "";

  function wantedNow() {
    const caret = input.selectionStart ?? input.value.length;
    return wanted(input.dataset.suggestions ?? "", input.value, caret);
  }

  /** @param {Suggestion[]} suggestions @param {string} [address] */
  function show(suggestions, address = "") {
    shown = suggestions;
    shownFor = address;
    list.replaceChildren(...suggestions.map((one, at) => option(one, `${list.id}-${at}`)));
    list.hidden = !suggestions.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    choose(-1);
  }

  /** @param {number} at */
  function choose(at) {
    chosen = at;
    for (const [number, each] of [...list.children].entries()) {
      each.setAttribute("aria-selected", String(number === at));
    }
    const active = list.children[at];
    if (active) input.setAttribute("aria-activedescendant", active.id);
    else input.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Suggestion} suggestion */
  function take(suggestion) {
    if (shownFor !== wantedNow()) return ask();
    const { text, caret } = taken(input.value, suggestion);
    input.value = text;
    input.setSelectionRange(caret, caret);
    input.focus();
    if (suggestion.is_whole) close();
    else ask();
  }

  function ask() {
    clearTimeout(due);
    due = setTimeout(fetchThem, CALM_MS);
  }

  function close() {
    clearTimeout(due);
    asked.abort();
    show([]);
  }

  async function fetchThem() {
    asked.abort();
    asked = new AbortController();
    try {
      const address = wantedNow();
      const answer = await fetch(address, { signal: asked.signal });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (address === wantedNow()) show(found, address);
      else ask();
    } catch {
      // Typed on meanwhile, or the server is away: the box is a plain form then.
    }
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.hidden) ask();
    else if (step) choose(around(chosen + step, shown.length));
    else if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Enter" && chosen >= 0) take(shown[chosen]);
    else return;
    event.preventDefault();
  }

  // The caret may have been moved.
  function look() {
    if (!list.hidden && shownFor !== wantedNow()) ask();
  }

  input.addEventListener("input", () => {
    choose(-1);
    ask();
  });
  input.addEventListener("keyup", look);
  input.addEventListener("click", look);
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", close);
  input.form?.addEventListener("submit", close);
  // The box keeps the focus while a suggestion is pressed, or it would close before the click.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const at = [...list.children].findIndex((each) => each.contains(nodeOf(event.target)));
    if (at >= 0) take(shown[at]);
  });
}

/** @param {HTMLInputElement} input @returns {HTMLUListElement} */
function listFor(input) {
  const list = document.createElement("ul");
  list.id = `suggestions-${(boxes += 1)}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  return list;
}

/** @param {Suggestion} suggestion @param {string} id */
function option(suggestion, id) {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  item.append(span("mono", suggestion.text), span("quiet small", suggestion.note));
  return item;
}

/** @param {string} css @param {string} text */
function span(css, text) {
  const made = document.createElement("span");
  made.className = css;
  made.textContent = text;
  return made;
}

/** @param {EventTarget | null} target */
function nodeOf(target) {
  return target instanceof Node ? target : null;
}

/** The position, or at either end none (-1), and then the other end. @param {number} at @param {number} length */
function around(at, length) {
  if (at < -1) return length - 1;
  return at >= length ? -1 : at;
}
