"""What can be said of an evaluated value: known or not, true or not, its elements."""

import ast
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from app.lineage.source.airflow_values import Context, Pulled
from app.lineage.source.values import (
    ClassValue,
    Instance,
    Member,
    Named,
    OneOf,
    Perhaps,
    Spread,
    Struct,
    TextMember,
    Unknown,
)
from app.lineage.template.holes import has_holes, literals

#: Ways that one value may come out; more are as good as none.
MOST_WAYS = 8
_NAME_LENGTH = 40
#: A key and its value.
_PAIR = 2


def unknown(node: ast.AST) -> Unknown:
    """An Unknown named after the code that would give it."""
    return _unknown(node)


@lru_cache(maxsize=2_048)
def _unknown(node: ast.AST) -> Unknown:
    return Unknown(node.id if isinstance(node, ast.Name) else name_of(node))


def name_of(node: ast.AST) -> str:
    """The code, cut to a length at which a reader knows it again."""
    return ast.unparse(node)[:_NAME_LENGTH]


def one_of(values: Iterable[Any], name: str) -> Any:
    """One of the values: itself when they are all the same, Unknown when they are too many."""
    flat: list[Any] = []
    for value in values:
        flat.extend(value.values if isinstance(value, OneOf) else [value])
    distinct: list[Any] = []
    for value in flat:
        if not any(is_same(value, other) for other in distinct):
            distinct.append(value)
    if len(distinct) == 1:
        return distinct[0]
    return OneOf(tuple(distinct), name) if len(distinct) <= MOST_WAYS else Unknown(name)


def each(value: Any, make: Callable[[Any], Any]) -> Any:
    """What is made of the value; of one of several values, one of several results."""
    if isinstance(value, OneOf):
        return one_of([make(one) for one in value.values], value.name)
    return make(value)


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are one, as far as a glance tells."""
    if one is other:
        return True
    simple = str | int | float | Unknown | Named | None
    return isinstance(one, simple) and type(one) is type(other) and one == other


def elements(value: Any) -> list[Any] | None:  # noqa: PLR0911  # one line for each kind of value
    """The elements of a sequence, a dict's keys; None when they are not known."""
    if isinstance(value, dict):
        return [
            Perhaps(key, one.doubt) if isinstance(one, Perhaps) else key
            for key, one in value.items()
        ]
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, ClassValue):
        return members(value)
    if isinstance(value, Instance) and isinstance(value.core, list | dict):
        return elements(value.core)
    if isinstance(value, Instance) and "NamedTuple" in value.kind.roots():
        return list(value.names.values())
    if isinstance(value, OneOf):
        known = [elements(one) for one in value.values]
        return None if None in known else [one for many in known for one in many or ()]
    is_short = type(value).__name__ == "Written" and len(value) < MOST_WAYS
    return list(value) if is_short and not has_holes(value) else None


def key_of(value: Any) -> Any:
    """The value as the key of a dict: itself, or a text that stands for what is not known."""
    if isinstance(value, Unknown | OneOf | Spread | Pulled):
        return Unknown(getattr(value, "name", "…"))
    try:
        hash(value)
    except TypeError:
        return Unknown("key")
    return value


def members(value: ClassValue) -> list[Any]:
    """The members of an Enum."""
    return [one for _, one in value.scope.all() if isinstance(one, Member | TextMember)]


def truth_of(value: Any) -> bool | None:
    """Whether the value counts as true; None when that is not known."""
    if isinstance(value, Unknown | Named | Struct | Pulled | Context | Spread):
        return None
    if isinstance(value, OneOf):
        found = {truth_of(one) for one in value.values}
        return found.pop() if len(found) == 1 else None
    if isinstance(value, list | dict) and value and has_spread(value):
        return None if all(isinstance(one, Spread) for one in value) else True
    if isinstance(value, str) and has_holes(value) and not any(literals(value)):
        return None
    return bool(value) if is_plain(value) else True


def doubt_of(value: Any) -> str:
    """Why an element may not be there; empty when it is."""
    parts = value if isinstance(value, tuple) else (value,)
    return next((one.doubt for one in parts if isinstance(one, Perhaps)), "")


def has_spread(values: Any) -> bool:
    """Whether elements are missing among them that could not be told."""
    return any(isinstance(one, Spread) for one in values)


def every_element(value: Any) -> list[Any] | None:
    """The elements of a sequence; None when they are not known, or some may be missing."""
    values = elements(value)
    return None if values is None or has_spread(values) else values


def paired(value: Any) -> dict[Any, Any] | None:
    """The dict that pairs of keys and values make; None when they are no pairs, or not known."""
    pairs = elements(value)
    if pairs is None or not all(map(_is_pair, pairs)):
        return None
    return {key: one for key, one in pairs if not isinstance(key_of(key), Unknown)}


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == _PAIR


def is_plain(value: Any) -> bool:
    """Whether Python's own operators may be used on it."""
    return value is None or isinstance(value, str | int | float | list | tuple | dict)
