"""Long lists cut to what one SQL statement takes."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

# SQLite takes 32,766 values in one statement, PostgreSQL's driver 65,535.
_AT_ONCE = 10_000


def pieces(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in order, in pieces that each fit into one IN."""
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
