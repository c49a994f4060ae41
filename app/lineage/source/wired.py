"""What the parts of the evaluator need of each other, put together by `Calls`."""

import ast
from typing import Any, Protocol

from app.lineage.source.higher import Call
from app.lineage.source.special import Special
from app.lineage.source.values import ClassValue, Instance, Member, Super


class Method(Protocol):
    """Calls a method of an evaluated value."""

    def __call__(
        self, owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any: ...


class Members(Protocol):
    """Finds the members of objects of the file's classes."""

    def attribute(self, owner: Instance, name: str, node: ast.Attribute) -> Any: ...

    def bound(self, value: Any, owner: Any, kind: ClassValue, node: ast.AST) -> Any: ...

    def of_member(self, member: Member, name: str, node: ast.AST) -> Any: ...

    def of_super(self, owner: Super, name: str, node: ast.AST) -> Any: ...


class Wired:
    """Evaluating needs calling, and calling needs evaluating: here they find each other."""

    call: Call
    method: Method
    classes: Members
    special: Special
