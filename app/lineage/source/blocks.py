"""`with` blocks: DAGs and groups that are entered, and functions that yield in the middle."""

import ast
from collections.abc import Callable
from typing import Any

from app.lineage.source.airflow_values import DagValue, Group
from app.lineage.source.expressions import Expressions
from app.lineage.source.machine import Machine
from app.lineage.source.scope import Scope
from app.lineage.source.tasks import core_of
from app.lineage.source.values import Managed
from app.lineage.source.ways import Left, Raised, Returned, Run, ended

#: Runs a call of a context manager, and what is given at its yield.
Manage = Callable[[Managed, Callable[[Any], None]], None]


class Blocks:
    """Runs `with` statements; `manage` is wired by whoever knows how to call."""

    manage: Manage

    def __init__(self, machine: Machine, expressions: Expressions, run: Run) -> None:
        self._machine, self._expressions, self._run = machine, expressions, run

    def entered(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        """Enters the first of its items, and runs the rest of the statement inside."""
        item, rest = node.items[0], node.items[1:]
        body: list[ast.stmt] = [ast.With(rest, node.body)] if rest else node.body
        value = self._expressions.evaluate(item.context_expr, scope)
        if isinstance(value, Managed):
            self._managed(value, item, body, scope)
            return
        own = self._expressions.wired.special.call(value, "__enter__", [], item.context_expr)
        value = value if own is None else own[0]
        if item.optional_vars is not None:
            self._expressions.bind(item.optional_vars, value, scope)
        self._inside(core_of(value), body, scope)

    def _inside(self, value: Any, body: list[ast.stmt], scope: Scope) -> None:
        stacks: dict[type, list[Any]] = {
            DagValue: self._machine.dags,
            Group: self._machine.groups,
        }
        stack = stacks.get(type(value))
        if stack is None:
            self._run(body, scope)
            return
        stack.append(value)
        try:
            self._run(body, scope)
        finally:
            stack.pop()

    def _managed(
        self, value: Managed, item: ast.withitem, body: list[ast.stmt], scope: Scope
    ) -> None:
        """Runs the block where the function under @contextmanager yields."""
        ways: list[Returned | Raised | Left | None] = []

        def run(yielded: Any) -> None:
            if item.optional_vars is not None:
                self._expressions.bind(item.optional_vars, yielded, scope)
            ways.append(ended(self._run, body, scope))

        self.manage(value, run)
        for way in ways:
            if way is not None:
                raise way
