// @ts-check
// Steps through versions with the slider: the list shows which one, letting go opens it.
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
    waiting = setTimeout(() => slider.form?.requestSubmit(), 350);
  });
}
