// @ts-check
// Puts times into the reader's zone, and keeps those that are told as "4 s ago" true while the page
// is open. Without this file they stand in UTC, with its name, as they were when the page was made.
// Speaks to: time[data-told] ("ago", "clock", "minute" or "second": how it is told), its `datetime`.

// Seconds are told up to a minute; a page that is read needs no more than this.
const FRESH_MS = 10_000;
/** @type {[number, string][]} */
const UNITS = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

const inZone = new Intl.DateTimeFormat("en-US", {
  year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit",
  second: "2-digit", hourCycle: "h23", timeZoneName: "short",
});

tellAll();
setInterval(tellAll, FRESH_MS);
document.addEventListener("htmx:after:swap", tellAll);

function tellAll() {
  for (const each of document.querySelectorAll("time[data-told]")) {
    if (each instanceof HTMLTimeElement) tell(each);
  }
}

/** @param {HTMLTimeElement} shown */
function tell(shown) {
  const at = new Date(shown.dateTime);
  const { year, month, day, hour, minute, second, timeZoneName } = partsOf(at);
  const clock = `${hour}:${minute}:${second} ${timeZoneName}`;
  const texts = {
    ago: ago((Date.now() - at.getTime()) / 1000),
    clock,
    minute: `${day} ${month} ${hour}:${minute} ${timeZoneName}`,
    second: `${day} ${month} ${clock}`,
  };
  const utc = `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const text = texts[/** @type {keyof typeof texts} */ (shown.dataset.told)];
  if (shown.textContent !== text) shown.textContent = text;
  shown.title = timeZoneName === "UTC" ? utc : `${day} ${month} ${year} ${clock} (${utc})`;
}

/** @param {Date} at @returns {Record<string, string>} */
function partsOf(at) {
  return Object.fromEntries(inZone.formatToParts(at).map(({ type, value }) => [type, value]));
}

/** @param {number} seconds @returns {string} the words of the server (app/web/text.py, `ago`) */
function ago(seconds) {
  return seconds < -1 ? `in ${rough(-seconds)}` : `${rough(seconds)} ago`;
}

/** @param {number} seconds */
function rough(seconds) {
  const [length, unit] = UNITS.find(([each]) => seconds >= each) ?? [1, "s"];
  return `${Math.max(Math.floor(seconds / length), 0)} ${unit}`;
}
