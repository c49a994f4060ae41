"""The text that every match of a pattern must hold, so that an index can look for it."""

from collections.abc import Iterator
from functools import singledispatch

from app.query.regex.nodes import Character, Edge, Either, Node, Repeat, Sequence

#: Longer literals find nothing sooner.
_LONGEST = 200
_NONE = ("",)


def literal(node: Node) -> str:
    """The longest text that surely stands in every match, "" when none does."""
    return max(_pieces(node), key=len)


@singledispatch
def _pieces(node: Node) -> tuple[str, ...]:
    """Texts that every match has, in order: the first it begins with, the last it ends with.

    One piece alone is the whole match; between two pieces anything may stand.
    """
    raise TypeError(node)


@_pieces.register
def _of_character(node: Character) -> tuple[str, ...]:
    return (node.literal,) if node.literal else ("", "")


@_pieces.register
def _of_edge(node: Edge) -> tuple[str, ...]:  # noqa: ARG001 # an edge has no text
    return _NONE


@_pieces.register
def _of_sequence(node: Sequence) -> tuple[str, ...]:
    joined: tuple[str, ...] = _NONE
    for each in node.nodes:
        joined = _joined(joined, _pieces(each))
    return joined


@_pieces.register
def _of_either(node: Either) -> tuple[str, ...]:
    ways = {_pieces(each) for each in node.nodes}
    return ways.pop() if len(ways) == 1 else ("", "")


@_pieces.register
def _of_repeat(node: Repeat) -> tuple[str, ...]:
    once = _pieces(node.node)
    if node.least == 0:
        return _NONE if node.most == 0 else ("", "")
    if len(once) == 1 and node.least == node.most:
        return _times(once[0], node.least)
    return (once[0], *once, once[-1]) if node.most != 1 else once


def _times(text: str, number: int) -> tuple[str, ...]:
    whole = text * min(number, _LONGEST)
    return (whole,) if len(text) * number <= _LONGEST else (whole[:_LONGEST], whole[-_LONGEST:])


def _joined(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_cut((*before[:-1], before[-1] + after[0], *after[1:])))


def _cut(pieces: tuple[str, ...]) -> Iterator[str]:
    """The pieces without those that say nothing."""
    yield pieces[0]
    longest = max(pieces[1:-1], key=len, default="")
    if longest:
        yield longest
    if len(pieces) > 1:
        yield pieces[-1]
