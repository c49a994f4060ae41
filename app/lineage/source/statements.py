"""What the statements of the source do."""

import ast
from collections.abc import Callable
from typing import Any

from app.lineage.source.airflow_values import Pulled
from app.lineage.source.blocks import Blocks
from app.lineage.source.catching import handler_of
from app.lineage.source.definitions import Definitions
from app.lineage.source.doubts import IF, IF_NOT
from app.lineage.source.expressions import Expressions
from app.lineage.source.judging import doubt_of, elements, key_of, one_of
from app.lineage.source.machine import Machine
from app.lineage.source.matching import Cases
from app.lineage.source.methods import extend
from app.lineage.source.scope import Scope
from app.lineage.source.values import OneOf, Spread, Unknown
from app.lineage.source.ways import Left, Raised, Returned, ended

#: Rounds of one loop that are gone through.
_MOST_ROUNDS = 5_000
_SOME_VALUES = "only for some values of a loop"


class Statements:
    """Runs statements over values."""

    def __init__(self, machine: Machine, expressions: Expressions) -> None:
        self._machine, self._expressions = machine, expressions
        self._cases = Cases(expressions)
        self.definitions = Definitions(expressions, self.run)
        self.blocks = Blocks(machine, expressions, self.run)
        self._kinds: dict[type[ast.stmt], Callable[[Any, Scope], None]] = {
            ast.Expr: self._expression,
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.While: self._while,
            ast.If: self._if,
            ast.Match: self._match,
            ast.With: self.blocks.entered,
            ast.AsyncWith: self.blocks.entered,
            ast.Try: self._try,
            ast.FunctionDef: self.definitions.function,
            ast.AsyncFunctionDef: self.definitions.function,
            ast.ClassDef: self.definitions.kind,
            ast.Return: self._return,
            ast.Raise: self._raise,
            ast.Delete: self._delete,
            ast.Import: self.definitions.imported,
            ast.ImportFrom: self.definitions.imported_from,
            ast.Global: lambda node, scope: scope.declare(node.names, is_global=True),
            ast.Nonlocal: lambda node, scope: scope.declare(node.names, is_global=False),
            ast.Break: lambda _node, _scope: self._leave(is_break=True),
            ast.Continue: lambda _node, _scope: self._leave(is_break=False),
        }

    def run(self, body: list[ast.stmt], scope: Scope) -> None:
        """Raises Returned, Raised or Left when a statement leaves the block."""
        for node in body:
            self._machine.spend()
            run = self._kinds.get(type(node))
            if run:
                run(node, scope)

    def _expression(self, node: ast.Expr, scope: Scope) -> None:
        self._expressions.evaluate(node.value, scope)

    def _value(self, node: ast.expr, scope: Scope) -> Any:
        """A value that is only given a name: that is no use of a pulled one."""
        value = self._expressions.evaluate(node, scope)
        return value.noted(-1) if isinstance(value, Pulled) else value

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self._value(node.value, scope)
        for target in node.targets:
            self._expressions.bind(target, value, scope)

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self._expressions.bind(node.target, self._value(node.value, scope), scope)

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        target = node.target
        old = self._expressions.evaluate(target, scope)
        if isinstance(old, list) and isinstance(node.op, ast.Add | ast.BitOr):
            more = elements(self._expressions.evaluate(node.value, scope))
            extend(old, None if more is None else list(map(self._machine.doubted, more)))
            return
        joined = ast.copy_location(ast.BinOp(target, node.op, node.value), node)
        self._expressions.bind(target, self._expressions.evaluate(joined, scope), scope)

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        found = self._expressions.iterated(node.iter, scope)
        values = elements(found)
        name = ast.unparse(node.target)
        if values is None:
            values = [Spread(name)]
        is_open = isinstance(found, OneOf)
        for value in values[:_MOST_ROUNDS]:
            is_any = isinstance(value, Spread)
            self._expressions.bind(node.target, Unknown(name) if is_any else value, scope)
            doubt = _SOME_VALUES if is_open else doubt_of(value)
            left = self._round(node.body, scope, doubt, is_any=is_any)
            if left is not None and left.is_break:
                return
        self.run(node.orelse, scope)

    def _round(
        self, body: list[ast.stmt], scope: Scope, doubt: str, *, is_any: bool
    ) -> Left | None:
        """One round of a loop; of one that may or may not be gone through, nothing is final."""
        if is_any or doubt:
            self._remember(self._attempt(body, scope, doubt))
            return None
        try:
            self.run(body, scope)
        except Left as left:
            return left
        return None

    def _while(self, node: ast.While, scope: Scope) -> None:
        for _ in range(_MOST_ROUNDS):
            truth = self._expressions.truth(node.test, scope)
            if truth is False:
                break
            if truth is None:
                self._remember(self._attempt(node.body, scope, ""))
                return
            try:
                self.run(node.body, scope)
            except Left as left:
                if left.is_break:
                    return
        self.run(node.orelse, scope)

    def _attempt(
        self, body: list[ast.stmt], scope: Scope, doubt: str
    ) -> Returned | Raised | Left | None:
        """How a block ends that may or may not be run; None when it runs to its end."""
        if not doubt:
            return ended(self.run, body, scope)
        with self._machine.doubting(doubt):
            return ended(self.run, body, scope)

    def _remember(self, way: Returned | Raised | Left | None) -> None:
        """A return that may or may not be reached."""
        if isinstance(way, Returned):
            self._machine.frames[-1].maybe.append(way.value)

    def _if(self, node: ast.If, scope: Scope) -> None:
        truth = self._expressions.truth(node.test, scope)
        if truth is not None:
            self.run(node.body if truth else node.orelse, scope)
            return
        test = ast.unparse(node.test)[:60]
        self._branches([(node.body, f"{IF}{test}"), (node.orelse, f"{IF_NOT}{test}")], scope)

    def _branches(self, branches: list[tuple[list[ast.stmt], str]], scope: Scope) -> None:
        """Runs blocks of which any may be the one; what they leave is put together."""
        before, going, ways = dict(scope.names), [], []
        for body, doubt in branches:
            scope.names.clear()
            scope.names.update(before)
            way = self._attempt(body, scope, doubt)
            ways.append(way)
            if way is None:
                going.append(dict(scope.names))
        if not going:
            self._leave_by(ways)
        for way in ways:
            self._remember(way)
        scope.names.clear()
        scope.names.update(_together(going or [before]))

    def _leave_by(self, ways: list[Returned | Raised | Left | None]) -> None:
        """Every branch leaves: so do we, by whichever it may be."""
        returned = [way.value for way in ways if isinstance(way, Returned)]
        if returned and all(isinstance(way, Returned | Raised) for way in ways):
            raise Returned(one_of(returned, "if"))
        if all(isinstance(way, Raised) for way in ways):
            raise Raised
        left = [way for way in ways if isinstance(way, Left)]
        if len(left) == len(ways):
            raise Left(is_break=all(way.is_break for way in left))

    def _match(self, node: ast.Match, scope: Scope) -> None:
        chosen = self._cases.of(node, scope)
        if len(chosen) == 1 and chosen[0][1]:
            self.run(chosen[0][0].body, scope)
        elif chosen:
            subject = ast.unparse(node.subject)[:60]
            branches = [(one.body, f"only in one case of {subject}") for one, _ in chosen]
            self._branches(branches, scope)

    def _try(self, node: ast.Try, scope: Scope) -> None:
        try:
            self._guarded(node, scope)
        except (Returned, Raised, Left):
            self.run(node.finalbody, scope)
            raise
        self.run(node.finalbody, scope)

    def _guarded(self, node: ast.Try, scope: Scope) -> None:
        """The body as if nothing failed that does not raise; a task's code goes both ways."""
        self._machine.trying += 1
        try:
            way = ended(self.run, node.body, scope)
        finally:
            self._machine.trying -= 1
        if isinstance(way, Raised):
            self._catch(node, way, scope)
            return
        if self._machine.pulls is not None:
            self._as_if_it_failed(node.handlers, scope)
        if way is not None:
            raise way
        self.run(node.orelse, scope)

    def _catch(self, node: ast.Try, raised: Raised, scope: Scope) -> None:
        handler = handler_of(raised.value, self._caught(node, scope))
        if handler is None:
            raise raised
        if handler.name:
            scope.bind(handler.name, Unknown(handler.name))
        self.run(handler.body, scope)

    def _as_if_it_failed(self, handlers: list[ast.ExceptHandler], scope: Scope) -> None:
        """Runs every handler, too; names may then have the values that any of them gives."""
        before = dict(scope.names)
        going = [before]
        for handler in handlers:
            scope.names.clear()
            scope.names.update(before)
            way = self._attempt(handler.body, scope, "")
            self._remember(way)
            going.extend([dict(scope.names)] if way is None else [])
        scope.names.clear()
        scope.names.update(_together(going))

    def _caught(self, node: ast.Try, scope: Scope) -> list[tuple[ast.ExceptHandler, Any]]:
        """The handlers, each with what it catches; None: everything."""
        evaluate = self._expressions.evaluate
        return [
            (one, None if one.type is None else evaluate(one.type, scope)) for one in node.handlers
        ]

    def _return(self, node: ast.Return, scope: Scope) -> None:
        raise Returned(
            None if node.value is None else self._expressions.evaluate(node.value, scope)
        )

    def _raise(self, node: ast.Raise, scope: Scope) -> None:
        raise Raised(None if node.exc is None else self._expressions.evaluate(node.exc, scope))

    def _delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                scope.names.pop(target.id, None)
            elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
                self._expressions.bind(target, [], scope)
            elif isinstance(target, ast.Subscript):
                container = self._expressions.evaluate(target.value, scope)
                key = self._expressions.evaluate(target.slice, scope)
                if isinstance(container, dict):
                    container.pop(key_of(key), None)
                elif isinstance(container, list) and isinstance(key, int):
                    container[key : key + 1 or None] = []

    def _leave(self, *, is_break: bool) -> None:
        raise Left(is_break=is_break)


def _together(ways: list[dict[str, Any]]) -> dict[str, Any]:
    """Names as several ways through the code leave them."""
    names = dict.fromkeys(name for way in ways for name in way)
    return {name: one_of([way[name] for way in ways if name in way], name) for name in names}
