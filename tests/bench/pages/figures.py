"""What is told of a page: times of its server, and figures of the browser and of viewers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tests.bench.search.measures import Latency
from tests.bench.search.spread import spread_of


@dataclass(frozen=True, slots=True)
class Figure:
    """`limit`: of issue 6, in the same unit; `more`: what stands beside it."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    more: str = ""


Line: TypeAlias = Latency | Figure


def times(name: str, ms: Sequence[float], limit: float | None = None) -> Figure:
    """The 95th of a hundred, which the limit is for, with the one in the middle beside it."""
    found = spread_of(ms)
    return Figure(name, found.p95, "ms", limit, f"{found.p50:.1f} in the middle, {len(ms)} in all")
