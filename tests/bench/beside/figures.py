"""What visits of one kind took: each part of the answer, and how many times as long as ours."""

from collections.abc import Iterator, Sequence
from statistics import median

from tests.bench.beside.sides import Visit
from tests.bench.beside.steps import Reached
from tests.bench.pages.figures import Figure, times


def of_visits(name: str, visits: Sequence[Visit]) -> Iterator[Figure]:
    for same in zip(*(visit.parts for visit in visits), strict=True):
        yield from _of_part(f"{name}: {same[0].tells}", same)
    yield times(f"{name}: processor of its server", [1000 * visit.cpu for visit in visits])


def _of_part(name: str, same: Sequence[Reached]) -> Iterator[Figure]:
    costs = [one.cost for one in same]
    yield times(f"{name}: time", [1000 * cost.seconds for cost in costs])
    requests = median(cost.requests for cost in costs)
    yield Figure(f"{name}: requests", requests, "", more=same[0].in_words)
    fonts = median(cost.fonts for cost in costs) / 1000
    size = median(cost.size for cost in costs) / 1000
    yield Figure(f"{name}: bytes but fonts", size, "kB", more=f"fonts {fonts:.1f}")


def ratio(name: str, ours: Sequence[Visit], theirs: Sequence[Visit]) -> Figure:
    """Of visits that were made one right after the other: the load was the same for both."""
    found = sorted(two.seconds / one.seconds for one, two in zip(ours, theirs, strict=True))
    return Figure(
        f"{name}: Airflow's time for ours",
        median(found),
        "x",
        more=f"{found[0]:.1f} to {found[-1]:.1f}",
    )
