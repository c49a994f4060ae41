"""Tasks as the source makes them: ids with their group's prefix, defaults, mapping."""

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.lineage.source.airflow_values import DagValue, Decorated, Group, Partial, TaskValue
from app.lineage.source.judging import truth_of
from app.lineage.source.machine import Machine
from app.lineage.source.texts import text_of
from app.lineage.source.values import Descriptor, Function, Instance
from app.lineage.template.holes import has_holes, hole

#: Steps that a task takes besides what its arguments do.
_STEPS_OF_A_TASK = 10
#: Why a task is doubted that an imported function is taken to make.
GUESSED = "an imported function makes the task, if it makes one"


def core_of(value: Any) -> Any:
    """The task, group or DAG that an object of a class of the file is."""
    return value.core if isinstance(value, Instance) and value.core is not None else value


def lines_of(node: ast.Call) -> dict[str, int]:
    """The line of each keyword's value."""
    return {one.arg: one.value.lineno for one in node.keywords if one.arg}


class Tasks:
    """Makes TaskValues and registers them with the machine."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    @property
    def prefix(self) -> str:
        """What the ids of tasks made here begin with."""
        return self._machine.groups[-1].prefix if self._machine.groups else ""

    def operator(
        self, name: str, kwargs: dict[str, Any], node: ast.Call, doubt: str | None = None
    ) -> TaskValue:
        """A task of a classic operator."""
        task = self._made(text_of(kwargs.get("task_id")), name, kwargs, node)
        task.arguments, task.lines = dict(kwargs), lines_of(node)
        task.doubt = doubt or task.doubt
        task.callable = _function_of(kwargs.get("python_callable"))
        task.is_whole = _is_whole(node, self._around(task.dag, kwargs))
        return task

    def expanded(
        self, partial: Partial, how: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> TaskValue:
        """A mapped task of a classic operator."""
        task = self.operator(partial.operator.last, partial.arguments, node)
        task.lines = {**partial.lines, **task.lines}
        return _mapped(task, how, args, kwargs)

    def decorated(
        self, called: Decorated, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> TaskValue:
        """A task of a decorated function."""
        given = text_of(called.settings.get("task_id", called.function.name)) or hole("task_id")
        task = self._made(given, called.operator, called.settings, node, is_decorated=True)
        task.arguments = {
            **{name: value for name, value in called.settings.items() if name != "task_id"},
            "op_args": list(args),
            "op_kwargs": {**called.partial, **kwargs},
        }
        task.lines = {"op_args": node.lineno, "op_kwargs": node.lineno}
        task.callable = called.function
        return task

    def expanded_decorated(
        self, called: Decorated, how: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> TaskValue:
        """A mapped task of a decorated function; what is mapped over are its op_kwargs."""
        task = self.decorated(called, [], {}, node)
        return _mapped(task, how, args, kwargs)

    def _made(
        self,
        given: str | None,
        operator: str,
        kwargs: dict[str, Any],
        node: ast.Call,
        *,
        is_decorated: bool = False,
    ) -> TaskValue:
        self._machine.spend(_STEPS_OF_A_TASK)
        group = core_of(kwargs.get("task_group"))
        dag = self._dag(kwargs, group)
        prefix = group.prefix if isinstance(group, Group) else self.prefix
        task_id = prefix + (given or hole("task_id"))
        if is_decorated and dag is not None:
            task_id = _unused(task_id, dag)
        if dag is not None:
            dag.ids.add(task_id)
        doubts = self._machine.doubts
        task = TaskValue(
            task_id,
            operator,
            dag,
            defaults=self._defaults(dag, kwargs),
            line=node.lineno,
            doubt=doubts[-1] if doubts else None,
        )
        self._machine.tasks.append(task)
        return task

    def _dag(self, kwargs: dict[str, Any], group: Any) -> DagValue | None:
        for given in (kwargs.get("dag"), getattr(group, "settings", {}).get("dag")):
            if isinstance(core_of(given), DagValue):
                found: DagValue = core_of(given)
                return found
        return self._machine.dags[-1] if self._machine.dags else None

    def _around(self, dag: DagValue | None, kwargs: dict[str, Any]) -> tuple[dict[str, Any], ...]:
        """The settings that may give a task made here its arguments, the farthest first."""
        groups = (one.settings for one in self._machine.groups)
        return (dag.settings if dag else {}, *groups, kwargs)

    def _defaults(self, dag: DagValue | None, kwargs: dict[str, Any]) -> dict[str, Any]:
        """default_args of the DAG, its groups and the operator itself; the nearest wins."""
        merged: dict[str, Any] = {}
        for settings in self._around(dag, kwargs):
            found = settings.get("default_args")
            if isinstance(found, dict):
                merged.update(
                    {name: value for name, value in found.items() if isinstance(name, str)}
                )
        return merged


def _function_of(value: Any) -> Function | None:
    """The function of the file behind a callable."""
    if isinstance(value, Instance):
        found = value.kind.lookup("__call__")
        if found and isinstance(found[0], Function):
            return replace(found[0], bound=(value,), owner=found[1])
    if isinstance(value, Descriptor | Decorated):
        return value.function
    return value if isinstance(value, Function) else None


def pushes(task: TaskValue) -> bool | None:
    """do_xcom_push as written for the task; None when it is not written or not known."""
    value = task.arguments.get("do_xcom_push", task.defaults.get("do_xcom_push"))
    return None if value is None else truth_of(value)


def _is_whole(node: ast.Call, settings: Sequence[dict[str, Any]]) -> bool:
    """Whether a call shows all its arguments, and those around it all their default_args."""
    if any(isinstance(one, ast.keyword) and one.arg is None for one in ast.walk(node)):
        return False
    return all("**" not in one and _is_shown(one.get("default_args", {})) for one in settings)


def _is_shown(given: Any) -> bool:
    return isinstance(given, dict) and all(isinstance(name, str) for name in given)


def _unused(task_id: str, dag: DagValue) -> str:
    """A TaskFlow function called again gets `__1`, `__2`, … behind its id."""
    if has_holes(task_id) or task_id not in dag.ids:
        return task_id
    number = 1
    while f"{task_id}__{number}" in dag.ids:
        number += 1
    return f"{task_id}__{number}"


def _mapped(task: TaskValue, how: str, args: list[Any], kwargs: dict[str, Any]) -> TaskValue:
    task.is_mapped = True
    if how == "expand":
        task.mapped = kwargs
    elif args:
        task.expanded = args[0]
    return task
