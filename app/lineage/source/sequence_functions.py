"""Functions over sequences that DAG sources compute with."""

import ast
import itertools
from collections.abc import Callable, Iterator
from typing import Any

from app.lineage.source.judging import (
    elements,
    every_element,
    has_spread,
    key_of,
    truth_of,
    unknown,
)
from app.lineage.source.sizes import MOST_ELEMENTS
from app.lineage.source.values import Functions, Stream, Unknown

_MOST_NUMBERS = 10_000
#: Parts of all the tuples that one call may give.
_MOST_PARTS = 100_000


def _range(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    if not args or not all(isinstance(one, int) for one in args):
        return unknown(node)
    try:
        numbers = range(*args)
    except (TypeError, ValueError):
        return unknown(node)
    return list(numbers[:_MOST_NUMBERS]) if len(numbers) <= _MOST_NUMBERS else unknown(node)


def _sequence(shape: Callable[[list[list[Any]]], Any]) -> Callable[..., Any]:
    def call(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
        known = [elements(one) for one in args]
        if any(one is None for one in known):
            return unknown(node)
        try:
            return shape([one for one in known if one is not None])
        except TypeError:
            return unknown(node)

    return call


def _summed(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`sum` of numbers, or of lists when it begins with one."""
    values = every_element(args[0]) if args else None
    if values is None:
        return unknown(node)
    if args[1:] and isinstance(args[1], list | tuple):
        parts = [elements(one) for one in values]
        known = [one for one in parts if one is not None]
        return (
            [one for part in known for one in part] if len(known) == len(parts) else unknown(node)
        )
    is_numeric = all(isinstance(one, int | float) for one in values)
    return sum(values) if is_numeric else unknown(node)


def _truths(decide: Callable[[list[bool]], bool]) -> Callable[..., Any]:
    def call(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
        values = elements(args[0]) if args else None
        truths = [truth_of(one) for one in values] if values is not None else [None]
        known = [one for one in truths if one is not None]
        return decide(known) if len(known) == len(truths) else unknown(node)

    return call


def _combined(combine: Callable[..., Any]) -> Callable[..., Any]:
    """A function of itertools over known sequences, up to the most elements that are kept."""

    def call(args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
        known = [one if isinstance(one, int) else every_element(one) for one in args]
        if None in known:
            return unknown(node)
        try:
            return _few(combine(*known, **kwargs))
        except TypeError:
            return unknown(node)

    return call


def _few(values: Iterator[Any]) -> list[Any]:
    """The first of the values, as many as are worth keeping."""
    kept: list[Any] = []
    left = _MOST_PARTS
    for one in itertools.islice(values, MOST_ELEMENTS):
        kept.append(one)
        left -= len(one) if isinstance(one, tuple) else 1
        if left < 0:
            break
    return kept


def _flattened(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    many = elements(args[0]) if args else None
    inner = [elements(one) for one in many] if many is not None else [None]
    known = [one for one in inner if one is not None]
    return [one for part in known for one in part] if len(known) == len(inner) else unknown(node)


def _repeated(args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    times = args[1] if len(args) > 1 else kwargs.get("times")
    if not args or not isinstance(times, int) or not 0 <= times <= _MOST_NUMBERS:
        return unknown(node)
    return [args[0]] * times


def _first_of(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    values = elements(args[0]) if args else None
    if values is None or has_spread(values[:1]):
        return unknown(node)
    if isinstance(args[0], Stream) and values:
        return args[0].pop(0)
    return values[0] if values else args[1] if len(args) > 1 else unknown(node)


def _numbered(args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`enumerate`."""
    values = elements(args[0]) if args else None
    start = args[1] if len(args) > 1 else kwargs.get("start", 0)
    if values is None or not isinstance(start, int):
        return unknown(node)
    return list(enumerate(values, start))


def _counted(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`itertools.count`, as far as anybody counts."""
    if not all(isinstance(one, int) for one in args):
        return unknown(node)
    return Stream(itertools.islice(itertools.count(*args), _MOST_NUMBERS))


def _cycled(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    values = elements(args[0]) if args else None
    return (
        Stream(itertools.islice(itertools.cycle(values), _MOST_NUMBERS))
        if values
        else unknown(node)
    )


def _keyed(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`dict.fromkeys`."""
    keys = every_element(args[0]) if args else None
    if keys is None:
        return unknown(node)
    value = args[1] if len(args) > 1 else None
    return {one: value for one in keys if not isinstance(key_of(one), Unknown)}


SEQUENCE_FUNCTIONS: Functions = {
    "range": _range,
    "list": _sequence(lambda many: many[0] if many else []),
    "tuple": _sequence(lambda many: tuple(many[0]) if many else ()),
    "set": _sequence(lambda many: list(dict.fromkeys(many[0])) if many else []),
    "frozenset": _sequence(lambda many: list(dict.fromkeys(many[0])) if many else []),
    "iter": _sequence(lambda many: Stream(many[0])),
    "next": _first_of,
    "reversed": _sequence(lambda many: many[0][::-1]),
    "enumerate": _numbered,
    "zip": _sequence(lambda many: list(zip(*many, strict=False))),
    "sum": _summed,
    "any": _truths(any),
    "all": _truths(all),
    "dict.fromkeys": _keyed,
    "itertools.chain": _combined(itertools.chain),
    "itertools.chain.from_iterable": _flattened,
    "itertools.product": _combined(itertools.product),
    "itertools.combinations": _combined(itertools.combinations),
    "itertools.permutations": _combined(itertools.permutations),
    "itertools.islice": _combined(itertools.islice),
    "itertools.zip_longest": _combined(itertools.zip_longest),
    "itertools.pairwise": _combined(itertools.pairwise),
    "itertools.repeat": _repeated,
    "itertools.count": _counted,
    "itertools.cycle": _cycled,
    "collections.deque": _sequence(lambda many: many[0] if many else []),
}
