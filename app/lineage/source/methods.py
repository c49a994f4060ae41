"""Methods of texts, lists and dicts as a DAG's source uses them."""

import ast
import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from string import Template
from typing import Any

from app.lineage.source.holed import method_of
from app.lineage.source.judging import (
    MOST_WAYS,
    elements,
    has_spread,
    key_of,
    one_of,
    paired,
    unknown,
)
from app.lineage.source.patterns import group_of
from app.lineage.source.sizes import MOST_ELEMENTS
from app.lineage.source.texts import format_with, text_of
from app.lineage.source.values import (
    Descriptor,
    FilePath,
    Function,
    Instance,
    Perhaps,
    Spread,
    Struct,
    Unknown,
    written,
)
from app.lineage.template.holes import hole
from app.lineage.template.limits import SIZE

_VIEWS: dict[str, Callable[[dict[Any, Any]], Any]] = {
    "items": lambda owner: list(owner.items()),
    "keys": elements,
    "values": lambda owner: list(owner.values()),
    "copy": dict,
}
#: Largest number that a method of a text is given.
_WIDEST = 1_000
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
        "casefold",
        "swapcase",
        "zfill",
        "center",
        "ljust",
        "rjust",
        "count",
        "find",
        "index",
        "isdigit",
        "isalpha",
        "isalnum",
        "isupper",
        "islower",
        "expandtabs",
    ]
)


def call_method(  # noqa: PLR0911  # one line for each kind of owner
    owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
) -> Any:
    """The method's result; Unknown when it cannot be told."""
    if isinstance(owner, FilePath) and name in ("resolve", "absolute", "as_posix"):
        return owner
    if isinstance(owner, str):
        return _of_text(owner, name, args, kwargs, node)
    if isinstance(owner, list):
        return _of_list(owner, name, args, node)
    if isinstance(owner, dict):
        return _of_dict(owner, name, args, kwargs, node)
    if isinstance(owner, tuple) and name in ("index", "count"):
        return _of_list(list(owner), name, args, node)
    if isinstance(owner, Instance):
        return _of_instance(owner, name, kwargs, node)
    if isinstance(owner, Descriptor) and args and isinstance(args[0], Function):
        return replace(owner, setter=args[0]) if name == "setter" else owner
    if isinstance(owner, Struct) and owner.name == "re.Match":
        return group_of(owner, name, args, node)
    if isinstance(owner, Struct) and owner.name == "string.Template":
        return _substituted(owner, args, kwargs, node)
    return unknown(node)


def _of_instance(owner: Instance, name: str, kwargs: dict[str, Any], node: ast.Call) -> Any:
    """What a NamedTuple offers."""
    if name == "_asdict":
        return dict(owner.names)
    if name == "_replace":
        return Instance(owner.kind, {**owner.names, **kwargs})
    return unknown(node)


def _substituted(owner: Struct, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
    """`string.Template(…).substitute(…)`."""
    template = dict(owner.arguments)["template"]
    values = {**(args[0] if args and isinstance(args[0], dict) else {}), **kwargs}
    if not isinstance(template, str):
        return unknown(node)
    texts = {name: text_of(value) for name, value in values.items() if isinstance(name, str)}
    known = {name: hole("…") if text is None else text for name, text in texts.items()}
    try:
        return written(Template(str(template)).safe_substitute(known), node.lineno)
    except ValueError:
        return unknown(node)


def _of_text(  # noqa: PLR0911  # one line for each method of its own
    owner: str, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
) -> Any:
    if name == "format":
        return format_with(owner, args, kwargs, node.lineno)
    if name == "format_map" and args and isinstance(args[0], dict):
        return format_with(owner, [], args[0], node.lineno)
    if name == "translate" and args and isinstance(args[0], dict):
        return written(owner.translate(args[0]), node.lineno)
    if name == "join" and args:
        return _joined(owner, args[0], node)
    if name not in _PURE or not all(isinstance(one, str | int) for one in args) or kwargs:
        return unknown(node)
    if (
        any(isinstance(one, int) and abs(one) > _WIDEST for one in args)
        or (len(owner) + 1)
        * (max((len(one) for one in args if isinstance(one, str)), default=0) + 1)
        > SIZE
    ):
        return unknown(node)
    try:
        return method_of(owner, name, args, node)
    except (TypeError, ValueError):
        return unknown(node)


def _joined(owner: str, values: Any, node: ast.Call) -> Any:
    many = elements(values)
    if many is None:
        return unknown(node)
    ways = [[one.value, None] if isinstance(one, Perhaps) else [one] for one in many]
    count = math.prod(map(len, ways))
    if count > MOST_WAYS:
        return unknown(node)
    texts = [_put_together(owner, parts) for parts in itertools.product(*ways)]
    known = [written(one, node.lineno) for one in texts if one is not None]
    return one_of(known, "join") if len(known) == len(texts) else unknown(node)


def _put_together(owner: str, parts: Iterable[Any]) -> str | None:
    """The parts joined, one that is None being left out; None when the text would be too long."""
    there = [one for one in parts if one is not None]
    texts = [hole(one.name) if isinstance(one, Spread) else text_of(one) for one in there]
    known = [hole("…") if text is None else text for text in texts]
    size = sum(map(len, known)) + len(owner) * len(known)
    return owner.join(known) if size <= SIZE else None


def _of_list(owner: list[Any], name: str, args: list[Any], node: ast.Call) -> Any:
    if name == "append" and args:
        owner.append(args[0])
    elif name == "extend" and args:
        more = elements(args[0])
        extend(owner, more)
    elif name == "appendleft" and args:
        owner.insert(0, args[0])
    elif name == "insert" and len(args) == 2 and isinstance(args[0], int):  # noqa: PLR2004  # place and value
        owner.insert(args[0], args[1])
    elif name == "add" and args:  # A set is kept as a list.
        owner.extend([args[0]] if args[0] not in owner else [])
    elif name in ("pop", "popleft") and not has_spread(owner):
        return _popped(owner, args if name == "pop" else [0], node)
    elif name in ("sort", "reverse", "clear", "remove"):
        _rearrange(owner, name, args)
    elif name == "index" and args and args[0] in owner:
        return owner.index(args[0])
    elif name in ("union", "copy"):
        more = [elements(one) or [Spread("…")] for one in args]
        return [*owner, *(one for many in more for one in many)]
    else:
        return unknown(node)
    return None


def _popped(owner: list[Any], args: list[Any], node: ast.Call) -> Any:
    at = args[0] if args else -1
    if not isinstance(at, int) or not -len(owner) <= at < len(owner):
        return unknown(node)
    return owner.pop(at)


def _rearrange(owner: list[Any], name: str, args: list[Any]) -> None:
    if name == "reverse":
        owner.reverse()
    elif name == "clear":
        owner.clear()
    elif name == "remove" and args and args[0] in owner:
        owner.remove(args[0])
    elif name == "sort" and all(isinstance(one, str) for one in owner):
        owner.sort()


def extend(owner: list[Any], more: list[Any] | None) -> None:
    """Adds the elements; for unknown ones, and for too many, a spread."""
    is_known = more is not None and len(owner) + len(more) <= MOST_ELEMENTS
    owner.extend(more if more is not None and is_known else [Spread("…")])


def _of_dict(
    owner: dict[Any, Any], name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
) -> Any:
    if name in ("get", "pop", "setdefault") and args and not isinstance(key_of(args[0]), Unknown):
        if args[0] in owner:
            return owner.pop(args[0]) if name == "pop" else owner[args[0]]
        is_open = any(isinstance(key, Spread) for key in owner)
        missing = args[1] if len(args) > 1 else None
        if name == "setdefault":
            owner[args[0]] = missing
        return unknown(node) if is_open else missing
    if name == "update":
        owner.update(_members(args[0] if args else {}))
        owner.update(kwargs)
        return None
    if name == "most_common":
        ranked = sorted(owner.items(), key=lambda one: one[1] if _is_count(one[1]) else 0)
        return ranked[::-1][: args[0] if args and _is_count(args[0]) else None]
    if name == "fromkeys" and args:
        return {one: args[1] if len(args) > 1 else None for one in elements(args[0]) or ()}
    view = _VIEWS.get(name)
    return unknown(node) if view is None else view(owner)


def _is_count(value: Any) -> bool:
    return isinstance(value, int)


def _members(more: Any) -> dict[Any, Any]:
    """What `update` takes, pairs or a dict; an open one when that is not known."""
    if isinstance(more, dict):
        return more
    known = paired(more)
    return {Spread("…"): Unknown("…")} if known is None else known
