"""A regular expression as a tree."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Edge(StrEnum):
    """A place between two characters."""

    START = "start"
    END = "end"
    END_OR_LAST_NEWLINE = "end or last newline"  # What `$` is.
    LINE_START = "line start"
    LINE_END = "line end"
    WORD_EDGE = "word edge"
    NO_WORD_EDGE = "no word edge"
    ASCII_WORD_EDGE = "ASCII word edge"
    NO_ASCII_WORD_EDGE = "no ASCII word edge"


@dataclass(frozen=True, slots=True)
class Character:
    """One character. `literal`: the only one that fits, up to the case of A to Z; "" for others."""

    fits: Callable[[str], object]
    literal: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    node: "Node"
    least: int
    most: int | None  # None: any number.


Node: TypeAlias = Character | Edge | Sequence | Either | Repeat
