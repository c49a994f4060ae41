"""What a reader of a run page sees: its paint, its weight, its frames, its lights."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, Page

from tests.bench.pages import looking
from tests.bench.pages.figures import Figure, times
from tests.bench.pages.looking import Loaded

# Presses of "zoom out" that leave names legible, and a graph of 1,000 tasks far larger than seen.
_ZOOM_OUT = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """Milliseconds and kilobytes."""

    painted: float | None = None
    frame: float | None = None
    bytes: float | None = None
    script: float | None = None


def limits_of(tasks: int) -> Limits:
    """Of issue 6 for a run's page as it opens: paint and bytes are limited up to 1,000 tasks."""
    is_limited = tasks <= 1_000
    return Limits(500 if is_limited else None, 32, 100 if is_limited else None, 40)


def seen(  # noqa: PLR0913 - which page, and how long and how often it is looked at
    browser: Browser,
    address: str,
    *,
    name: str,
    limits: Limits,
    loads: int,
    seconds: float,
    rows: int,
) -> Iterator[Figure]:
    """Each load as of somebody who never was here."""
    loaded = []
    for _ in range(loads - 1):
        with looking.opened(browser, address) as (_page, one):
            loaded.append(one)
    with looking.opened(browser, address) as (page, one):
        loaded.append(one)
        yield from _painted(loaded, name, limits)
        yield from _weight(one, name, limits)
        yield Figure(f"{name}: elements", looking.elements(page), "")
        yield Figure(f"{name}: memory of its scripts", looking.heap(page) / 1e6, "MB")
        yield from _touched(page, name, seconds, rows, limits)


def _painted(loaded: Sequence[Loaded], name: str, limits: Limits) -> Iterator[Figure]:
    contentful = [one.contentful for one in loaded]
    graph = [one.graph for one in loaded]
    yield _middle(f"{name}: first contentful paint", contentful)
    yield _middle(f"{name}: its graph is painted", graph, limits.painted)


def _middle(name: str, ms: Sequence[float], limit: float | None = None) -> Figure:
    more = f"the middle of {len(ms)} loads, {max(ms):.1f} at most"
    return Figure(name, median(ms), "ms", limit, more)


def _weight(loaded: Loaded, name: str, limits: Limits) -> Iterator[Figure]:
    sent = {kind: size / 1000 for kind, size in loaded.sent.items()}
    fonts = sent.get("font", 0.0)
    more = ", ".join(f"{kind} {size:.1f}" for kind, size in sorted(sent.items()))
    all_bytes = sum(sent.values()) - fonts
    yield Figure(f"{name}: all bytes but fonts", all_bytes, "kB", limits.bytes, more)
    yield Figure(f"{name}: JavaScript", sent.get("script", 0.0), "kB", limits.script)


def _touched(page: Page, name: str, seconds: float, rows: int, limits: Limits) -> Iterator[Figure]:
    panned = looking.panned(page, seconds)
    yield from _frames(f"{name}: frames while panning", panned, limits)
    pointed, clicked = looking.lit(page, rows)
    yield times(f"{name}: from pointing at a row to its light", pointed)
    yield times(f"{name}: from a press on a row to its light", clicked)
    yield from _frames(f"{name}: frames while zooming", looking.zoomed(page, seconds), limits)
    looking.zoom_out(page, _ZOOM_OUT)
    panned = looking.panned(page, seconds)
    yield from _frames(f"{name}: frames while panning, zoomed out", panned, limits)


def _frames(name: str, ms: Sequence[float], limits: Limits) -> Iterator[Figure]:
    if ms:
        yield times(name, ms, limits.frame)
