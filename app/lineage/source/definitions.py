"""What definitions and imports bind: functions with their decorators, classes, imported names."""

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.lineage.source.expressions import Expressions
from app.lineage.source.scope import Scope
from app.lineage.source.values import ClassValue, Descriptor, Function, Named, Unknown
from app.lineage.source.ways import Run, ended

#: Applies one decorator to a function.
Decorate = Callable[[Function, Any, ast.Call], Any]
#: Gives an Enum its members.
Complete = Callable[[ClassValue], None]
#: Texts that Airflow gives a name.
_CONSTANTS = {"XCOM_RETURN_KEY": "return_value"}
#: Modules of which names are the built-in ones.
_PYTHONS_OWN = frozenset({"builtins", "past.builtins", "six.moves"})


class Definitions:
    """Binds what is defined; `decorate` and `complete` are wired by whoever knows them."""

    decorate: Decorate
    complete: Complete

    def __init__(self, expressions: Expressions, run: Run) -> None:
        self._expressions, self._run = expressions, run

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        value: Any = self._expressions.function(node, scope)
        for decorator in reversed(node.decorator_list):
            mark = self._expressions.evaluate(decorator, scope)
            call = ast.copy_location(ast.Call(decorator, [], []), node)
            value = self.decorate(value, mark, call) if isinstance(value, Function) else value
        scope.bind(node.name, value)

    def kind(self, node: ast.ClassDef, scope: Scope) -> None:
        inner = Scope(scope)
        ended(self._run, node.body, inner)
        bases = tuple(self._expressions.evaluate(base, scope) for base in node.bases)
        marks = [self._expressions.evaluate(one, scope) for one in node.decorator_list]
        fields = [
            one.target.id
            for one in node.body
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        ]
        kind = ClassValue(node.name, inner, bases, tuple(fields), any(map(_is_dataclass, marks)))
        self.complete(kind)
        value = self._announced(kind, node, scope)
        for mark in reversed(marks):
            value = self._marked(value, mark, node)
        scope.bind(node.name, value)

    def _announced(self, kind: ClassValue, node: ast.ClassDef, scope: Scope) -> ClassValue:
        """The class, after `__init_subclass__` of its bases was told of it."""
        scope.bind(node.name, kind)
        self._expressions.machine.classes.append(kind)
        kwargs = {
            one.arg: self._expressions.evaluate(one.value, scope)
            for one in node.keywords
            if one.arg
        }
        for base in kind.bases:
            found = base.lookup("__init_subclass__") if isinstance(base, ClassValue) else None
            function = found[0] if found else None
            function = function.function if isinstance(function, Descriptor) else function
            if found and isinstance(function, Function):
                bound = replace(function, bound=(kind,), owner=found[1])
                call = ast.copy_location(ast.Call(ast.Name(node.name), [], []), node)
                self._expressions.wired.call(bound, [], kwargs, call)
        return kind

    def _marked(self, kind: Any, mark: Any, node: ast.ClassDef) -> Any:
        """The class as a decorator of the file leaves it."""
        if not isinstance(mark, Function):
            return kind
        call = ast.copy_location(ast.Call(ast.Name(node.name), [], []), node)
        result = self._expressions.wired.call(mark, [kind], {}, call)
        return result if isinstance(result, ClassValue | Function) else kind

    def imported(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            scope.bind(name, Named(alias.name if alias.asname else name))

    def imported_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        module = "" if node.module in _PYTHONS_OWN else f"{node.module or ''}."
        for alias in node.names:
            known = _CONSTANTS.get(alias.name)
            value = Named(f"{module}{alias.name}") if known is None else known
            scope.bind(alias.asname or alias.name, value)


def _is_dataclass(mark: Any) -> bool:
    """`@dataclass`, called or not; what it is called with makes no difference here."""
    name = mark.name if isinstance(mark, Named | Unknown) else ""
    return name.partition("(")[0].rpartition(".")[2] in ("dataclass", "define", "frozen")
