"""Names as a block of code sees them."""

from collections.abc import Iterator
from typing import Any


class Missing:
    """There is no such name."""


MISSING = Missing()


class Scope:
    """Names bound in a block; what is not found inside is looked up outside."""

    def __init__(self, outer: "Scope | None" = None, *, is_comprehension: bool = False) -> None:
        self.is_comprehension = is_comprehension
        self.names: dict[str, Any] = {}
        self.outer = outer
        self.doubt = ""  # Why a comprehension may not come to this round.
        self.elsewhere: dict[str, Scope] = {}  # Where `global` and `nonlocal` names are bound.

    def find(self, name: str) -> Any:
        """The value; MISSING when nobody bound the name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return MISSING

    def bind(self, name: str, value: Any) -> None:
        self.elsewhere.get(name, self).names[name] = value

    def around(self) -> "Scope":
        """The scope itself, of a comprehension the one around it: there `:=` binds its name."""
        scope = self
        while scope.is_comprehension and scope.outer is not None:
            scope = scope.outer
        return scope

    def outermost(self) -> "Scope":
        scope = self
        while scope.outer is not None:
            scope = scope.outer
        return scope

    def declare(self, names: list[str], *, is_global: bool) -> None:
        """`global` or `nonlocal` names."""
        for name in names:
            owner = self.outermost() if is_global else self._owner(name)
            self.elsewhere[name] = owner

    def _owner(self, name: str) -> "Scope":
        scope = self.outer
        while scope is not None and name not in scope.names:
            scope = scope.outer
        return scope or self

    def all(self) -> Iterator[tuple[str, Any]]:
        yield from self.names.items()
