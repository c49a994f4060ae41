"""The graph's parts: cards with rows, and edges between rows. All of it is data, nothing is drawn.

Ids: a card's is its task id; a row's begins with `in:`, `out:` or `bad:`, then the card's id, then
the field or the address. They stand in URLs, so they depend on nothing but what they name.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.graph.addresses import PortPath, address
from app.graph.material import Instance
from app.model.findings import Evidence, Flow, Problem, Severity
from app.model.ids import RunKey


@dataclass(frozen=True, slots=True)
class Port:
    """An output: the card it belongs to, the key and the path."""

    card: str
    key: str
    path: PortPath

    @property
    def id(self) -> str:
        return f"out:{self.card}:{address(self.key, self.path)}"


@dataclass(frozen=True, slots=True)
class InputRow:
    """A field that receives something."""

    id: str
    field: str
    evidence: Evidence
    flows: tuple[Flow, ...]
    values: tuple[str, ...]  # Previews, one per flow, as it was read.
    is_rendered: bool  # At least one of its task instances rendered its fields.
    of: str = ""  # The task it is a field of, on the card of a folded TaskGroup.


@dataclass(frozen=True, slots=True)
class OutputRow:
    """A key, or a path in it, that somebody reads or should have read."""

    id: str
    port: Port
    values: tuple[str, ...]  # Previews, one per task instance that pushed it.
    of_each: bool  # The task is mapped: each of its instances pushes one.
    of: str = ""  # The task that gives it, on the card of a folded TaskGroup.


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A pull that did not deliver, a push that failed, or a value that looks wrong."""

    id: str
    card: str
    problem: Problem
    field: str
    reads: str  # What it reads, or the part of that which is wrong.
    instances: int  # Task instances it happened to.
    meant: Port | None = None  # The output that the pull should have read.
    on: str = ""  # Id of the input row that it marks; empty: it has a row of its own.
    of: str = ""  # The task it happened to, on the card of a folded TaskGroup.

    @property
    def port(self) -> str:
        """Id of the row that shows it."""
        return self.on or self.id

    @property
    def is_error(self) -> bool:
        return self.problem.severity is Severity.ERROR


@dataclass(frozen=True, slots=True)
class Card:
    """One task, whose instances share it if it is mapped; or a folded TaskGroup."""

    id: str
    task_id: str
    run: RunKey
    is_foreign: bool  # It belongs to another run, of this DAG or another.
    is_mapped: bool
    operator: str
    instances: tuple[Instance, ...]
    broken_pulls: tuple[BrokenRow, ...] = ()
    inputs: tuple[InputRow, ...] = ()
    broken_pushes: tuple[BrokenRow, ...] = ()
    outputs: tuple[OutputRow, ...] = ()
    marks: tuple[BrokenRow, ...] = ()  # What looks wrong in fields that got something.
    unread: int = 0  # Keys that nobody reads.
    members: tuple["Card", ...] = ()  # The tasks of a folded TaskGroup.
    # Of its rows which is joined in it with which: one that gets, and one that gives.
    ways: frozenset[tuple[str, str]] = frozenset()
    runs: int = 0  # Of a consumer elsewhere: its runs that got something from this one.
    more: int = 0  # It stands for so many consumers elsewhere that have no card.

    @property
    def is_instance(self) -> bool:
        """It is one instance of a mapped task, which has no card of its own."""
        return self.id != self.task_id and not self.is_foreign

    @property
    def name(self) -> str:
        """The task's id, with the map index where each instance has a card."""
        if self.more:
            return f"and {self.more:,} more"
        return self.task_id if self.is_foreign else self.id

    @property
    def rows(self) -> tuple["BrokenRow | InputRow | OutputRow", ...]:
        """All that have an id of their own."""
        return (*self.broken_pulls, *self.inputs, *self.broken_pushes, *self.outputs)

    def has(self, row: str) -> bool:
        """Whether one of them has this id."""
        return any(one.id == row for one in self.rows)

    @property
    def problems(self) -> tuple[BrokenRow, ...]:
        """All that is wrong with it: pushes, then pulls, then what only looks wrong."""
        return (*self.broken_pushes, *self.broken_pulls, *self.marks)


class EdgeKind(StrEnum):
    FLOW = "flow"
    DEPENDENCY = "dependency"
    MEANT = "meant"  # Should have been.


@dataclass(frozen=True, slots=True)
class Edge:
    """From a row to a row; a dependency, which has no rows, from a card to a card."""

    id: str
    kind: EdgeKind
    source_card: str
    target_card: str
    source: str = ""  # Ids of rows.
    target: str = ""
    flows: tuple[Flow, ...] = ()  # What went along it.


@dataclass(frozen=True, slots=True)
class Graph:
    cards: tuple[Card, ...] = ()  # Producers before consumers as far as the graph allows.
    edges: tuple[Edge, ...] = ()
