"""A task under construction made into its declaration."""

from typing import Any

from app.lineage.source.callables import python_pulls
from app.lineage.source.declaration import (
    DeclaredField,
    DeclaredTask,
    Fixed,
    Handed,
    Items,
    Members,
    Node,
    Unsaid,
    Words,
)
from app.lineage.source.expressions import Expressions
from app.lineage.source.sizes import is_small
from app.lineage.source.tasks import pushes
from app.lineage.source.texts import text_of
from app.lineage.source.values import Argument, Spread, Struct, TaskValue, Unknown

#: Arguments of an operator that never hold a pull.
_NOT_FIELDS = frozenset(
    {"task_id", "dag", "task_group", "default_args", "python_callable", "params"}
)
_DEEPEST = 12


def freeze(task: TaskValue, expressions: Expressions) -> DeclaredTask:
    """The declaration of a task that the source has finished with."""
    settings = task.dag.settings if task.dag else {}
    arguments = {**_inherited(task), **task.arguments}
    given = [
        DeclaredField(name, node_of(value), line=task.lines.get(name, task.line))
        for name, value in arguments.items()
        if name not in _NOT_FIELDS
    ]
    return DeclaredTask(
        task_id=task.task_id,
        dag_id=task.dag.dag_id if task.dag else None,
        operator=task.operator,
        fields=(*given, *_mapped(task)),
        expanded=None if task.expanded is None else node_of(task.expanded),
        pulls=python_pulls(task.callable, expressions, _known_arguments(task))
        if task.callable
        else (),
        is_mapped=task.is_mapped,
        pushes=pushes(task),
        params=_params(settings, task),
        line=task.line,
    )


def node_of(value: Any, depth: int = 0) -> Node:  # noqa: PLR0911  # one line for each kind of value
    """The value as the declaration keeps it."""
    if depth > _DEEPEST or (depth == 0 and not is_small(value)):
        return Unsaid("…")
    if isinstance(value, str):
        return Words(str(value), getattr(value, "line", None))
    if value is None or isinstance(value, bool | int | float):
        return Fixed(value)
    if isinstance(value, Argument) and not value.is_changed:
        return Handed(value.task.task_id, value.key)
    if isinstance(value, list | tuple):
        return Items(tuple(node_of(one, depth + 1) for one in value))
    if isinstance(value, dict):
        return _members(value, depth)
    if isinstance(value, Struct):
        return Members(tuple((name, node_of(one, depth + 1)) for name, one in value.arguments))
    if isinstance(value, Spread):
        return Unsaid(value.name, is_many=True)
    return Unsaid(value.name if isinstance(value, Unknown) else (text_of(value) or "…"))


def _members(value: dict[Any, Any], depth: int) -> Members:
    return Members(
        tuple(
            (str(name), node_of(one, depth + 1))
            for name, one in value.items()
            if isinstance(name, str | int)
        ),
        is_open=any(isinstance(name, Spread) for name in value),
    )


def _inherited(task: TaskValue) -> dict[str, Any]:
    """default_args reach a decorated task's function no more than an operator's own arguments."""
    return {
        name: value for name, value in task.defaults.items() if name not in ("op_args", "op_kwargs")
    }


def _mapped(task: TaskValue) -> list[DeclaredField]:
    """What `expand` was given; of a decorated task these are its function's arguments."""
    inner = task.operator.startswith("@")
    return [
        DeclaredField(
            f"op_kwargs.{name}" if inner else name, node_of(value), is_mapped=True, line=task.line
        )
        for name, value in task.mapped.items()
    ]


def _known_arguments(task: TaskValue) -> dict[str, Any]:
    """Arguments of the Python callable that the source gives as plain values."""
    named = task.arguments.get("op_kwargs")
    known = {str(name): value for name, value in named.items()} if isinstance(named, dict) else {}
    positional = task.arguments.get("op_args")
    if task.callable and isinstance(positional, list | tuple):
        names = [one.arg for one in task.callable.node.args.args]
        known.update(zip(names, positional, strict=False))
    return {
        name: value for name, value in known.items() if isinstance(value, str) and "{{" not in value
    }


def _params(settings: dict[str, Any], task: TaskValue) -> Node | None:
    merged: dict[str, Any] = {}
    for source in (settings.get("params"), task.arguments.get("params")):
        if isinstance(source, dict):
            merged.update(source)
    return node_of(merged) if merged else None
