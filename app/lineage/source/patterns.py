"""Regular expressions of the source: simple ones, over short known texts."""

import ast
import re
from typing import Any

from app.lineage.source.judging import unknown
from app.lineage.source.values import Functions, Struct, written
from app.lineage.template.holes import has_holes

# A pattern of a stranger may take for ever: what is repeated may not be repeated again, and the
# few repetitions there are go over a short text.
_REPEATED_GROUP = re.compile(r"\)[*+?{]")
_REPETITION = re.compile(r"[*+?{|]")
_MOST_REPETITIONS = 3
_LONGEST_PATTERN = 100
#: Characters of a text that is searched, and of one in which white space is replaced.
_SHORT, _LONG = 200, 20_000
#: Patterns of white space: linear, and of no hole's making.
_SPACE = frozenset({r"\s+", r"\s*\n\s*", r"\n\s*", r"\n", r"\n+", " +", r"\s{2,}", r"[\s]+"})


def is_quick(pattern: str, text: str) -> bool:
    """Whether a search cannot take long, and means what it would in the running program."""
    if pattern in _SPACE:
        return len(text) <= _LONG
    is_simple = len(pattern) <= _LONGEST_PATTERN and not _REPEATED_GROUP.search(pattern)
    few = len(_REPETITION.findall(pattern)) <= _MOST_REPETITIONS
    is_linear = len(_REPETITION.findall(pattern)) <= 1 and "(" not in pattern
    length = _LONG if is_linear else _SHORT
    return is_simple and few and len(text) <= length and not has_holes(text)


def _applied(name: str, args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    texts = [one for one in args if isinstance(one, str)]
    if len(texts) != len(args) or len(args) < 2 or any(map(has_holes, args[:-1])):  # noqa: PLR2004  # pattern and text
        return unknown(node)
    if not is_quick(args[0], args[-1]):
        return unknown(node)
    try:
        return _result(getattr(re, name)(*args), node)
    except (re.error, TypeError, IndexError, OverflowError):
        return unknown(node)


def _result(value: Any, node: ast.Call) -> Any:
    if isinstance(value, str):
        return written(value, node.lineno)
    if isinstance(value, list):
        return [_result(one, node) for one in value]
    if isinstance(value, re.Match):
        numbered = tuple((str(at), value[at]) for at in range(len(value.groups()) + 1))
        return Struct("re.Match", (*numbered, *value.groupdict().items()), node.lineno)
    return value


def group_of(match: Struct, name: str, args: list[Any], node: ast.Call) -> Any:
    """`match.group(…)`, `match.groups()`, `match.groupdict()`."""
    found = dict(match.arguments)
    if name == "groups":
        return tuple(value for at, value in match.arguments if at.isdigit() and at != "0")
    if name == "groupdict":
        return {at: value for at, value in match.arguments if not at.isdigit()}
    if name != "group":
        return unknown(node)
    wanted = [found.get(str(one), unknown(node)) for one in args or [0]]
    return wanted[0] if len(wanted) == 1 else tuple(wanted)


def _function(name: str) -> Any:
    return lambda args, kwargs, node: _applied(name, args, kwargs, node)


PATTERN_FUNCTIONS: Functions = {
    f"re.{name}": _function(name)
    for name in ("sub", "match", "search", "fullmatch", "findall", "split")
}
