// @ts-check
// What of the run page is in its URL; pure. `port` is the chosen port, `part` a piece of the page,
// all else is the sight: what of the graph is drawn.

/** @param {string} address */
export function portOf(address) {
  return new URL(address).searchParams.get("port") ?? "";
}

/** The same page with another port chosen, or none. @param {string} address @param {string} port */
export function withPort(address, port) {
  return changed(address, { port });
}

/** Addresses with the same one show the same part of the graph. @param {string} address */
export function sightOf(address) {
  return changed(address, { port: "", part: "" });
}

/** The same page with the form's choices. @param {string} address @param {FormData} form */
export function filtered(address, form) {
  const names = ["state", "operator", "key", "data"];
  const values = names.map((name) => [name, String(form.get(name) ?? "").trim()]);
  return changed(address, Object.fromEntries(values));
}

/** @param {string} address */
export function panelAddress(address) {
  return changed(address, { part: "panel" });
}

/** @param {string} address */
export function viewAddress(address) {
  return changed(address, { part: "view" });
}

/** @param {string} address @param {Record<string, string>} values */
function changed(address, values) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(values)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  return url.href;
}
