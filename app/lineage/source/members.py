"""What stands in brackets or behind a dot of an evaluated value."""

import ast
from typing import Any

from app.lineage.source.judging import has_spread, unknown
from app.lineage.source.values import Argument, ClassValue, DagValue, Named, Struct, TaskValue


def item_of(value: Any, key: Any, node: ast.Subscript) -> Any:
    """`value[key]`, Unknown where it cannot be told."""
    if isinstance(value, Argument):
        return Argument(value.task, str(key)) if isinstance(key, str) else unknown(node)
    if isinstance(value, ClassValue) and isinstance(key, str):
        return value.find(key)
    try:
        found = value[key] if isinstance(value, str | list | tuple | dict) else unknown(node)
    except (LookupError, TypeError):
        return unknown(node)
    return unknown(node) if isinstance(value, list) and has_spread(value) else found


def slice_of(value: Any, ends: list[Any], node: ast.Slice) -> Any:
    """`value[lower:upper:step]` of a text or sequence, an end that is left out being None."""
    if not all(one is None or isinstance(one, int) for one in ends):
        return unknown(node)
    try:
        return value[slice(*ends)]
    except (TypeError, ValueError):
        return unknown(node)


def attribute_of(value: Any, node: ast.Attribute) -> Any:  # noqa: PLR0911  # one line for each kind of value
    """`value.name`, the name being the node's; Unknown where it cannot be told."""
    if isinstance(value, Argument):
        return _of_task(value.task, node.attr, node) if node.attr == "operator" else unknown(node)
    if isinstance(value, TaskValue):
        return _of_task(value, node.attr, node)
    if isinstance(value, DagValue) and node.attr == "dag_id":
        return value.dag_id
    if isinstance(value, ClassValue):
        return value.find(node.attr)
    if isinstance(value, Struct):
        found = dict(value.arguments)
        return (
            value
            if node.attr == "value" and "value" not in found
            else found.get(node.attr, unknown(node))
        )
    if isinstance(value, Named):
        return Named(f"{value.name}.{node.attr}")
    # The value of an Enum's member is the member's, since we keep members as their values.
    return value if node.attr == "value" and isinstance(value, str | int) else unknown(node)


def _of_task(task: TaskValue, name: str, node: ast.AST) -> Any:
    if name == "output":
        return Argument(task)
    if name == "task_id":
        return task.task_id
    if name == "operator":
        return task
    return task.arguments.get(name, unknown(node))
