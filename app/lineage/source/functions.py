"""Functions of Python that DAG sources compute with, over values of which parts are not known."""

import ast
import json
from collections.abc import Callable
from typing import Any

from app.lineage.source.judging import elements, unknown
from app.lineage.source.sizes import is_small
from app.lineage.source.texts import text_of
from app.lineage.source.values import written
from app.lineage.template.holes import hole

_MOST_NUMBERS = 2_000
#: A key and its value.
_PAIR = 2


def _dumped(args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`json.dumps`: templates inside survive it, apart from their quotes, as they do in Airflow."""
    if not args or not is_small(args[0]):
        return unknown(node)
    prepared = _jsonable(args[0])
    try:
        return written(
            json.dumps(
                prepared,
                indent=kwargs.get("indent"),
                sort_keys=bool(kwargs.get("sort_keys", False)),
                ensure_ascii=False,
            ),
            node.lineno,
        )
    except (TypeError, ValueError, RecursionError):
        return unknown(node)


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _jsonable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(one) for one in value]
    if isinstance(value, bool | int | float) or value is None:
        return value
    text = text_of(value)
    return hole("…") if text is None else str(text)


def _text(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    text = text_of(args[0]) if args else ""
    return unknown(node) if text is None else written(text, node.lineno)


def _range(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    if not args or not all(isinstance(one, int) for one in args):
        return unknown(node)
    try:
        numbers = range(*args)
    except (TypeError, ValueError):
        return unknown(node)
    return list(numbers) if abs(numbers.stop - numbers.start) <= _MOST_NUMBERS else unknown(node)


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


def _length(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    return (
        len(args[0]) if args and isinstance(args[0], str | list | tuple | dict) else unknown(node)
    )


def _as_dict(args: list[Any], kwargs: dict[str, Any], _node: ast.Call) -> Any:
    if args and not isinstance(args[0], dict):
        pairs = elements(args[0])
        if pairs is None or not all(
            isinstance(one, list | tuple) and len(one) == _PAIR for one in pairs
        ):  # key and value
            return dict(kwargs)
        return {**{key: value for key, value in pairs if isinstance(key, str | int)}, **kwargs}
    return {**(args[0] if args else {}), **kwargs}


def _whole(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    try:
        return int(args[0]) if args and isinstance(args[0], str | int | float) else unknown(node)
    except (ValueError, OverflowError):
        return unknown(node)


def _first(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    return args[-1] if args else unknown(node)


FUNCTIONS: dict[str, Callable[[list[Any], dict[str, Any], ast.Call], Any]] = {
    "str": _text,
    "repr": _text,
    "int": _whole,
    "len": _length,
    "dict": _as_dict,
    "range": _range,
    "list": _sequence(lambda many: many[0] if many else []),
    "tuple": _sequence(lambda many: tuple(many[0]) if many else ()),
    "set": _sequence(lambda many: many[0] if many else []),
    "sorted": _sequence(lambda many: sorted(many[0])),
    "reversed": _sequence(lambda many: many[0][::-1]),
    "enumerate": _sequence(lambda many: list(enumerate(many[0]))),
    "zip": _sequence(lambda many: list(zip(*many, strict=False))),
    "json.dumps": _dumped,
    "typing.cast": _first,
    "copy.deepcopy": _first,
    "copy.copy": _first,
}
