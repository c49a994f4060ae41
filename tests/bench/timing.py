"""How long something takes: the best of several times, on the wall and on the processor.

Other programs only ever make a time longer, so the shortest of several is the nearest to the
truth; processor time is told beside it because it does not count the time of others.
"""

import gc
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds."""

    wall: float
    cpu: float


def nothing() -> None:
    """No preparation."""


def best_of(
    rounds: int, action: Callable[[], object], prepare: Callable[[], object] = nothing
) -> Timing:
    """The shortest times of the action; each round is prepared anew, outside the time."""
    walls, cpus = [], []
    for _ in range(rounds):
        prepare()
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        action()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    return Timing(min(walls), min(cpus))


def forget() -> None:
    """Empties every cache of the engine, so that the next action does all of its work."""
    for name, module in list(sys.modules.items()):
        if name.startswith("app.lineage"):
            for one in list(vars(module).values()):
                clear = getattr(one, "cache_clear", None)
                if callable(clear):
                    clear()
