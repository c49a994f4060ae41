"""The state of a DAG file while it is read: where we stand and what was made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from app.lineage.source.values import DagValue, Group, PullCall, TaskValue


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
    every_dag: list[DagValue] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)  # Open conditions around where we stand.
    #: Elements that may not be in their container, by identity, with the reason.
    doubtful: dict[int, tuple[Any, str]] = field(default_factory=dict)
    trying: int = 0  # Blocks around where we stand that catch what is raised.
    running: TaskValue | None = None  # The task whose code is read.
    pulls: list[PullCall] | None = None  # Those of the task code that is read; None: outside.

    def spend(self, steps: int = 1) -> None:
        """Raises TooLong when the source asks for more work than any honest one."""
        self.steps -= steps
        if self.steps < 0:
            raise TooLong

    def doubt(self, values: list[Any]) -> None:
        """Notes values that are put into something where we stand, which may never be reached."""
        if self.doubts and self.pulls is None:
            self.doubtful.update({id(one): (one, self.doubts[-1]) for one in values})

    def doubt_of(self, value: Any) -> str:
        """Why an element may not be there; empty when it is."""
        first = value[0] if isinstance(value, tuple) and value else value
        known = self.doubtful.get(id(value)) or self.doubtful.get(id(first))
        return known[1] if known else ""

    @contextmanager
    def doubting(self, reason: str) -> Iterator[None]:
        """What is made inside may not be there."""
        self.doubts.append(reason)
        try:
            yield
        finally:
            self.doubts.pop()
