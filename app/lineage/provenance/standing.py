"""Where a text stands in another one."""

from collections.abc import Iterator
from itertools import islice

from app.lineage.likeness.values import is_word

#: Stretches of one text that are told.
_MOST = 50


def standings(part: str, whole: str) -> tuple[tuple[int, int], ...]:
    """The stretches of the whole that are the part, as words of their own; half-open, in order."""
    return tuple(islice(_standings(part, whole), _MOST))


def stretches(part: str, whole: str) -> tuple[tuple[int, int], ...]:
    """The same, within words too."""
    return tuple(islice(_stretches(part, whole), _MOST))


def _standings(part: str, whole: str) -> Iterator[tuple[int, int]]:
    at = whole.find(part) if part else -1
    while at >= 0:
        end = at + len(part)
        if is_word(whole, at, end):
            yield at, end
            at = whole.find(part, end)
        else:
            at = whole.find(part, at + 1)


def _stretches(part: str, whole: str) -> Iterator[tuple[int, int]]:
    at = whole.find(part) if part else -1
    while at >= 0:
        yield at, at + len(part)
        at = whole.find(part, at + len(part))
