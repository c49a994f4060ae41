from app.store.pages.run_strips import StripRun
from app.web.run_bars import run_bars
from tests.build import RUN, START, after


def strip_run(state: str, seconds: float | None) -> StripRun:
    end = None if seconds is None else after(seconds)
    return StripRun(1, RUN, state, START, START, end, 1)


def test_the_longest_run_fills_the_strip_and_the_shortest_can_be_pointed_at() -> None:
    runs = [strip_run("success", 100), strip_run("failed", 1), strip_run("success", 50)]
    bars = run_bars(runs, deployment="default", now=after(200))
    assert [bar.height for bar in bars] == [22, 4, 11]
    assert bars[1].title == "2026-11-20 06:00:00 UTC: failed, 1 s"


def test_a_run_under_way_is_as_long_as_it_has_run() -> None:
    (bar,) = run_bars([strip_run("running", None)], deployment="default", now=after(30))
    assert bar.title.endswith("running, 30 s")


def test_a_run_that_has_not_started_is_a_mark() -> None:
    queued = StripRun(1, RUN, "queued", START, None, None, None)
    (bar,) = run_bars([queued], deployment="default", now=after(30))
    assert bar.height == 4


def test_no_run_is_no_bar() -> None:
    assert run_bars([], deployment="default", now=START) == ()
