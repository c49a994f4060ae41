"""Functions of Python that DAG sources compute with, over values of which parts are not known."""

import ast
from collections import Counter
from collections.abc import Callable
from typing import Any

from app.lineage.source.judging import doubt_of, elements, is_plain, paired, truth_of, unknown
from app.lineage.source.patterns import PATTERN_FUNCTIONS
from app.lineage.source.scope import Scope
from app.lineage.source.sequence_functions import SEQUENCE_FUNCTIONS
from app.lineage.source.sizes import is_small
from app.lineage.source.text_functions import TEXT_FUNCTIONS
from app.lineage.source.values import ClassValue, Defaulting, Functions, Instance, Named, Struct


def _length(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    if not args or not isinstance(args[0], str | list | tuple | dict):
        return unknown(node)
    is_open = not isinstance(args[0], str) and any(map(doubt_of, elements(args[0]) or ()))
    return unknown(node) if is_open else len(args[0])


def _as_dict(args: list[Any], kwargs: dict[str, Any], _node: ast.Call) -> Any:
    if args and not isinstance(args[0], dict):
        return {**(paired(args[0]) or {}), **kwargs}
    return {**(args[0] if args else {}), **kwargs}


def _whole(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    try:
        return int(args[0]) if args and isinstance(args[0], str | int | float) else unknown(node)
    except (ValueError, OverflowError):
        return unknown(node)


def _rounded(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    if not args or not all(isinstance(one, int | float) for one in args):
        return unknown(node)
    try:
        return round(*args)
    except (TypeError, ValueError, OverflowError):
        return unknown(node)


def _rounded_off(function: Callable[[Any], Any]) -> Callable[..., Any]:
    """A function of one number."""

    def call(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
        is_number = len(args) == 1 and isinstance(args[0], int | float)
        return function(args[0]) if is_number else unknown(node)

    return call


def _counted(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`Counter`: how often each element is there."""
    values = elements(args[0]) if args else []
    if isinstance(args[0] if args else None, str):
        values = list(args[0])
    if values is None or not all(isinstance(one, str | int) for one in values):
        return unknown(node)
    return dict(Counter(values))


def _last(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    return args[-1] if args else unknown(node)


def _copied(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """A copy, so that what is done to it is not done to the original."""
    if not args:
        return unknown(node)
    return _copy(args[0]) if is_small(args[0]) else args[0]


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_copy(one) for one in value]
    return value


def _kind(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    is_ours = len(args) == 1 and isinstance(args[0], Instance)
    return args[0].kind if is_ours else unknown(node)


def _chained(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`ChainMap`: the first mapping that has a key wins."""
    if not all(isinstance(one, dict) for one in args):
        return unknown(node)
    return {key: value for one in reversed(args) for key, value in one.items()}


def _named_tuple(args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`collections.namedtuple("Point", "x y")`."""
    names = args[1] if len(args) > 1 else None
    listed = names.replace(",", " ").split() if isinstance(names, str) else elements(names)
    if listed is None or not all(isinstance(one, str) for one in listed):
        return unknown(node)
    fields = tuple(str(one) for one in listed)
    scope = Scope()
    defaults = elements(kwargs.get("defaults")) or []
    scope.names.update(zip(reversed(fields), reversed(defaults), strict=False))
    return ClassValue(str(args[0]), scope, (Named("typing.NamedTuple"),), fields)


def _truth(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    truth = truth_of(args[0]) if args else False
    return unknown(node) if truth is None else truth


def _named_values(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`vars`, `dataclasses.asdict`."""
    return dict(args[0].names) if args and isinstance(args[0], Instance) else unknown(node)


def _default_dict(args: list[Any], _kwargs: dict[str, Any], _node: ast.Call) -> Any:
    made = Defaulting(args[1] if len(args) > 1 and isinstance(args[1], dict) else {})
    made.factory = args[0] if args else None
    return made


def _param(args: list[Any], kwargs: dict[str, Any], _node: ast.Call) -> Any:
    """A Param stands for its default."""
    return args[0] if args else kwargs.get("default")


def _is_instance(args: list[Any], _kwargs: dict[str, Any], node: ast.Call) -> Any:
    kinds = {"str": str, "int": int, "dict": dict, "list": list, "tuple": tuple, "bool": bool}
    wanted = args[1] if len(args) > 1 else None
    names = [
        getattr(one, "name", "") for one in (wanted if isinstance(wanted, tuple) else [wanted])
    ]
    if not is_plain(args[0]) or not all(one in kinds for one in names):
        return unknown(node)
    return isinstance(args[0], tuple(kinds[one] for one in names))


FUNCTIONS: Functions = {
    **TEXT_FUNCTIONS,
    **PATTERN_FUNCTIONS,
    "round": _rounded,
    "abs": _rounded_off(abs),
    "collections.Counter": _counted,
    **SEQUENCE_FUNCTIONS,
    "int": _whole,
    "bool": _truth,
    "len": _length,
    "dict": _as_dict,
    "type": _kind,
    "vars": _named_values,
    "isinstance": _is_instance,
    "typing.cast": _last,
    "copy.deepcopy": _copied,
    "copy.copy": _copied,
    "collections.OrderedDict": _as_dict,
    "collections.ChainMap": _chained,
    "types.MappingProxyType": _as_dict,
    "collections.namedtuple": _named_tuple,
    "collections.defaultdict": _default_dict,
    "types.SimpleNamespace": lambda _args, kwargs, _node: Struct(
        "namespace", tuple(kwargs.items())
    ),
    "dataclasses.asdict": _named_values,
    "enum.auto": lambda _args, _kwargs, node: Struct("auto", (), node.lineno),
    "dataclasses.field": lambda _args, kwargs, node: Struct(
        "field", tuple(kwargs.items()), node.lineno
    ),
    "airflow.models.param.Param": _param,
    "airflow.models.Param": _param,
    "airflow.sdk.Param": _param,
    "airflow.sdk.definitions.param.Param": _param,
}
