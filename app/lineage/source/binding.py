"""What an assignment does: to a name, to several, to a member of something."""

import ast
from collections.abc import Callable
from typing import Any

from app.lineage.source.airflow_values import Pulled, TaskValue
from app.lineage.source.judging import elements, key_of, unknown
from app.lineage.source.machine import Machine
from app.lineage.source.members import item_of
from app.lineage.source.scope import Scope
from app.lineage.source.texts import text_of
from app.lineage.source.values import ClassValue, Instance, OneOf, Perhaps, Spread, Unknown
from app.lineage.source.wired import Wired


class Binding:
    """Assigns values by means of whoever evaluates."""

    def __init__(
        self, evaluate: Callable[[ast.expr, Scope], Any], machine: Machine, wired: Wired
    ) -> None:
        self._evaluate, self._machine, self._wired = evaluate, machine, wired

    def bind(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Assigns the value to a name, to several, or to a member of something."""
        value = value.value if isinstance(value, Perhaps) else value
        if isinstance(target, ast.Name):
            is_unknown = isinstance(value, Unknown)
            scope.bind(target.id, Unknown(target.id) if is_unknown else value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value, scope)
        elif isinstance(target, ast.Subscript):
            self._store(target, value, scope)
        elif isinstance(target, ast.Attribute):
            self._set(self._evaluate(target.value, scope), target.attr, value, target)

    def _set(self, owner: Any, name: str, value: Any, node: ast.AST) -> None:
        if isinstance(owner, Instance):
            if not self._wired.special.set(owner, name, value, node):
                owner.names[name] = value
        elif isinstance(owner, ClassValue):
            owner.scope.names[name] = value
        elif isinstance(owner, TaskValue):
            owner.arguments[name] = value

    def _unpack(self, targets: list[ast.expr], value: Any, scope: Scope) -> None:
        parts = self._parts(targets, value)
        for target, part in zip(targets, parts, strict=True):
            inner = target.value if isinstance(target, ast.Starred) else target
            self.bind(inner, part, scope)

    def _parts(self, targets: list[ast.expr], value: Any) -> list[Any]:
        if isinstance(value, Pulled):
            places = [ast.copy_location(ast.Subscript(one, one), one) for one in targets]
            return [item_of(value.noted(1), at, place) for at, place in enumerate(places)]
        known = None if isinstance(value, OneOf) else elements(value)
        starred = [at for at, one in enumerate(targets) if isinstance(one, ast.Starred)]
        if known is not None and starred and len(known) >= len(targets) - 1:
            begin, after = starred[0], len(targets) - starred[0] - 1
            end = len(known) - after
            return [*known[:begin], known[begin:end], *known[end:]]
        if known is None or len(known) != len(targets):
            return [unknown(one) for one in targets]
        return known

    def _store(self, target: ast.Subscript, value: Any, scope: Scope) -> None:
        container = self._evaluate(target.value, scope)
        if isinstance(target.slice, ast.Slice):
            self._replace(container, target.slice, value, scope)
            return
        key = self._evaluate(target.slice, scope)
        if isinstance(container, dict):
            container[self.key(key)] = self._machine.doubted(value)
        elif isinstance(container, list) and isinstance(key, int):
            container[key : key + 1 or None] = [value]
        else:
            self._wired.special.call(container, "__setitem__", [key, value], target)

    def key(self, key: Any) -> Any:
        """The key of a dict; what is not known becomes a text with a hole, or a spread."""
        known = key_of(key)
        if not isinstance(known, Unknown):
            return known
        text = text_of(key)
        return Spread("…") if text is None else text

    def _replace(self, container: Any, part: ast.Slice, value: Any, scope: Scope) -> None:
        """`container[lower:upper] = value`."""
        ends = [self._evaluate(one, scope) if one else None for one in (part.lower, part.upper)]
        if isinstance(container, list) and all(isinstance(one, int | None) for one in ends):
            parts = elements(value)
            container[slice(*ends)] = [Spread("…")] if parts is None else parts
