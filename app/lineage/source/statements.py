"""What the statements of the source do."""

import ast
from collections.abc import Callable
from typing import Any

from app.lineage.source.expressions import Expressions
from app.lineage.source.judging import elements, truth_of
from app.lineage.source.methods import extend
from app.lineage.source.sizes import is_small
from app.lineage.source.values import (
    ClassValue,
    DagValue,
    Function,
    Group,
    Machine,
    Named,
    Scope,
    Spread,
    Unknown,
)

#: Rounds of one loop that are gone through.
_MOST_ROUNDS = 500


class Returned(Exception):  # a way out, not an error
    """A function's return statement was reached."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _LeftError(Exception):
    """`break` or `continue`."""

    def __init__(self, *, is_break: bool) -> None:
        super().__init__()
        self.is_break = is_break


class Statements:
    """Runs statements over values; `decorate` is set by whoever knows the decorators."""

    def __init__(self, machine: Machine, expressions: Expressions) -> None:
        self._machine, self._expressions = machine, expressions
        self.decorate: Callable[[Function, Any, Scope], Any] = lambda function, _, __: function
        self._kinds: dict[type[ast.stmt], Callable[[Any, Scope], None]] = {
            ast.Expr: lambda node, scope: self._drop(node.value, scope),
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.For: self._for,
            ast.While: lambda node, scope: self._guarded(node.body, scope),
            ast.If: self._if,
            ast.With: self._with,
            ast.Try: self._try,
            ast.FunctionDef: self._function,
            ast.AsyncFunctionDef: self._function,
            ast.ClassDef: self._class,
            ast.Return: self._return,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.Break: lambda _node, _scope: self._leave(is_break=True),
            ast.Continue: lambda _node, _scope: self._leave(is_break=False),
        }

    def run(self, body: list[ast.stmt], scope: Scope) -> None:
        """Raises Returned when a return statement is reached."""
        for node in body:
            self._machine.spend()
            run = self._kinds.get(type(node))
            if run:
                run(node, scope)

    def _drop(self, node: ast.expr, scope: Scope) -> None:
        self._expressions.evaluate(node, scope)

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self._expressions.evaluate(node.value, scope)
        for target in node.targets:
            self._expressions.bind(target, value, scope)

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self._expressions.bind(
                node.target, self._expressions.evaluate(node.value, scope), scope
            )

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        target = node.target
        old = self._expressions.evaluate(target, scope)
        if isinstance(old, list) and isinstance(node.op, ast.Add):
            extend(old, elements(self._expressions.evaluate(node.value, scope)))
            return
        joined = ast.copy_location(ast.BinOp(target, node.op, node.value), node)
        self._expressions.bind(target, self._expressions.evaluate(joined, scope), scope)

    def _for(self, node: ast.For, scope: Scope) -> None:
        values = elements(self._expressions.evaluate(node.iter, scope))
        if values is None or any(isinstance(one, Spread) for one in values):
            values = [Unknown(ast.unparse(node.target))]
        for value in values[:_MOST_ROUNDS]:
            self._expressions.bind(node.target, value, scope)
            try:
                self.run(node.body, scope)
            except _LeftError as left:
                if left.is_break:
                    return
        self.run(node.orelse, scope)

    def _guarded(self, body: list[ast.stmt], scope: Scope) -> None:
        """Runs what may or may not run."""
        try:
            self.run(body, scope)
        except (Returned, _LeftError):
            return

    def _if(self, node: ast.If, scope: Scope) -> None:
        truth = truth_of(self._expressions.evaluate(node.test, scope))
        if truth is not None:
            self.run(node.body if truth else node.orelse, scope)
            return
        before = dict(scope.names)
        self._guarded(node.body, scope)
        after = scope.names
        scope.names = dict(before)
        self._guarded(node.orelse, scope)
        for name in after.keys() | scope.names.keys():
            if after.get(name) is not scope.names.get(name):
                scope.names[name] = _either(name, after, scope.names)

    def _with(self, node: ast.With, scope: Scope) -> None:
        entered: list[list[Any]] = []
        for item in node.items:
            value = self._expressions.evaluate(item.context_expr, scope)
            if item.optional_vars is not None:
                self._expressions.bind(item.optional_vars, value, scope)
            if isinstance(value, DagValue):
                self._machine.dags.append(value)
                entered.append(self._machine.dags)
            elif isinstance(value, Group):
                self._machine.groups.append(value)
                entered.append(self._machine.groups)
        try:
            self.run(node.body, scope)
        finally:
            for stack in entered:
                stack.pop()

    def _try(self, node: ast.Try, scope: Scope) -> None:
        self.run(node.body, scope)
        self.run(node.orelse, scope)
        self.run(node.finalbody, scope)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        value: Any = Function(node, scope)
        for decorator in reversed(node.decorator_list):
            mark = self._expressions.evaluate(decorator, scope)
            value = self.decorate(value, mark, scope) if isinstance(value, Function) else value
        scope.names[node.name] = value

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        inner = Scope(scope)
        self._guarded(node.body, inner)
        bases = tuple(self._expressions.evaluate(base, scope) for base in node.bases)
        scope.names[node.name] = ClassValue(node.name, inner, bases)

    def _return(self, node: ast.Return, scope: Scope) -> None:
        value = None if node.value is None else self._expressions.evaluate(node.value, scope)
        raise Returned(value)

    def _import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            scope.names[name] = Named(alias.name if alias.asname else name)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            scope.names[alias.asname or alias.name] = Named(f"{node.module or ''}.{alias.name}")

    def _leave(self, *, is_break: bool) -> None:
        raise _LeftError(is_break=is_break)


def _either(name: str, one: dict[str, Any], other: dict[str, Any]) -> Any:
    """A name that two ways through the code leave with two values."""
    if name in one and name in other:
        is_same = is_small(one[name]) and is_small(other[name]) and one[name] == other[name]
        return one[name] if is_same else Unknown(name)
    return one.get(name, other.get(name))
