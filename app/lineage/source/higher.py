"""Functions that take functions, and those that reach names by text."""

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from app.lineage.source.airflow_values import TaskValue
from app.lineage.source.judging import elements, every_element, is_same, truth_of, unknown
from app.lineage.source.values import Function, Instance, Struct


class Call(Protocol):
    """Calls a value with evaluated arguments."""

    def __call__(
        self, called: Any, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any: ...


Higher = Callable[[Call, list[Any], dict[str, Any], ast.Call], Any]


def _mapped(call: Call, args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    many = [every_element(one) for one in args[1:]]
    known = [one for one in many if one is not None]
    if not known or len(known) != len(many):
        return unknown(node)
    return [call(args[0], list(one), {}, node) for one in zip(*known, strict=False)]


def _filtered(call: Call, args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    values = every_element(args[1]) if len(args) > 1 else None
    if values is None:
        return unknown(node)
    keeps = [truth_of(one if args[0] is None else call(args[0], [one], {}, node)) for one in values]
    if None in keeps:
        return unknown(node)
    return [one for one, keep in zip(values, keeps, strict=True) if keep]


def _sorted(call: Call, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    values = every_element(args[0])
    ranks = _ranks(call, values, kwargs.get("key"), node)
    if values is None or ranks is None:
        return unknown(node)
    try:
        order = sorted(range(len(values)), key=ranks.__getitem__)
    except TypeError:
        return unknown(node)
    found = [values[at] for at in order]
    return found[::-1] if truth_of(kwargs.get("reverse", False)) else found


def _reduced(call: Call, args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    values = every_element(args[1]) if len(args) > 1 else None
    if values is None or not (values or args[2:]):
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


def _ranked(choose: Callable[..., Any]) -> Higher:
    """`min` and `max`, by a key or not."""

    def call_it(call: Call, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
        values = every_element(args[0] if len(args) == 1 else args)
        ranks = _ranks(call, values, kwargs.get("key"), node)
        if not values or ranks is None:
            return unknown(node)
        try:
            return values[choose(range(len(values)), key=ranks.__getitem__)]
        except TypeError:
            return unknown(node)

    return call_it


def _ranks(call: Call, values: list[Any] | None, key: Any, node: ast.Call) -> list[Any] | None:
    """What the values are put in order by; None when that is not known."""
    if values is None:
        return None
    ranks = [one if key is None else call(key, [one], {}, node) for one in values]
    return ranks if all(isinstance(one, str | int | float | tuple) for one in ranks) else None


def _grouped(call: Call, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`itertools.groupby`."""
    values = every_element(args[0])
    key = kwargs.get("key", args[1] if len(args) > 1 else None)
    if values is None:
        return unknown(node)
    groups: list[tuple[Any, list[Any]]] = []
    for one in values:
        rank = one if key is None else call(key, [one], {}, node)
        if groups and is_same(groups[-1][0], rank):
            groups[-1][1].append(one)
        else:
            groups.append((rank, [one]))
    return groups


def _starred(call: Call, args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`itertools.starmap`."""
    values = every_element(args[1]) if len(args) > 1 else None
    many = [elements(one) for one in values or ()]
    if values is None or None in many:
        return unknown(node)
    return [call(args[0], one or [], {}, node) for one in many]


def _getter(name: str) -> Higher:
    """A function that takes items or attributes of what it is called with."""
    return lambda _call, args, _kwargs, node: Struct(name, (("keys", tuple(args)),), node.lineno)


def _replaced(call: Call, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`dataclasses.replace`: the object is made anew."""
    if not args or not isinstance(args[0], Instance):
        return unknown(node)
    kind, names = args[0].kind, args[0].names
    fields = {name: names[name] for name in kind.every_field() if name in names}
    return call(kind, [], {**fields, **kwargs}, node)


def _set_attribute(_call: Call, args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    match args:
        case [Instance(names=names), str(name), value]:
            names[str(name)] = value
        case [TaskValue(arguments=arguments), str(name), value]:
            arguments[str(name)] = value
        case [_, str(), _]:
            pass
        case _:
            return unknown(node)
    return None


HIGHER: dict[str, Higher] = {
    "map": _mapped,
    "filter": _filtered,
    "sorted": _sorted,
    "functools.reduce": _reduced,
    "functools.partial": _partial,
    "min": _ranked(min),
    "max": _ranked(max),
    "itertools.groupby": _grouped,
    "itertools.starmap": _starred,
    "operator.itemgetter": _getter("operator.itemgetter"),
    "operator.attrgetter": _getter("operator.attrgetter"),
    "dataclasses.replace": _replaced,
    "setattr": _set_attribute,
}
