"""What stands in brackets or behind a dot of an evaluated value."""

import ast
import posixpath
import string
from collections.abc import Callable
from typing import Any

from app.lineage.source.airflow_values import (
    Argument,
    Context,
    DagValue,
    Group,
    Pulled,
    RunningTask,
    TaskValue,
)
from app.lineage.source.judging import elements, has_spread, key_of, unknown
from app.lineage.source.template_fields import known_fields
from app.lineage.source.values import (
    Bound,
    ClassValue,
    Defaulting,
    FilePath,
    Function,
    Instance,
    Member,
    Named,
    Struct,
    TextMember,
    Unknown,
)
from app.lineage.template.context import EVERY_NAME
from app.lineage.template.holes import HOLE_CLOSES, HOLE_OPENS, has_holes


def item_of(value: Any, key: Any, node: ast.Subscript) -> Any:  # noqa: C901, PLR0911  # one line for each kind of value
    """`value[key]`, Unknown where it cannot be told."""
    if isinstance(value, Argument):
        return _of_argument(value, key, node)
    if isinstance(value, Pulled):
        return part_of(value, key, node)
    if isinstance(value, Context):
        return of_context(value, key, node)
    if isinstance(value, ClassValue) and isinstance(key, str):
        return value.find(key)
    if isinstance(value, Struct) and value.name == "re.Match":
        return dict(value.arguments).get(str(key), unknown(node))
    if isinstance(value, Instance):
        parts = value.core if isinstance(value.core, list | dict) else elements(value)
        value = parts if parts is not None else value
    is_open = isinstance(value, str) and has_holes(value)
    if is_open or (isinstance(value, dict) and isinstance(key_of(key), Unknown)):
        return unknown(node)
    if isinstance(value, Defaulting) and key not in value:
        value[key] = _EMPTY.get(getattr(value.factory, "name", ""), lambda: unknown(node))()
    try:
        found = value[key] if isinstance(value, str | list | tuple | dict) else unknown(node)
    except (LookupError, TypeError):
        return unknown(node)
    if isinstance(value, list) and isinstance(key, int):
        before = value[: key + 1] if key >= 0 else value[key:]
        return unknown(node) if has_spread(before) else found
    return found


def slice_of(value: Any, ends: list[Any], node: ast.Slice) -> Any:
    """`value[lower:upper:step]` of a text or sequence, an end that is left out being None."""
    if not all(one is None or isinstance(one, int) for one in ends):
        return unknown(node)
    if isinstance(value, str) and has_holes(value):
        return _sliced(value, ends, node)
    try:
        return value[slice(*ends)]
    except (TypeError, ValueError):
        return unknown(node)


def _sliced(text: str, ends: list[Any], node: ast.Slice) -> Any:
    """A part of a text that ends before its first hole, or begins behind its last."""
    first, last = text.index(HOLE_OPENS), len(text) - 1 - text.rindex(HOLE_CLOSES)
    lower, upper, step = ends
    begins, ends_at = lower or 0, upper
    if step not in (None, 1):
        return unknown(node)
    is_before = begins >= 0 and ends_at is not None and 0 <= ends_at <= first
    is_around = 0 <= begins <= first and (ends_at is None or -last <= ends_at < 0)
    is_behind = -last <= begins < 0 and (ends_at is None or ends_at < 0)
    return text[begins:ends_at] if is_before or is_around or is_behind else unknown(node)


_PATH_PARTS: dict[str, Callable[[str], str]] = {
    "name": posixpath.basename,
    "stem": lambda path: posixpath.splitext(posixpath.basename(path))[0],
    "suffix": lambda path: posixpath.splitext(path)[1],
    "parent": lambda path: FilePath(posixpath.dirname(path)),
}
#: Attributes of an operator that are there when the source did not give them.
_MADE_EMPTY: dict[str, Callable[[], Any]] = {"op_kwargs": dict, "op_args": list}
_LETTERS = frozenset({"ascii_lowercase", "ascii_uppercase", "ascii_letters", "digits"})
_EMPTY: dict[str, Callable[[], Any]] = {"list": list, "dict": dict, "int": int, "str": str}


def _of_argument(value: Argument, key: Any, node: ast.Subscript) -> Any:
    if not isinstance(key, str) or value.operations:
        return unknown(node)
    return Argument(value.task, str(key))


def part_of(value: Pulled, key: Any, node: ast.AST) -> Any:
    """A place in a pulled value; the first position in a list of values picks one of them."""
    if not isinstance(key, str | int) or isinstance(key, bool):
        return unknown(node)
    value.noted(-1)
    ids = value.call.arguments.get("task_ids")
    count = len(ids) if isinstance(ids, list | tuple) and value.picked is None else 0
    if isinstance(key, int) and -count <= key < count:
        return Pulled(value.call, (), key % count).noted(1)
    step = str(key) if isinstance(key, str) else key
    return Pulled(value.call, (*value.path, step), value.picked).noted(1)


def of_context(value: Context, key: Any, node: ast.AST) -> Any:
    """What a task's context holds under a name."""
    if key in ("ti", "task_instance"):
        return RunningTask()
    return dict(value.names).get(key, unknown(node)) if isinstance(key, str) else unknown(node)


def is_foreign(value: Context, key: Any) -> bool:
    """Whether a context has nothing under the name: neither Airflow nor the source gives it."""
    is_known = isinstance(key, str) and not has_holes(key)
    return is_known and key not in EVERY_NAME and key not in dict(value.names)


def attribute_of(value: Any, node: ast.Attribute) -> Any:  # noqa: C901, PLR0911  # one line for each kind of value
    """`value.name`, the name being the node's; Unknown where it cannot be told."""
    if isinstance(value, Argument):
        return _of_task(value.task, node.attr, node) if node.attr == "operator" else unknown(node)
    if isinstance(value, TaskValue):
        return _of_task(value, node.attr, node)
    if isinstance(value, DagValue):
        return (
            value.dag_id if node.attr == "dag_id" else value.settings.get(node.attr, unknown(node))
        )
    if isinstance(value, Group) and node.attr in ("group_id", "node_id", "label"):
        return value.prefix.rstrip(".") or value.group_id
    if isinstance(value, ClassValue):
        return value.name if node.attr == "__name__" else value.find(node.attr)
    if isinstance(value, Member | TextMember) and node.attr in ("name", "value"):
        is_name = node.attr == "name"
        return value.name if is_name else value.value if isinstance(value, Member) else str(value)
    if isinstance(value, Struct):
        found = dict(value.arguments)
        return (
            value
            if node.attr == "value" and "value" not in found
            else found.get(node.attr, unknown(node))
        )
    if isinstance(value, Named):
        return _of_named(value, node)
    if isinstance(value, FilePath) and node.attr in _PATH_PARTS:
        return _PATH_PARTS[node.attr](value)
    if isinstance(value, Function) and node.attr == "__name__":
        return value.name
    if isinstance(value, str | list | dict | tuple | RunningTask | Context | Pulled):
        return Bound(value, node.attr)
    return unknown(node)


def _of_named(value: Named, node: ast.Attribute) -> Any:
    if node.attr == "template_fields":
        fields = known_fields(value.last)
        return unknown(node) if fields is None else fields
    if value.name == "string" and node.attr in _LETTERS:
        return getattr(string, node.attr)
    return Named(f"{value.name}.{node.attr}")


def _of_task(task: TaskValue, name: str, node: ast.AST) -> Any:  # noqa: PLR0911  # one line for each name
    if name == "output":
        return Argument(task)
    if name == "task_id":
        return task.task_id
    if name == "dag":
        return task.dag or unknown(node)
    if name == "dag_id" and task.dag:
        return task.dag.dag_id
    if name == "operator":
        return task
    if name in _MADE_EMPTY:
        return task.arguments.setdefault(name, _MADE_EMPTY[name]())
    return task.arguments.get(name, unknown(node))
