// @ts-check
// What of the run page is in its URL; pure. `port` is the chosen port, `part` a piece of the page.

/** @param {string} address */
export function portOf(address) {
  return new URL(address).searchParams.get("port") ?? "";
}

/** The same page with another port chosen, or none. @param {string} address @param {string} port */
export function withPort(address, port) {
  return changed(address, { port });
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
