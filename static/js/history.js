// @ts-check
// Steps through versions with the slider: the list shows which one, letting go opens it, and who
// steps with the arrow keys goes on with them on the page that comes.
// Speaks to: [data-version-slider] (a range in a form), its <output>, [data-version] (links).
const slider = document.querySelector("[data-version-slider]");
if (slider instanceof HTMLInputElement && slider.form) {
  const output = slider.form.querySelector("output");

  /** What the list calls a version. @param {string} number */
  const link = (number) => document.querySelector(`[data-version="${number}"]`);

  slider.addEventListener("input", () => {
    const title = link(slider.value)?.querySelector(".step-title")?.textContent ?? "";
    if (output) output.textContent = `${slider.value} of ${slider.max}`;
    slider.setAttribute("aria-valuetext", `${slider.value} of ${slider.max}: ${title}`);
    for (const one of document.querySelectorAll("[data-version]")) {
      one.classList.toggle("is-pointed-at", one === link(slider.value));
    }
  });

  // Arrow keys change the value one by one: whoever holds one down is not stopped at each.
  let waiting = 0;
  slider.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      slider.form?.requestSubmit();
      if (document.activeElement === slider) sessionStorage.setItem(kept, location.pathname);
    }, 350);
  });

  // Last, as a browser may refuse to keep anything: then all else works.
  const kept = "xcomtrace-slider";
  if (sessionStorage.getItem(kept) === location.pathname) slider.focus({ preventScroll: true });
  sessionStorage.removeItem(kept);
}
