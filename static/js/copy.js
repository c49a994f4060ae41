// @ts-check
// Copies a text to the clipboard and says so for a moment.
// Speaks to: [data-copy] (a button; its value is the text, none for the page's address), its <span>
// (the word it shows). Sets: [data-copied], while it says so.
document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  if (!(button instanceof HTMLElement)) return;
  const word = button.querySelector("span");
  const before = word?.textContent ?? "";
  try {
    await navigator.clipboard.writeText(button.dataset.copy || location.href);
    if (word) word.textContent = "Copied";
    button.dataset.copied = "";
  } catch {
    if (word) word.textContent = "Select and copy"; // The browser refuses outside of HTTPS.
  }
  setTimeout(() => {
    if (word) word.textContent = before;
    delete button.dataset.copied;
  }, 1600);
});
