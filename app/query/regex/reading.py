"""A pattern in Python's notation, read into a tree."""

import re
import warnings
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]  # private, not in stubs
from typing import Any

from app.query.regex.nodes import Character, Edge, Either, Node, Repeat, Sequence

#: Under the flag `i` these fit letters beyond A to Z as well: the Turkish i, the long s, the sign
#: for kelvin.
_MORE_THAN_CASE = frozenset("iksIKS")

_EDGES = {
    _constants.AT_BEGINNING: Edge.START,
    _constants.AT_BEGINNING_STRING: Edge.START,
    _constants.AT_END: Edge.END_OR_LAST_NEWLINE,
    _constants.AT_END_STRING: Edge.END,
    _constants.AT_BOUNDARY: Edge.WORD_EDGE,
    _constants.AT_NON_BOUNDARY: Edge.NO_WORD_EDGE,
}
_OF_LINES = {Edge.START: Edge.LINE_START, Edge.END_OR_LAST_NEWLINE: Edge.LINE_END}
_OF_ASCII = {
    Edge.WORD_EDGE: Edge.ASCII_WORD_EDGE,
    Edge.NO_WORD_EDGE: Edge.NO_ASCII_WORD_EDGE,
}
_REFUSED = {
    _constants.GROUPREF: "a reference to a group",
    _constants.GROUPREF_EXISTS: "a reference to a group",
    _constants.ASSERT: "(?=…) and (?<=…)",
    _constants.ASSERT_NOT: "(?!…) and (?<!…)",
    _constants.FAILURE: "(?!…) and (?<!…)",
    _constants.ATOMIC_GROUP: "(?>…)",
    _constants.POSSESSIVE_REPEAT: "a + after a repetition",
}


class NotReadable(Exception):
    """The pattern is not one, or has what is not supported; `position` is in the pattern."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


def read(pattern: str) -> Node:
    """The pattern's tree. Raises NotReadable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Of notation that a later Python may read otherwise.
            parsed = _parser.parse(pattern)
            return _sequence(parsed, parsed.state.flags)
    except re.error as error:
        raise NotReadable(f"{error.msg}", min(error.pos or 0, len(pattern))) from error
    except (RecursionError, OverflowError) as error:
        raise NotReadable("it is too deeply nested") from error


def _sequence(items: Any, flags: int) -> Node:
    return Sequence(tuple(_node(operation, value, flags) for operation, value in items))


def _node(operation: Any, value: Any, flags: int) -> Node:
    if operation in _REFUSED:
        raise NotReadable(f"{_REFUSED[operation]} cannot be used here")
    if operation is _constants.AT:
        return _edge(value, flags)
    if operation is _constants.SUBPATTERN:
        _, more, less, inner = value
        # Of the kinds of characters only one holds: (?a:…) is no longer Unicode's.
        kept = flags & ~_parser.TYPE_FLAGS if more & _parser.TYPE_FLAGS else flags
        return _sequence(inner, (kept | more) & ~less)
    if operation is _constants.BRANCH:
        return Either(tuple(_sequence(each, flags) for each in value[1]))
    if operation in {_constants.MAX_REPEAT, _constants.MIN_REPEAT}:
        return _repeat(value, flags)
    return Character(_test(operation, value, flags), _literal(operation, value, flags))


def _edge(value: Any, flags: int) -> Edge:
    edge = _EDGES[value]
    if flags & re.MULTILINE and value in {_constants.AT_BEGINNING, _constants.AT_END}:
        return _OF_LINES[edge]
    return _OF_ASCII.get(edge, edge) if flags & re.ASCII else edge


def _repeat(value: Any, flags: int) -> Node:
    least, most, inner = value
    return Repeat(_sequence(inner, flags), least, None if most is _constants.MAXREPEAT else most)


def _test(operation: Any, value: Any, flags: int) -> Any:
    """What says whether a text of one character fits; Python's own word on it."""
    state = _parser.State()
    state.flags = flags
    one = _parser.SubPattern(state, [(operation, value)])
    return _compiler.compile(one).fullmatch


def _literal(operation: Any, value: Any, flags: int) -> str:
    if operation is not _constants.LITERAL:
        return ""
    character = chr(value)
    is_sure = character.isascii() and character not in _MORE_THAN_CASE
    return character if is_sure or not flags & re.IGNORECASE else ""
