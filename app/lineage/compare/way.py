"""What the way to a failure is looked for in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.lineage.compare.comparison import Pair, ProblemChange, SideName
from app.model.findings import Flow, Problem
from app.model.ids import TaskInstanceKey
from app.model.sides import RunSide

FAILED = frozenset({"failed", "up_for_retry"})


@dataclass(frozen=True, slots=True)
class Way:
    """What the way to the failure is looked for in; `pairs` stand in the order of the DAG."""

    subject: SideName
    left: RunSide
    right: RunSide
    pairs: tuple[Pair, ...]
    problems: tuple[ProblemChange, ...]
    above: Callable[[str], frozenset[str]]  # Every task before a task.

    def run(self, side: SideName) -> RunSide:
        return self.left if side is SideName.LEFT else self.right


def state_of(pair: Pair, side: SideName) -> str | None:
    one = pair.side(side)
    return one.state if one else None


def key_of(pair: Pair, side: SideName) -> TaskInstanceKey | None:
    one = pair.side(side)
    return one.key if one else None


def new_problems(way: Way) -> Iterator[Problem]:
    """Those of the run that is looked at which the other has not, victims too."""
    for one in way.problems:
        is_left = way.subject is SideName.LEFT
        mine, other = (one.left, one.right) if is_left else (one.right, one.left)
        if mine is not None and other is None:
            yield mine


def flow_before(way: Way, pair: Pair, problem: Problem) -> Flow | None:
    """What the other run's instance got in the field that this one's problem is in."""
    there = key_of(pair, way.subject.other)
    if problem.consumer is None or there is None:
        return None
    flows = way.run(way.subject.other).flows
    at = problem.consumer.field
    return next(
        (one for one in flows if one.consumer.field == at and one.consumer.instance == there), None
    )
