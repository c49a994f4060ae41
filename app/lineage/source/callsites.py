"""What stands before the brackets of a call, and what in them."""

import ast
from collections.abc import Callable
from typing import Any

from app.lineage.source.airflow_values import Context
from app.lineage.source.attributes import Attributes
from app.lineage.source.judging import unknown
from app.lineage.source.machine import Machine
from app.lineage.source.scope import MISSING, Scope
from app.lineage.source.sizes import steps_through
from app.lineage.source.values import Named, Unknown
from app.lineage.source.wired import Wired


class CallSites:
    """Evaluates calls: the function, its arguments, and then what it gives."""

    def __init__(
        self,
        evaluate: Callable[[ast.expr, Scope], Any],
        elements: Callable[[list[ast.expr], Scope], list[Any]],
        attributes: Attributes,
        machine: Machine,
        wired: Wired,
    ) -> None:
        self._evaluate, self._elements = evaluate, elements
        self._attributes, self._machine, self._wired = attributes, machine, wired

    def call(self, node: ast.Call, scope: Scope) -> Any:
        """What the call gives; Unknown where it cannot be told."""
        if isinstance(node.func, ast.Name) and node.func.id in ("super", "globals", "locals"):
            return self._about_scope(node.func.id, node, scope)
        args = self._elements(node.args, scope)
        kwargs = self._keywords(node, scope)
        self._machine.spend(steps_through([*args, *kwargs.values()]))
        if isinstance(node.func, ast.Name) and scope.find(node.func.id) is MISSING:
            return self._built_in(node.func.id, args, kwargs, node)
        if isinstance(node.func, ast.Attribute):
            owner = self._evaluate(node.func.value, scope)
            self._machine.spend(steps_through([owner]))
            if isinstance(owner, Named) and not _is_pull(node.func, self._machine):
                return self._wired.call(Named(f"{owner.name}.{node.func.attr}"), args, kwargs, node)
            if isinstance(owner, str):
                args = [self._wired.special.printed(one, node) for one in args]
            return self._wired.method(owner, node.func.attr, args, kwargs, node)
        return self._wired.call(self._evaluate(node.func, scope), args, kwargs, node)

    def _built_in(self, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
        """A function of Python's own, with objects of the file as it would see them."""
        if name == "getattr" and len(args) > 1 and isinstance(args[1], str):
            found = self._attributes.of(args[0], ast.Attribute(node, str(args[1]), ast.Load()))
            default = args[2:]
            return default[0] if default and isinstance(found, Unknown) else found
        if name == "str":
            args = [self._wired.special.text(one, node) for one in args]
        elif name in ("len", "repr") and args:
            own = self._wired.special.call(args[0], f"__{name}__", [], node)
            if own is not None:
                return own[0]
        else:
            args = [self._wired.special.iterated(one, node) for one in args]
        return self._wired.call(Named(name), args, kwargs, node)

    def _about_scope(self, name: str, node: ast.Call, scope: Scope) -> Any:
        if name == "super":
            found = scope.find("__class__")
            return unknown(node) if found is MISSING else found
        return scope.outermost().names if name == "globals" else scope.names

    def _keywords(self, node: ast.Call, scope: Scope) -> dict[str, Any]:
        """The keyword arguments; those that a spread does not tell stand under `**`."""
        kwargs: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self._evaluate(keyword.value, scope)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
            elif isinstance(value, dict):
                kwargs.update({str(key): one for key, one in value.items() if isinstance(key, str)})
            elif isinstance(value, Context):
                kwargs["**"] = value
        return kwargs


def _is_pull(node: ast.Attribute, machine: Machine) -> bool:
    """Whether something whose name nobody bound is asked for an XCom in a task's code."""
    return node.attr == "xcom_pull" and machine.pulls is not None
