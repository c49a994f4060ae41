"""What a reader of a run page sees: its paint, its weight, its frames, its lights."""

from collections.abc import Iterator, Sequence
from statistics import median

from playwright.sync_api import Browser, Page

from tests.bench.pages import looking
from tests.bench.pages.figures import Figure, times
from tests.bench.pages.looking import Loaded

# Limits of issue 6. Those of the paint and of all bytes are for runs of up to so many tasks.
_UP_TO = 1_000
_PAINTED = 500.0
_FRAME = 32.0
_ALL_KILOBYTES = 100.0
_SCRIPT_KILOBYTES = 40.0
# Presses of "zoom out" that leave names legible, and a graph of 1,000 tasks far larger than seen.
_ZOOM_OUT = 3


def seen(  # noqa: PLR0913 - which page, and how long and how often it is looked at
    browser: Browser, address: str, *, name: str, tasks: int, loads: int, seconds: float, rows: int
) -> Iterator[Figure]:
    """Each load as of somebody who never was here."""
    loaded = []
    for _ in range(loads - 1):
        with looking.opened(browser, address) as (_page, one):
            loaded.append(one)
    with looking.opened(browser, address) as (page, one):
        loaded.append(one)
        yield from _painted(loaded, name, tasks)
        yield from _weight(one, name, tasks)
        yield Figure(f"{name}: elements", looking.elements(page), "")
        yield Figure(f"{name}: memory of its scripts", looking.heap(page) / 1e6, "MB")
        yield from _touched(page, name, seconds, rows)


def _painted(loaded: Sequence[Loaded], name: str, tasks: int) -> Iterator[Figure]:
    contentful = [one.contentful for one in loaded]
    graph = [one.graph for one in loaded]
    limit = _PAINTED if tasks <= _UP_TO else None
    yield _middle(f"{name}: first contentful paint", contentful)
    yield _middle(f"{name}: its graph is painted", graph, limit)


def _middle(name: str, ms: Sequence[float], limit: float | None = None) -> Figure:
    more = f"the middle of {len(ms)} loads, {max(ms):.1f} at most"
    return Figure(name, median(ms), "ms", limit, more)


def _weight(loaded: Loaded, name: str, tasks: int) -> Iterator[Figure]:
    sent = {kind: size / 1000 for kind, size in loaded.sent.items()}
    fonts = sent.get("font", 0.0)
    more = ", ".join(f"{kind} {size:.1f}" for kind, size in sorted(sent.items()))
    limit = _ALL_KILOBYTES if tasks <= _UP_TO else None
    yield Figure(f"{name}: all bytes but fonts", sum(sent.values()) - fonts, "kB", limit, more)
    yield Figure(f"{name}: JavaScript", sent.get("script", 0.0), "kB", _SCRIPT_KILOBYTES)


def _touched(page: Page, name: str, seconds: float, rows: int) -> Iterator[Figure]:
    yield from _frames(f"{name}: frames while panning", looking.panned(page, seconds))
    pointed, clicked = looking.lit(page, rows)
    yield times(f"{name}: from pointing at a row to its light", pointed)
    yield times(f"{name}: from a press on a row to its light", clicked)
    yield from _frames(f"{name}: frames while zooming", looking.zoomed(page, seconds))
    looking.zoom_out(page, _ZOOM_OUT)
    zoomed_out = looking.panned(page, seconds)
    yield from _frames(f"{name}: frames while panning, zoomed out", zoomed_out)


def _frames(name: str, ms: Sequence[float]) -> Iterator[Figure]:
    if ms:
        yield times(name, ms, _FRAME)
