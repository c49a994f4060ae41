"""Where in a found text stands what was searched for, to be marked."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from app.query.matching import lowered
from app.query.regex.spanning import span
from app.query.terms import Begins, Compared, Contains, Is, Matches, Query

#: Half-open character ranges, in order, none touching another.
Spans: TypeAlias = tuple[tuple[int, int], ...]

# More marks than this in one text show no more than a few of them do.
_MOST_MARKS = 50


def marks(query: Query, text: str) -> Spans:
    """The parts of the text that the query asks for; the whole text where it asks for that."""
    wanted = [term.condition for term in query.terms if not term.is_negated]
    parts = _joined(span for one in wanted for span in _parts(one, text))
    if parts or not any(isinstance(one, Is | Compared) for one in wanted):
        return parts
    return ((0, len(text)),) if text else ()


def _parts(condition: object, text: str) -> Iterator[tuple[int, int]]:
    match condition:
        case Contains(needle) if needle:
            yield from _everywhere(lowered(needle), lowered(text))
        case Begins(start) if text.startswith(start):
            yield 0, len(start)
        case Matches(pattern, literal):
            match = span(pattern, text)
            if match:
                yield match
            elif literal:
                yield from _everywhere(literal, text)


def _everywhere(needle: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(needle)
    for _ in range(_MOST_MARKS):
        if at < 0:
            return
        yield at, at + len(needle)
        at = text.find(needle, at + len(needle))


def _joined(spans: Iterable[tuple[int, int]]) -> Spans:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return tuple(joined)
