"""Functions that take functions, and those that reach names by text."""

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from app.lineage.source.judging import elements, has_spread, truth_of, unknown
from app.lineage.source.members import attribute_of
from app.lineage.source.values import ClassValue, DagValue, Function, Instance, Struct, TaskValue


class Call(Protocol):
    """Calls a value with evaluated arguments."""

    def __call__(
        self, called: Any, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any: ...


Higher = Callable[[Call, list[Any], dict[str, Any], ast.Call], Any]


def _mapped(call: Call, args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    many = [elements(one) for one in args[1:]]
    known = [one for one in many if one is not None and not has_spread(one)]
    if not known or len(known) != len(many):
        return unknown(node)
    return [call(args[0], list(one), {}, node) for one in zip(*known, strict=False)]


def _filtered(call: Call, args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    values = elements(args[1]) if len(args) > 1 else None
    if values is None or has_spread(values):
        return unknown(node)
    keeps = [truth_of(one if args[0] is None else call(args[0], [one], {}, node)) for one in values]
    if None in keeps:
        return unknown(node)
    return [one for one, keep in zip(values, keeps, strict=True) if keep]


def _sorted(call: Call, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    values = elements(args[0]) if args else None
    if values is None or has_spread(values):
        return unknown(node)
    key = kwargs.get("key")
    ranks = [one if key is None else call(key, [one], {}, node) for one in values]
    if not all(isinstance(one, str | int | float | tuple) for one in ranks):
        return unknown(node)
    try:
        order = sorted(range(len(values)), key=lambda at: ranks[at])
    except TypeError:
        return unknown(node)
    found = [values[at] for at in order]
    return found[::-1] if truth_of(kwargs.get("reverse", False)) else found


def _reduced(call: Call, args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    values = elements(args[1]) if len(args) > 1 else None
    if values is None or has_spread(values) or not (values or args[2:]):
        return unknown(node)
    result, rest = (args[2], values) if args[2:] else (values[0], values[1:])
    for one in rest:
        result = call(args[0], [result, one], {}, node)
    return result


def _partial(_call: Call, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    """A function with some arguments given; a class likewise, as a function of its own."""
    if args and isinstance(args[0], Function):
        function = args[0]
        bound = (*function.bound, *args[1:])
        return replace(function, bound=bound, given={**function.given, **kwargs})
    return (
        Struct("functools.partial", (("called", args[0]), ("args", args[1:]), ("kwargs", kwargs)))
        if args
        else unknown(node)
    )


def _attribute(_call: Call, args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    if len(args) < 2 or not isinstance(args[1], str):  # noqa: PLR2004  # object and name
        return unknown(node)
    owner, name = args[0], str(args[1])
    if isinstance(owner, Instance) and name in owner.names:
        return owner.names[name]
    if isinstance(owner, ClassValue):
        found = owner.lookup(name)
        return found[0] if found else args[2] if len(args) > 2 else unknown(node)  # noqa: PLR2004  # a default
    if isinstance(owner, TaskValue | DagValue | Struct):
        return attribute_of(owner, ast.Attribute(node, name, ast.Load()))
    return unknown(node)


def _set_attribute(_call: Call, args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    if len(args) == 3 and isinstance(args[1], str):  # noqa: PLR2004  # object, name, value
        if isinstance(args[0], Instance):
            args[0].names[str(args[1])] = args[2]
        elif isinstance(args[0], TaskValue):
            args[0].arguments[str(args[1])] = args[2]
        return None
    return unknown(node)


HIGHER: dict[str, Higher] = {
    "map": _mapped,
    "filter": _filtered,
    "sorted": _sorted,
    "functools.reduce": _reduced,
    "functools.partial": _partial,
    "getattr": _attribute,
    "setattr": _set_attribute,
}
