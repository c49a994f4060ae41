// @ts-check
// Closes a menu as menus close: by Escape, and by a click beside it. Without this file it is closed
// as it was opened.
// Speaks to: details[data-menu].

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!(event.target instanceof Node && menu.contains(event.target))) menu.removeAttribute("open");
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.target instanceof Element && event.target.closest("[data-menu][open]");
  if (event.key !== "Escape" || !menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary")?.focus();
});
