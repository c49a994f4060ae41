"""A way, taken in a real browser.

A step lasts from the press (or from asking for the address) until all that it shows is in the
document and visible, by the page's clock, which is the machine's. What a person takes to read, to
find the place and to turn the wheel is not in it.
"""

import time
from collections.abc import Iterator, Sequence

from playwright.sync_api import BrowserContext, Error, Locator, Page, Request

from tests.bench.beside.counting import Sent, Tally, tally
from tests.bench.beside.steps import Act, Sight, Step

# The moment in which every sight is there, if it is. An editor's spaces are no-break ones.
_SHOWN = """
(sights) => {
  const isShown = ([css, text]) => [...document.querySelectorAll(css)].some((one) =>
    one.textContent.replaceAll("\\u00a0", " ").includes(text) && one.checkVisibility());
  return sights.every(isShown) && Date.now();
}
"""
_LONGEST = 120_000  # Milliseconds that a step may take on a busy machine.
# Milliseconds in which a page that shows what was wanted gets the rest of what it asked for.
_REST = 500
_GLANCE = 10  # Milliseconds between two looks.
_TURN = 300  # Pixels at a time.


def walked(context: BrowserContext, steps: Sequence[Step]) -> list[Tally]:
    """What each step cost, on a new page."""
    page = context.new_page()
    page.set_default_timeout(_LONGEST)
    try:
        return list(_costs(page, steps))
    finally:
        page.close()


def _costs(page: Page, steps: Sequence[Step]) -> Iterator[Tally]:
    begun: list[Request] = []
    finished: set[Request] = set()

    def begin(request: Request) -> None:
        begun.append(request)

    def finish(request: Request) -> None:
        finished.add(request)

    page.on("request", begin)
    page.on("requestfinished", finish)
    for step in steps:
        seconds = _taken(page, step)
        page.wait_for_timeout(_REST)
        yield tally(seconds, [_sent(one, is_open=one not in finished) for one in begun])
        begun.clear()


def _taken(page: Page, step: Step) -> float:
    """Seconds."""
    if step.act is Act.TURN:
        _turn(page, step)
        return 0.0
    target = _found(page, step)
    began = time.time()
    if target is None:
        page.goto(step.at.text, wait_until="commit")
    else:
        target.click(force=True, no_wait_after=True)
    return max(0.0, _shown_at(page, step.shows) - began)


def _found(page: Page, step: Step) -> Locator | None:
    """What will be pressed, when it can be."""
    if step.act is Act.OPEN:
        return None
    target = page.locator(step.at.css).first
    target.click(trial=True)
    return target


def _turn(page: Page, step: Step) -> None:
    page.locator(step.at.css).first.hover()
    while not _shown(page, step.shows):
        page.mouse.wheel(0, _TURN)
        page.wait_for_timeout(_REST / 5)


def _shown_at(page: Page, sights: Sequence[Sight]) -> float:
    """Raises AssertionError when it is not shown in time."""
    end = time.monotonic() + _LONGEST / 1000
    while not (at := _shown(page, sights)):
        assert time.monotonic() < end, sights
        page.wait_for_timeout(_GLANCE)
    return at / 1000


def _shown(page: Page, sights: Sequence[Sight]) -> int:
    try:
        return int(page.evaluate(_SHOWN, [[one.css, one.text] for one in sights]))
    except Error:  # Its document has just been replaced by the next one.
        return 0


def _sent(request: Request, *, is_open: bool) -> Sent:
    if is_open:
        return Sent(request.url, request.resource_type, 0)
    sizes = request.sizes()
    # Of what came from its cache the browser tells headers, and as many bytes less than none.
    is_cached = sizes["responseBodySize"] < 0
    return Sent(
        request.url, request.resource_type, max(0, sizes["responseBodySize"]), is_cached=is_cached
    )
