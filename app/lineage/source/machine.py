"""The state of a DAG file while it is read: where we stand and what was made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from app.lineage.source.airflow_values import DagValue, Group, PullCall, TaskValue
from app.lineage.source.values import ClassValue, Perhaps


class TooLong(Exception):  # as our other errors: it says what happened
    """The source asks for more work than any honest one."""


@dataclass(slots=True)
class Frame:
    """A call under way. `maybe`: values that it may have returned; `yielded`: of a generator."""

    maybe: list[Any] = field(default_factory=list)
    yielded: list[Any] = field(default_factory=list)
    on_yield: Callable[[Any], None] | None = None  # The block of the `with` that runs it.


@dataclass(slots=True)
class Machine:
    """What is left to spend, what we are in, and what was made."""

    steps: int = 300_000
    frames: list[Frame] = field(default_factory=lambda: [Frame()])
    dags: list[DagValue] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    tasks: list[TaskValue] = field(default_factory=list)
    classes: list[ClassValue] = field(default_factory=list)
    every_dag: list[DagValue] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)  # Open conditions around where we stand.
    trying: int = 0  # Blocks around where we stand that catch what is raised.
    running: TaskValue | None = None  # The task whose code is read.
    pulls: list[PullCall] | None = None  # Those of the task code that is read; None: outside.

    def spend(self, steps: int = 1) -> None:
        """Raises TooLong when the source asks for more work than any honest one."""
        self.steps -= steps
        if self.steps < 0:
            raise TooLong

    @property
    def is_doubting(self) -> bool:
        """Whether the file may never come to where we stand."""
        return bool(self.doubts) and self.pulls is None

    def doubted(self, value: Any) -> Any:
        """The value as an element that may not be there; where nothing is open, as it is."""
        return Perhaps(value, self.doubts[-1]) if self.is_doubting else value

    @contextmanager
    def doubting(self, reason: str) -> Iterator[None]:
        """What is made inside may not be there."""
        self.doubts.append(reason)
        try:
            yield
        finally:
            self.doubts.pop()
