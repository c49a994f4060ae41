"""What a comparison of two runs says."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.model.facts import FINISHED_STATES
from app.model.findings import Flow, Problem
from app.model.leaves import Place
from app.model.sides import InstanceSide, RunSide
from app.model.values import Json, Path

# A failed try that is followed by another one has ended, too.
_ENDED = FINISHED_STATES | {"up_for_retry"}


class ChangeKind(StrEnum):
    """From the left side to the right one."""

    CHANGED = "changed"
    ADDED = "added"
    VANISHED = "vanished"


class Always(StrEnum):
    """Why a change says nothing: its value differs in every run."""

    OWN = "own"  # The run's own id, dates, moments, try or pod.
    HISTORY = "history"  # It differed between the two good runs before as well.
    FORM = "form"  # A hash or a random id, and no earlier run to tell whether it ever stays.


class SideName(StrEnum):
    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> "SideName":
        return SideName.RIGHT if self is SideName.LEFT else SideName.LEFT


@dataclass(frozen=True, slots=True)
class Change:
    """A leaf that is not the same. A path is None where the leaf is not there."""

    kind: ChangeKind
    place: Place
    name: str  # The XCom's key, or the template field.
    left_path: Path | None
    right_path: Path | None
    left: Json
    right: Json
    always: Always | None = None

    def path(self, side: SideName) -> Path | None:
        return self.left_path if side is SideName.LEFT else self.right_path

    def value(self, side: SideName) -> Json:
        return self.left if side is SideName.LEFT else self.right

    @property
    def any_path(self) -> Path:
        return (self.right_path if self.left_path is None else self.left_path) or ()


class Doubt(StrEnum):
    """What could not be compared."""

    NOT_RENDERED = "not_rendered"  # The fields of a side were never seen.
    TOO_BIG = "too_big"  # A value is too big to be looked into.
    DIFFERS = "differs"  # A value is not the same, somewhere beyond what can be looked into.
    CUT = "cut"  # Only the beginning of a value is kept.
    MORE = "more"  # There are more changes than are told.


@dataclass(frozen=True, slots=True)
class DoubtAt:
    doubt: Doubt
    place: Place
    name: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A task instance of each side that are the same one; a side is None where it is missing."""

    left: InstanceSide | None
    right: InstanceSide | None
    changes: tuple[Change, ...] = ()
    doubts: tuple[DoubtAt, ...] = ()

    def side(self, name: SideName) -> InstanceSide | None:
        return self.left if name is SideName.LEFT else self.right

    @property
    def any(self) -> InstanceSide:
        found = self.right or self.left
        assert found is not None  # noqa: S101 - a pair has a side
        return found

    @property
    def task_id(self) -> str:
        return self.any.key.task_id

    @property
    def real(self) -> tuple[Change, ...]:
        """The changes that are not expected."""
        return tuple(one for one in self.changes if one.always is None)

    @property
    def is_state_changed(self) -> bool:
        """Whether it ended otherwise; what is still under way may end in the same way."""
        if self.left is None or self.right is None:
            return True
        states = {self.left.state, self.right.state}
        return len(states) > 1 and states <= _ENDED

    @property
    def differs(self) -> bool:
        is_other = any(one.doubt is Doubt.DIFFERS for one in self.doubts)
        return self.is_state_changed or is_other or any(one.always is None for one in self.changes)


@dataclass(frozen=True, slots=True)
class FlowChange:
    """A flow that only one side has, or whose evidence is another."""

    kind: ChangeKind
    left: Flow | None
    right: Flow | None


@dataclass(frozen=True, slots=True)
class ProblemChange:
    """A problem of either side; of both when it is the same."""

    left: Problem | None
    right: Problem | None


class What(StrEnum):
    """How a task instance differs, in the order in which it is told."""

    MISSING = "missing"  # It is not in this run.
    PROBLEM = "problem"
    GOT = "got"
    GAVE = "gave"
    STATE = "state"  # It ended otherwise although it got the same.


@dataclass(frozen=True, slots=True)
class Step:
    """One difference on the way to the failure.

    `flow`: by which the step before came here; of a problem what the other run got in its field.
    """

    what: What
    pair: Pair
    change: Change | None = None
    problem: Problem | None = None
    flow: Flow | None = None


@dataclass(frozen=True, slots=True)
class PathToFailure:
    """`task_ids`: the failed task and all it depends on, in order; without a failure every task."""

    subject: SideName  # The run that failed, else the later one.
    target: Pair | None  # What failed.
    task_ids: tuple[str, ...]
    first: Step | None
    followed: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    left: RunSide
    right: RunSide
    pairs: tuple[Pair, ...]  # Every task instance, in the order of the DAG.
    flows: tuple[FlowChange, ...]
    problems: tuple[ProblemChange, ...]
    path: PathToFailure
    conf: tuple[Change, ...] = ()  # What the runs were triggered with.
    tasks_added: tuple[str, ...] = ()
    tasks_vanished: tuple[str, ...] = ()

    @property
    def changes(self) -> Iterator[Change]:
        """Those that are not expected."""
        return (one for pair in self.pairs for one in pair.real)

    @property
    def is_same(self) -> bool:
        is_other = any(pair.differs for pair in self.pairs) or self._has_other_problems
        return not (is_other or self.flows or self.conf)

    @property
    def _has_other_problems(self) -> bool:
        return any(one.left is None or one.right is None for one in self.problems)
