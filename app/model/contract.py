"""What a task gives, learned from all the runs it gave it in: a summary, no list of values.

A summary knows the newest runs that it is of one by one, as bits: bit n of a node's numbers is the
n-th of `Contract.runs`. So what held before any of those runs can still be told, in whatever order
they were learned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TypeAlias

#: A run: when it was due, in seconds since 1970, and the number of its row.
Mark: TypeAlias = tuple[int, int]
#: A scalar that stands for others.
Example: TypeAlias = bool | int | float | str
#: A number and the run that had it.
Extreme: TypeAlias = tuple[int | float, int, int]


class Kind(StrEnum):
    NULL = "null"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"  # A text that is a date, or a date and a time, of ISO 8601.
    STRING = "string"
    LIST = "list"
    MAPPING = "mapping"
    UNKNOWN = "unknown"  # Masked, or too big to have been kept.


class Any(Enum):
    """Steps that stand for many."""

    ITEM = "each item"
    NAME = "any key"  # Of a mapping whose keys are data: ids, dates.


#: From a task to what it gives: the XCom's key, then the steps into its value.
Place: TypeAlias = tuple[str | Any, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """All values that were seen at one place. `runs` within: bits."""

    #: How many values were of each kind, and in which runs.
    kinds: Mapping[Kind, tuple[int, int]] = field(default_factory=dict)
    always: int = 0  # The runs in which each mapping that it may stand in had it.
    first: int = 0  # When it was given first and last, in seconds since 1970.
    last: int = 0
    lowest: tuple[Extreme, ...] = ()  # One for each of a few runs, the lowest first.
    highest: tuple[Extreme, ...] = ()
    dates: tuple[str, str] | None = None  # The earliest and the latest.
    lengths: tuple[int, int] | None = None  # Of lists: the shortest and the longest.
    examples: tuple[Example, ...] = ()  # All of them while they are few.
    has_more: bool = False  # There were scalars that are no examples.
    names: "Mapping[str, Node]" = field(default_factory=dict)  # What stands in mappings.
    any_name: "Node | None" = None
    is_wide: bool = False  # More names were seen than are told apart.
    item: "Node | None" = None  # What stands in lists.

    def runs(self, kind: Kind | None = None) -> int:
        """The runs in which there was such a value, or any."""
        bits = 0
        for one, (_, runs) in self.kinds.items():
            bits |= runs if kind in {None, one} else 0
        return bits


@dataclass(frozen=True, slots=True)
class Contract:
    """`root`: a mapping for each task instance that succeeded, from XCom keys to what it gave."""

    runs: tuple[Mark, ...] = ()  # The newest ones, the oldest of them first.
    root: Node = field(default_factory=Node)
    is_cut: bool = False  # What stood deepest was left out, because there was too much.


@dataclass(frozen=True, slots=True)
class Given:
    """What one task instance pushed under one key. `is_whole`: False when only a part is known."""

    key: str
    value: object  # Json.
    at: int  # When, in seconds since 1970.
    is_whole: bool = True
