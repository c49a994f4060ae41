"""Which handler of a `try` catches what was raised."""

import ast
import builtins
from collections.abc import Sequence
from typing import Any

from app.lineage.source.values import ClassValue, Instance, Named, Struct

Handler = tuple[ast.ExceptHandler, Any]


def handler_of(raised: Any, handlers: Sequence[Handler]) -> ast.ExceptHandler | None:
    """The first handler that may catch it; None when none does.

    Of what is raised or caught without our knowing what it is, the first handler is taken.
    """
    names = _names_of(raised)
    for handler, caught in handlers:
        kinds = caught if isinstance(caught, tuple) else (caught,)
        if any(_may_catch(kind, names) for kind in kinds):
            return handler
    return None


def _may_catch(kind: Any, names: frozenset[str]) -> bool:
    if kind is None or not names or not isinstance(kind, Named | ClassValue):
        return True
    name = kind.last if isinstance(kind, Named) else kind.name
    is_known = name in _BUILT_IN or isinstance(kind, ClassValue)
    return name in names or not (is_known and names & _BUILT_IN.keys())


def _names_of(raised: Any) -> frozenset[str]:
    """The classes of what was raised, by their names; none when they are not known."""
    if isinstance(raised, Instance | ClassValue):
        kind = raised.kind if isinstance(raised, Instance) else raised
        own = frozenset(one.name for one in kind.order)
        return own.union(*(_bases_of(root) for root in kind.roots()))
    if isinstance(raised, Named | Struct):
        return _bases_of(raised.name.rpartition(".")[2])
    return frozenset()


def _bases_of(name: str) -> frozenset[str]:
    known = _BUILT_IN.get(name)
    return frozenset({name}) if known is None else known


_BUILT_IN = {
    name: frozenset(base.__name__ for base in value.__mro__)
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}
