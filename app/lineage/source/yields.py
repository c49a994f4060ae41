"""What generators give out: to their `for`, or to the block of the `with` around them."""

import ast
from collections.abc import Callable
from typing import Any

from app.lineage.source.judging import elements, name_of
from app.lineage.source.machine import Machine
from app.lineage.source.scope import Scope
from app.lineage.source.values import Spread
from app.lineage.source.ways import Returned

#: Values that a generator is asked for, as far as anybody counts.
_MOST_YIELDED = 1_000


class Yields:
    """Hands what is yielded to the call under way."""

    def __init__(self, evaluate: Callable[[ast.expr, Scope], Any], machine: Machine) -> None:
        self._evaluate, self._machine = evaluate, machine

    def one(self, node: ast.Yield, scope: Scope) -> Any:
        """`yield`, which nobody sends anything."""
        value = None if node.value is None else self._evaluate(node.value, scope)
        frame = self._machine.frames[-1]
        if frame.on_yield is not None:
            frame.on_yield(value)
        else:
            frame.yielded.append(value)
            if len(frame.yielded) > _MOST_YIELDED:
                raise Returned(None)
        return None

    def many(self, node: ast.YieldFrom, scope: Scope) -> Any:
        """`yield from`."""
        parts = elements(self._evaluate(node.value, scope))
        more = [Spread(name_of(node.value))] if parts is None else parts
        self._machine.frames[-1].yielded.extend(more)
        return None


def is_generator(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """Whether the function itself yields, not one inside it."""
    waiting: list[ast.AST] = [] if isinstance(node, ast.Lambda) else list(node.body)
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(one))
    return False
