// @ts-check
// The reader's theme: system, light or dark. Loaded blocking, so that no page flashes.
// Speaks to: :root[data-theme], :root[data-js], [data-theme-switch].
(() => {
  const THEMES = ["system", "light", "dark"];
  const root = document.documentElement;
  root.dataset.js = "";

  const stored = () => {
    try {
      const theme = localStorage.getItem("theme") ?? "system";
      return THEMES.includes(theme) ? theme : "system";
    } catch {
      return "system"; // Storage may be refused; the system's theme needs none.
    }
  };

  /** @param {string} theme */
  const show = (theme) => {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.setAttribute("aria-label", `Theme: ${theme}`);
      button.setAttribute("title", `Theme: ${theme}`);
    }
  };

  show(stored());
  document.addEventListener("DOMContentLoaded", () => show(stored()));
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-theme-switch]")) return;
    const next = THEMES[(THEMES.indexOf(stored()) + 1) % THEMES.length];
    try {
      localStorage.setItem("theme", next);
    } catch {
      // Nothing is remembered then; this page still changes.
    }
    show(next);
  });
})();
