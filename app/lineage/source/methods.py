"""Methods of texts, lists and dicts as a DAG's source uses them."""

import ast
from collections.abc import Callable
from typing import Any

from app.lineage.source.judging import elements, unknown
from app.lineage.source.sizes import MOST_ELEMENTS
from app.lineage.source.texts import format_with, text_of
from app.lineage.source.values import Spread, Unknown, written
from app.lineage.template.holes import hole
from app.lineage.template.limits import SIZE

_VIEWS: dict[str, Callable[[dict[Any, Any]], Any]] = {
    "items": lambda owner: list(owner.items()),
    "keys": list,
    "values": lambda owner: list(owner.values()),
    "copy": dict,
}
_PURE = frozenset(
    [
        "upper",
        "lower",
        "strip",
        "lstrip",
        "rstrip",
        "title",
        "capitalize",
        "split",
        "rsplit",
        "splitlines",
        "startswith",
        "endswith",
        "replace",
        "removeprefix",
        "removesuffix",
        "partition",
        "rpartition",
    ]
)


def call_method(
    owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
) -> Any:
    """The method's result; Unknown when it cannot be told."""
    if isinstance(owner, str):
        return _of_text(owner, name, args, kwargs, node)
    if isinstance(owner, list):
        return _of_list(owner, name, args, node)
    if isinstance(owner, dict):
        return _of_dict(owner, name, args, kwargs, node)
    return unknown(node)


def _of_text(owner: str, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    if name == "format":
        return format_with(owner, args, kwargs, node.lineno)
    if name == "join" and args:
        return _joined(owner, args[0], node)
    if name not in _PURE or not all(isinstance(one, str | int) for one in args) or kwargs:
        return unknown(node)
    if (len(owner) + 1) * (
        max((len(one) for one in args if isinstance(one, str)), default=0) + 1
    ) > SIZE:
        return unknown(node)
    try:
        result = getattr(owner, name)(*args)
    except (TypeError, ValueError):
        return unknown(node)
    return written(result, node.lineno) if isinstance(result, str) else result


def _joined(owner: str, values: Any, node: ast.Call) -> Any:
    many = elements(values)
    if many is None:
        return unknown(node)
    texts = [hole(one.name) if isinstance(one, Spread) else text_of(one) for one in many]
    known = [hole("…") if text is None else text for text in texts]
    return written(owner.join(known), node.lineno)


def _of_list(owner: list[Any], name: str, args: list[Any], node: ast.Call) -> Any:
    if name == "append" and args:
        owner.append(args[0])
    elif name == "extend" and args:
        more = elements(args[0])
        extend(owner, more)
    elif name == "insert" and len(args) == 2 and isinstance(args[0], int):  # noqa: PLR2004  # place and value
        owner.insert(args[0], args[1])
    elif name == "copy":
        return list(owner)
    else:
        return unknown(node)
    return None


def extend(owner: list[Any], more: list[Any] | None) -> None:
    """Adds the elements; for unknown ones, and for too many, a spread."""
    is_known = more is not None and len(owner) + len(more) <= MOST_ELEMENTS
    owner.extend(more if more is not None and is_known else [Spread("…")])


def _of_dict(
    owner: dict[Any, Any], name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
) -> Any:
    if name in ("get", "pop", "setdefault") and args and isinstance(args[0], str | int):
        if args[0] in owner:
            return owner[args[0]]
        is_open = any(isinstance(key, Spread) for key in owner)
        missing = args[1] if len(args) > 1 else None
        if name == "setdefault":
            owner[args[0]] = missing
        return unknown(node) if is_open else missing
    if name == "update":
        more = args[0] if args else {}
        owner.update(more if isinstance(more, dict) else {Spread("…"): Unknown("…")})
        owner.update(kwargs)
        return None
    view = _VIEWS.get(name)
    return unknown(node) if view is None else view(owner)
