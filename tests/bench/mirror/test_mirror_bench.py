"""The mirror's measurements run, and tell of what they should."""

from tests.bench.mirror.measures import Sizes, measured
from tests.bench.mirror.reaching import reaching


def test_every_figure_is_made() -> None:
    figures = list(measured(Sizes(runs=3, tasks=2, passes=2)))
    assert len(figures) == 8
    assert all(one.value >= 0 for one in figures)


def test_a_push_reaches_an_open_page() -> None:
    (delay,) = reaching(1)
    assert 0 < delay.value < 30_000
