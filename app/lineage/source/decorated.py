"""Functions under @task, @task_group and @dag: what their decorators and calls make of them."""

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.lineage.source.airflow_values import Argument, DagValue, Decorated, Group
from app.lineage.source.judging import unknown
from app.lineage.source.machine import Machine
from app.lineage.source.scope import Scope
from app.lineage.source.tasks import Tasks
from app.lineage.source.texts import text_of
from app.lineage.source.values import Function, Named, Unknown
from app.lineage.template.holes import has_holes, hole

NO_FUNCTION = Function(
    ast.Lambda(ast.arguments([], [], None, [], [], None, []), ast.Constant(None)), Scope()
)
#: Calls a function of the file with evaluated arguments.
Invoke = Callable[[Function, list[Any], dict[str, Any], ast.Call], Any]
MakeGroup = Callable[[list[Any], dict[str, Any]], Group]


class Decorators:
    """Applies Airflow's decorators and calls what they made; `invoke` and `group` are wired in."""

    invoke: Invoke
    group: MakeGroup

    def __init__(self, machine: Machine, tasks: Tasks) -> None:
        self._machine, self._tasks = machine, tasks

    def applied(self, made: Decorated, args: list[Any]) -> Decorated:
        """The decorator around the function, when it was called with one."""
        if args and isinstance(args[0], Function):
            return replace(made, function=args[0])
        return made

    def decorate(self, function: Function, mark: Any) -> Any:
        """The function as a decorator of Airflow leaves it; None for any other decorator."""
        if isinstance(mark, Decorated):
            return replace(mark, function=function)
        if isinstance(mark, Named):
            kind, operator = kind_of(mark)
            return Decorated(kind, function, operator=operator) if kind else None
        return None

    def call(
        self, called: Decorated, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        """What calling the decorated function gives: an XComArg, a group's result, a DAG."""
        if called.function is NO_FUNCTION:  # `task(...)(function)` or the decorator's own call.
            function = args[0] if args and isinstance(args[0], Function) else None
            return self.decorate(function, called) if function else unknown(node)
        if called.kind == "task":
            return Argument(self._tasks.decorated(called, args, kwargs, node))
        if called.kind == "dag":
            return self._run_dag(called, args, kwargs, node)
        name = text_of(called.settings.get("group_id", called.function.name)) or hole("group_id")
        group = self.group([self._unused(name)], called.settings)
        given = {**called.partial, **kwargs}
        result = self._within(self._machine.groups, group, called.function, (args, given, node))
        return group if result is None else result

    def method(
        self, owner: Decorated, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        """`override`, `partial`, `expand`, `expand_kwargs`."""
        if name == "override":
            return replace(owner, settings={**owner.settings, **kwargs}, partial={**owner.partial})
        if name == "partial" and owner.function is not NO_FUNCTION:
            return replace(owner, partial={**owner.partial, **kwargs})
        if owner.kind == "task" and name in ("expand", "expand_kwargs"):
            return Argument(self._tasks.expanded_decorated(owner, name, args, kwargs, node))
        if owner.kind == "task_group" and name in ("expand", "expand_kwargs"):
            parts = {name: _part(name, value) for name, value in kwargs.items()}
            return self.call(owner, [], {**owner.partial, **parts}, node)
        return unknown(node)

    def _run_dag(
        self, called: Decorated, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any:
        dag_id = text_of(called.settings.get("dag_id", called.function.name)) or hole("dag_id")
        dag = DagValue(dag_id, called.settings)
        self._machine.every_dag.append(dag)
        self._within(self._machine.dags, dag, called.function, (args, kwargs, node))
        return dag

    def _unused(self, name: str) -> str:
        """A group called again gets `__1`, `__2`, … behind its id; its tasks keep theirs."""
        if not self._machine.dags:
            return name
        taken, above = self._machine.dags[-1].group_ids, self._tasks.prefix
        free, number = name, 0
        while f"{above}{free}" in taken and not has_holes(name):
            number += 1
            free = f"{name}__{number}"
        taken.add(f"{above}{free}")
        return free

    def _within(
        self, stack: list[Any], entered: Any, function: Function, call: tuple[Any, Any, ast.Call]
    ) -> Any:
        stack.append(entered)
        try:
            return self.invoke(function, *call)
        finally:
            stack.pop()


def _part(name: str, value: Any) -> Any:
    """What one instance of a mapped group gets: an element of what the group is mapped over."""
    if isinstance(value, Argument):
        return replace(value, operations=(*value.operations, "[*]"))
    return Unknown(name)


def kind_of(named: Named) -> tuple[str, str]:
    """What a decorator makes of a function (task, task_group, dag or nothing), and its operator."""
    parts = named.name.split(".")
    last, is_alone = parts[-1], len(parts) == 1
    if last in ("task_group", "dag") and (is_alone or parts[0] != last):
        return last, ""
    if last in ("setup", "teardown"):
        return "task", f"@{last}"
    for at, part in enumerate(parts):
        if part == "task" and at >= len(parts) - 2:
            return "task", "@" + ".".join(parts[at:])
    return "", ""
