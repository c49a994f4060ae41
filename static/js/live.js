// @ts-check
// Tells the page what changed in the mirror, as DOM events on `document`:
//   xcomtrace:change  detail {deployment, dag_id, run_id}: a run, a DAG (no run_id) or a deployment
//   xcomtrace:resync  too much was missed: everything may have changed
// and refreshes the parts that ask for it.
// Speaks to: body[data-live] (the stream's address), [data-refresh] (a part that htmx fetches anew
// on "xcomtrace:refresh"; its value, if any, is the deployment, DAG and run it is about).

// Changes come in bursts, one per run that a pass touched; a part is fetched once per burst.
const CALM_MS = 500;

const address = document.body.dataset.live;
if (address) follow(address);

/** @param {string} address */
function follow(address) {
  const stream = new EventSource(address);
  stream.addEventListener("change", (event) => {
    announce("xcomtrace:change", JSON.parse(event.data));
  });
  stream.addEventListener("resync", () => announce("xcomtrace:resync", {}));
  // A browser allows few connections per host: a page that is left must not hold one.
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

/** @param {string} name @param {object} detail */
function announce(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

let due = 0;
function refreshSoon() {
  clearTimeout(due);
  due = setTimeout(() => {
    for (const part of document.querySelectorAll("[data-refresh]")) {
      part.dispatchEvent(new CustomEvent("xcomtrace:refresh"));
    }
  }, CALM_MS);
}

// Whose session has ended is led to sign in, and back to this page from there.
const NOT_SIGNED_IN = 401;
document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  if (ctx.response?.raw?.status === NOT_SIGNED_IN) location.reload();
});

document.addEventListener("xcomtrace:change", refreshSoon);
document.addEventListener("xcomtrace:resync", refreshSoon);
