"""The run page in a real browser: when it is painted, how it moves, how soon it lights up.

Everything is timed by the page's own clock. That a frame was painted is told by the start of the
next one: what is measured is the frame's end, or a little more.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Browser, Page, Request

from tests.browser.chromium import WINDOW

# Runs before the page's own scripts. `painted` resolves when the next frame is painted.
_CLOCKS = """
const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
const painted = async (since) => {
  await nextFrame();
  await nextFrame();
  return performance.now() - since;
};
const clocks = (window.benchClocks = { graph: 0, frames: [], pointed: [], clicked: [] });

(async () => {
  while (document.readyState === "loading" || !document.querySelector("[data-card]")) {
    await nextFrame();
  }
  clocks.graph = await painted(0);
})();

let last = 0;
const count = (now) => {
  if (last) clocks.frames.push(now - last);
  last = now;
  requestAnimationFrame(count);
};
requestAnimationFrame(count);

window.benchMiddle = (row) => {
  const box = document.querySelector("[data-scene]").getBoundingClientRect();
  const { left, top, width, height } = row.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const isInside = x > box.left && x < box.right && y > box.top && y < box.bottom;
  return isInside && row.contains(document.elementFromPoint(x, y)) ? [x, y] : null;
};

let pressed = 0;
addEventListener("pointerdown", (event) => (pressed = event.timeStamp), { capture: true });
const lit = async (row, since, times) => {
  do {
    await nextFrame();
    if (performance.now() - since > 5000) return;
  } while (!row.classList.contains("selected"));
  await nextFrame();
  times.push(performance.now() - since);
};
addEventListener("mouseover", ({ target, timeStamp }) => {
  const row = target.closest?.("[data-port]");
  if (row && !row.classList.contains("selected")) lit(row, timeStamp, clocks.pointed);
});
addEventListener("click", ({ target }) => {
  const row = target.closest?.("[data-port]");
  if (row) lit(row, pressed, clocks.clicked);
});
"""
# Names of rows that can be seen and pressed, as far apart as they are.
_ROWS = """
(most) => {
  const rows = [...document.querySelectorAll("[data-port]")].filter(benchMiddle);
  const step = Math.max(1, Math.floor(rows.length / most));
  return rows.filter((_, at) => at % step === 0).slice(0, most).map((row) => row.dataset.port);
}
"""
# Where a row can be pressed now: what was chosen before may have moved the graph.
_MIDDLE = """
(port) => benchMiddle(document.querySelector(`[data-port="${CSS.escape(port)}"]`))
"""
# At its right end a graph could not be dragged to the left.
_AWAY_FROM_THE_END = """
(reach) => {
  const one = document.querySelector("[data-scene]");
  one.scrollLeft = Math.min(one.scrollLeft, one.scrollWidth - one.clientWidth - reach);
}
"""
_SCROLLED = """
() => {
  const { scrollLeft, scrollTop } = document.querySelector("[data-scene]");
  return [scrollLeft, scrollTop];
}
"""
_IS_LARGE = """
() => {
  const { scrollWidth, clientWidth } = document.querySelector("[data-scene]");
  return scrollWidth > clientWidth;
}
"""
_NODES = "() => document.getElementsByTagName('*').length"
_FIRST_PAINT = """
() => performance.getEntriesByName("first-contentful-paint")[0].startTime
"""
# Pixels from the middle of the scene to where a drag turns round.
_REACH = 250
# Milliseconds in which a page that was touched comes to rest.
_REST = 400


@dataclass(frozen=True, slots=True)
class Loaded:
    """Milliseconds from the navigation on, and bytes as sent by the kind of what was fetched."""

    contentful: float
    graph: float
    sent: dict[str, int]


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[tuple[Page, Loaded]]:
    """The page as somebody sees it who never was here: nothing is cached."""
    context = browser.new_context(viewport=WINDOW, color_scheme="light")
    page = context.new_page()
    page.add_init_script(_CLOCKS)
    finished: list[Request] = []

    def note(request: Request) -> None:
        finished.append(request)

    page.on("requestfinished", note)
    page.goto(address)
    page.wait_for_function("() => benchClocks.graph")
    page.wait_for_timeout(_REST)
    graph = page.evaluate("() => benchClocks.graph")
    yield page, Loaded(page.evaluate(_FIRST_PAINT), graph, _sent(finished))
    context.close()


def _sent(finished: Sequence[Request]) -> dict[str, int]:
    sent: dict[str, int] = {}
    for request in finished:
        kind = request.resource_type
        sent[kind] = sent.get(kind, 0) + request.sizes()["responseBodySize"]
    return sent


def panned(page: Page, seconds: float) -> list[float]:
    """Milliseconds of each frame while the graph is dragged to and fro; none if all is seen."""
    if not page.evaluate(_IS_LARGE):
        return []
    page.evaluate(_AWAY_FROM_THE_END, _REACH)
    x, y = _middle(page)
    before = page.evaluate(_SCROLLED)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - _REACH, y - _REACH // 4)
    assert page.evaluate(_SCROLLED) != before, "the graph did not move"
    frames = _frames(page, seconds, partial(_drag, page, x, y))
    page.mouse.up()
    page.wait_for_timeout(_REST)
    return frames


def _drag(page: Page, x: float, y: float, step: int) -> None:
    # To the left and back again, in 50 steps each.
    at = abs(step % 100 - 50) / 50
    page.mouse.move(x - _REACH * at, y - _REACH / 4 * at)


def zoomed(page: Page, seconds: float) -> list[float]:
    """Milliseconds of each frame while the wheel zooms out and in again."""
    page.mouse.move(*_middle(page))
    page.keyboard.down("Control")
    frames = _frames(page, seconds, partial(_zoom, page))
    page.keyboard.up("Control")
    page.wait_for_timeout(_REST)
    return frames


def zoom_out(page: Page, steps: int) -> None:
    for _ in range(steps):
        page.locator("[data-zoom=out]").click()
    page.wait_for_timeout(_REST)


def _zoom(page: Page, step: int) -> None:
    page.mouse.wheel(0, 20 if step % 40 < 20 else -20)


def _frames(page: Page, seconds: float, act: "partial[None]") -> list[float]:
    page.evaluate("() => { benchClocks.frames.length = 0; }")
    end, step = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        act(step)
        step += 1
    frames: list[float] = page.evaluate("() => [...benchClocks.frames]")
    return frames


def lit(page: Page, rows: int) -> tuple[list[float], list[float]]:
    """Milliseconds until a row's light was painted, when it was pointed at and when clicked."""
    # A drag, too, goes over rows.
    page.evaluate("() => { benchClocks.pointed.length = benchClocks.clicked.length = 0; }")
    for port in page.evaluate(_ROWS, rows):
        middle = page.evaluate(_MIDDLE, port)
        if middle is None:
            continue
        page.mouse.move(*middle)
        page.wait_for_timeout(_REST)
        page.mouse.down()
        page.mouse.up()
        page.wait_for_timeout(_REST)
    clocks = page.evaluate("() => benchClocks")
    return clocks["pointed"], clocks["clicked"]


def elements(page: Page) -> int:
    count: int = page.evaluate(_NODES)
    return count


def heap(page: Page) -> float:
    """Bytes that the page's scripts hold on to."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("HeapProfiler.collectGarbage")
    found = session.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in found if one["name"] == "JSHeapUsedSize")


def _middle(page: Page) -> tuple[float, float]:
    """Of the scene, on its ground: the middle may be a row's, whose drag moves it all the same."""
    box = page.locator("[data-scene]").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
