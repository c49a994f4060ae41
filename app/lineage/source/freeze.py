"""A task under construction made into its declaration."""

from typing import Any

from app.lineage.source.airflow_values import Argument, TaskValue
from app.lineage.source.callables import Code
from app.lineage.source.choices import holds_choice
from app.lineage.source.declaration import (
    Choice,
    DeclaredField,
    DeclaredTask,
    Fixed,
    Handed,
    Items,
    Members,
    Node,
    Possible,
    Unsaid,
    Words,
)
from app.lineage.source.sizes import is_small
from app.lineage.source.tasks import pushes
from app.lineage.source.template_fields import known_fields
from app.lineage.source.texts import text_of
from app.lineage.source.values import OneOf, Perhaps, Spread, Struct, Unknown
from app.lineage.template.holes import shown

#: Arguments of an operator that never hold a pull.
_NOT_FIELDS = frozenset(
    {"task_id", "dag", "task_group", "default_args", "python_callable", "params"}
)
_DEEPEST = 12


def freeze(task: TaskValue, code: Code) -> DeclaredTask:
    """The declaration of a task that the source has finished with."""
    settings = task.dag.settings if task.dag else {}
    arguments = {**_inherited(task), **task.arguments}
    given = [
        _field(name, node_of(value), line=task.lines.get(name, task.line))
        for name, value in arguments.items()
        if name not in _NOT_FIELDS
    ]
    params = _params(settings, task)
    macros = settings.get("user_defined_macros")
    return DeclaredTask(
        task_id=str(task.task_id),
        dag_id=_plain(task.dag.dag_id) if task.dag else None,
        operator=task.operator,
        fields=(*given, *_mapped(task)),
        expanded=None if task.expanded is None else node_of(task.expanded),
        pulls=code.pulls(task, params),
        is_mapped=task.is_mapped,
        pushes=pushes(task),
        is_whole=task.is_whole,
        params=node_of(params) if params else None,
        line=task.line,
        macros=node_of(macros) if isinstance(macros, dict) else None,
        may_know_more=_may_know_more(task),
        template_fields=_template_fields(task),
        doubt=task.doubt,
    )


#: Settings of a DAG that give its templates names or filters, or another way to render.
_RENDERING = frozenset({"user_defined_filters", "jinja_environment_kwargs", "template_undefined"})


def _may_know_more(task: TaskValue) -> bool:
    """Whether its templates may know names or filters that the source does not show."""
    if task.dag is None or "**" in task.dag.settings or _RENDERING & task.dag.settings.keys():
        return True
    macros = task.dag.settings.get("user_defined_macros") or {}
    return not isinstance(macros, dict) or any(isinstance(name, Spread) for name in macros)


def _field(name: str, value: Node, *, is_mapped: bool = False, line: int | None) -> DeclaredField:
    return DeclaredField(str(name), value, is_mapped, line, is_open=holds_choice(value))


def node_of(value: Any, depth: int = 0) -> Node:  # noqa: C901, PLR0911  # one line for each kind of value
    """The value as the declaration keeps it."""
    if depth > _DEEPEST or (depth == 0 and not is_small(value)):
        return Unsaid("…")
    if isinstance(value, str):
        return Words(str(value), getattr(value, "line", None))
    if value is None or isinstance(value, bool | int | float):
        return Fixed(value)
    if isinstance(value, Argument):
        return _handed(value)
    if isinstance(value, list | tuple):
        return Items(tuple(node_of(one, depth + 1) for one in value))
    if isinstance(value, dict):
        return _members(value, depth)
    if isinstance(value, Struct):
        return Members(tuple((name, node_of(one, depth + 1)) for name, one in value.arguments))
    if isinstance(value, OneOf):
        return Choice(tuple(node_of(one, depth + 1) for one in value.values))
    if isinstance(value, Perhaps):
        return Possible(node_of(value.value, depth + 1), value.doubt)
    if isinstance(value, Spread):
        return Unsaid(value.name, is_many=True)
    return Unsaid(value.name if isinstance(value, Unknown) else shown(text_of(value) or "…"))


def _handed(value: Argument) -> Handed:
    others = tuple(_handed(one) for one in value.others)
    return Handed(str(value.task.task_id), str(value.key), value.operations, others)


def _plain(text: str | None) -> str | None:
    """The text without the line on which it is written, which no declaration carries."""
    return None if text is None else str(text)


def _members(value: dict[Any, Any], depth: int) -> Members:
    return Members(
        tuple(
            (str(name), node_of(one, depth + 1))
            for name, one in value.items()
            if isinstance(name, str | int)
        ),
        is_open=any(isinstance(name, Spread) for name in value),
    )


def _template_fields(task: TaskValue) -> tuple[str, ...] | None:
    """The fields that the operator's class in the file has rendered; None: it has none there."""
    if task.instance is None:
        return None
    own = task.instance.kind.find("template_fields")
    if isinstance(own, list | tuple) and all(isinstance(one, str) for one in own):
        return tuple(str(one) for one in own)
    roots = task.instance.kind.roots()
    return known_fields(roots[0]) if roots else None


def _inherited(task: TaskValue) -> dict[str, Any]:
    """default_args reach a decorated task's function no more than an operator's own arguments."""
    return {
        name: value for name, value in task.defaults.items() if name not in ("op_args", "op_kwargs")
    }


def _mapped(task: TaskValue) -> list[DeclaredField]:
    """What `expand` was given; of a decorated task these are its function's arguments."""
    inner = task.operator.startswith("@")
    return [
        _field(
            f"op_kwargs.{name}" if inner else name, node_of(value), is_mapped=True, line=task.line
        )
        for name, value in task.mapped.items()
    ]


def _params(settings: dict[str, Any], task: TaskValue) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for source in (settings.get("params"), task.arguments.get("params")):
        if isinstance(source, dict):
            merged.update(source)
    return merged
