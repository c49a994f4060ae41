"""Special methods of the file's own objects: how they are printed, gone through, subscripted."""

import ast
from dataclasses import replace
from typing import Any, Protocol

from app.lineage.source.higher import Call
from app.lineage.source.values import ClassValue, Descriptor, Instance


class Binds(Protocol):
    """Finds a member as it is reached through an object."""

    def bound(self, value: Any, owner: Any, kind: ClassValue, node: ast.AST) -> Any: ...


class Special:
    """Calls special methods where Python would."""

    def __init__(self, classes: Binds, call: Call) -> None:
        self._classes, self._call = classes, call

    def call(self, owner: Any, name: str, args: list[Any], node: ast.AST) -> tuple[Any] | None:
        """What the object's special method gives; None when it has none."""
        found = owner.kind.lookup(name) if isinstance(owner, Instance) else None
        if found is None:
            return None
        method = self._classes.bound(found[0], owner, found[1], node)
        line = getattr(node, "lineno", 0)
        call = ast.Call(ast.Name(name), [], [], lineno=line, col_offset=0)
        return (self._call(method, args, {}, call),)

    def set(self, owner: Instance, name: str, value: Any, node: ast.AST) -> bool:
        """Whether a property of the object takes the value."""
        found = owner.kind.lookup(name)
        setter = found[0].setter if found and isinstance(found[0], Descriptor) else None
        if found is None or setter is None:
            return False
        line = getattr(node, "lineno", 0)
        call = ast.Call(ast.Name(name), [], [], lineno=line, col_offset=0)
        self._call(replace(setter, bound=(owner,), owner=found[1]), [value], {}, call)
        return True

    def text(self, value: Any, node: ast.AST) -> Any:
        """The value as it is printed."""
        for name in ("__str__", "__repr__"):
            found = self.call(value, name, [], node)
            if found is not None:
                return found[0]
        return value

    def truth(self, value: Any, node: ast.AST) -> Any:
        """The value of which the truth counts: the object's own, else the value itself."""
        for name in ("__bool__", "__len__"):
            found = self.call(value, name, [], node)
            if found is not None:
                return found[0]
        return value

    def iterated(self, value: Any, node: ast.AST) -> Any:
        """The value as a loop goes through it."""
        found = self.call(value, "__iter__", [], node)
        return value if found is None else found[0]

    def printed(self, value: Any, node: ast.AST) -> Any:
        """Objects among values that are put into a text, as they are printed."""
        if isinstance(value, tuple):
            return tuple(self.text(one, node) for one in value)
        if isinstance(value, list):
            return [self.text(one, node) for one in value]
        return self.text(value, node)
