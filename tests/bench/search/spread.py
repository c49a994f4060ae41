"""How long many things of one kind take: the one in the middle, the 95th of 100, the longest."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds."""

    p50: float
    p95: float
    most: float


def spread_of(times: Sequence[float]) -> Spread:
    ordered = sorted(times)
    last = len(ordered) - 1
    return Spread(ordered[round(0.5 * last)], ordered[round(0.95 * last)], ordered[-1])


def times_of(
    things: Sequence[_T], act: Callable[[_T], object], rounds: int
) -> tuple[Spread, Spread]:
    """On the wall and on this process's processor; of each thing the best of some rounds."""
    walls = [float("inf")] * len(things)
    cpus = [float("inf")] * len(things)
    for _ in range(rounds):
        for at, each in enumerate(things):
            wall, cpu = time.perf_counter(), time.thread_time()
            act(each)
            cpus[at] = min(cpus[at], time.thread_time() - cpu)
            walls[at] = min(walls[at], time.perf_counter() - wall)
    return spread_of(walls), spread_of(cpus)
