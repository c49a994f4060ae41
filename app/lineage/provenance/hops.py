"""Hops: a value's way from one place to the next, as flows tell it."""

from dataclasses import dataclass
from enum import StrEnum

from app.model.findings import Evidence
from app.model.leaves import Leaf, LeafAddress


class Way(StrEnum):
    """How the value went on."""

    READ = "read"  # A flow: a field got it, alone or within a longer text.
    PART = "part"  # A flow that took something out of it, such as a key of a JSON text.
    PASSED = "passed on"  # A task got it in a field and gave it in an XCom of its own.


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A place on a value's way: one object for each, which is itself and equal to no other.

    `leaf` None: only flows tell of it; a field never seen, or a value that was not kept.
    """

    at: LeafAddress
    leaf: Leaf | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Hop:
    """From what was given to the field that got it, or from there to what its task gave.

    What a task does inside nobody sees: a value that is passed on is inferred, at best.
    """

    source: Node
    target: Node
    way: Way
    evidence: Evidence
    value: str = ""  # What was read, as far as its flow tells it.
    is_within: bool = False  # It was read as part of a document around it.

    @property
    def ends(self) -> tuple[Node, Node]:
        return self.source, self.target

    @property
    def is_true(self) -> bool:
        """Whether the value arrived; not so where the field shows another one."""
        return self.evidence is not Evidence.CONTRADICTED

    @property
    def is_read(self) -> bool:
        """Whether it leads from one task to another."""
        return self.way is not Way.PASSED
