"""Methods of texts that hold holes: a hole stays whole, and is named after what was done to it."""

import ast
from typing import Any

from app.lineage.source.judging import unknown
from app.lineage.source.values import written
from app.lineage.template.holes import folded, has_holes, unfolded

#: Methods that change every character: what a hole stands for becomes something else.
_CHANGING = frozenset(
    {"upper", "lower", "title", "capitalize", "casefold", "swapcase", "zfill", "expandtabs"}
)
#: Methods that take what they are given away from the text, or cut it there.
_KEEPING = frozenset(
    {
        "strip",
        "lstrip",
        "rstrip",
        "split",
        "rsplit",
        "splitlines",
        "replace",
        "removeprefix",
        "removesuffix",
        "partition",
        "rpartition",
    }
)


def method_of(owner: str, name: str, args: list[Any], node: ast.Call) -> Any:
    """What a method of the text gives. Raises TypeError and ValueError as the method does."""
    texts = [owner, *(one for one in args if isinstance(one, str))]
    if not any(map(has_holes, texts)):
        return _written(getattr(owner, name)(*args), node)
    if name in _CHANGING:
        return written(_renamed(owner, name, args), node.lineno)
    if name not in _KEEPING:
        return unknown(node)
    text, names = folded(owner)
    if any(has_holes(one) for one in texts[1:]):
        return unknown(node)
    return _unfolded(getattr(text, name)(*args), names, node)


def _renamed(owner: str, name: str, args: list[Any]) -> str:
    text, names = folded(owner)
    return unfolded(getattr(text, name)(*args), [f"{one}.{name}()" for one in names])


def _unfolded(value: Any, names: list[str], node: ast.Call) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(_unfolded(one, names, node) for one in value)
    return written(unfolded(value, names), node.lineno) if isinstance(value, str) else value


def _written(value: Any, node: ast.Call) -> Any:
    return written(value, node.lineno) if isinstance(value, str) else value
