"""The figures of the mirror are those of what it did."""

from tests.bench.mirror.measures import Sizes, measured
from tests.bench.mirror.reaching import reaching


def test_requests_and_passes_are_counted() -> None:
    found = {one.name: one for one in measured(Sizes(runs=40, tasks=3, passes=3))}
    asked = found["back-filling: requests a run, for each that the API needs"]
    assert 100 <= asked.value <= 120
    assert found["back-filling: values a second"].more == "120 in all"
    assert found["a pass when nothing happens"].more == "2.0 requests"
    assert all(one.value > 0 for one in found.values())


def test_a_push_reaches_an_open_page() -> None:
    (delay,) = reaching(1)
    assert 0 < delay.value < 30_000
