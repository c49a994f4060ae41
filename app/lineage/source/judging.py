"""What can be said of an evaluated value: known or not, true or not, its elements."""

import ast
from typing import Any

from app.lineage.source.values import ClassValue, Named, Spread, Struct, Unknown


def unknown(node: ast.AST) -> Unknown:
    """An Unknown named after the code that would give it."""
    return Unknown(ast.unparse(node)[:40])


def elements(value: Any) -> list[Any] | None:
    """The elements of a sequence, a dict's keys; None when they are not known."""
    if isinstance(value, dict):
        return list(value)
    if isinstance(value, ClassValue):
        return [
            one for name, one in value.scope.all() if not name.startswith("_") and is_plain(one)
        ]
    return list(value) if isinstance(value, list | tuple) else None


def truth_of(value: Any) -> bool | None:
    """Whether the value counts as true; None when that is not known."""
    if isinstance(value, Unknown | Named | Struct):
        return None
    if isinstance(value, list | dict) and has_spread(value):
        return None
    return bool(value) if is_plain(value) else True


def has_spread(values: Any) -> bool:
    """Whether elements are missing among them that could not be told."""
    return any(isinstance(one, Spread) for one in values)


def is_plain(value: Any) -> bool:
    """Whether Python's own operators may be used on it."""
    return value is None or isinstance(value, str | int | float | list | tuple | dict)
