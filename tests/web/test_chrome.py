from datetime import UTC, datetime, timedelta

import pytest

from app.store.pages.chrome import ChromeFacts, MirrorState
from app.web.chrome import mirror_of, worst_mirror

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def state(
    name: str = "default", seconds: float | None = 4, error: str | None = None
) -> MirrorState:
    at = None if seconds is None else NOW - timedelta(seconds=seconds)
    return MirrorState(name, at, error)


@pytest.mark.parametrize(
    ("mirror", "text", "is_late"),
    [
        (state(), "mirror 4 s behind", False),
        (state(seconds=119), "mirror 1 min behind", False),
        (state(seconds=200), "mirror 3 min behind", True),
        (state(seconds=200, error="refused"), "no answer for 3 min", True),
        (state(seconds=None), "first pass", False),
        (state(seconds=None, error="refused"), "no answer yet", True),
    ],
)
def test_a_mirror_tells_how_far_it_is_behind(
    mirror: MirrorState, text: str, *, is_late: bool
) -> None:
    shown = mirror_of(mirror, NOW)
    assert (shown.text, shown.is_late) == (text, is_late)


def test_the_bar_shows_the_mirror_that_is_worst() -> None:
    mirrors = (state("a", 9), state("b", 4), state("c", 5, "refused"))
    facts = ChromeFacts(problems=0, change=0, mirrors=mirrors)
    assert worst_mirror(facts, NOW).exact.startswith("c:")
    healthy = ChromeFacts(problems=0, change=0, mirrors=mirrors[:2])
    assert worst_mirror(healthy, NOW).text == "mirror 9 s behind"
