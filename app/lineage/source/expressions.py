"""What an expression of the source is worth."""

import ast
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from app.lineage.source.judging import elements, has_spread, truth_of, unknown
from app.lineage.source.members import attribute_of, item_of, slice_of
from app.lineage.source.operators import combined, compared
from app.lineage.source.texts import formatted, text_of
from app.lineage.source.values import (
    ClassValue,
    Function,
    Machine,
    Named,
    Scope,
    Spread,
    Unknown,
    written,
)

# Expressions that make something larger than what they are made of.
_GROWING = (ast.BinOp, ast.JoinedStr, ast.Call, ast.ListComp, ast.DictComp)
#: Elements a comprehension may make.
_MOST_ELEMENTS = 2_000


class Call(Protocol):
    """Calls a value with evaluated arguments."""

    def __call__(
        self, called: Any, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any: ...


class Expressions:
    """Evaluates expressions; `call` is set by whoever knows how to call."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.call: Call = lambda called, args, kwargs, node: unknown(node)  # noqa: ARG005  # until wired
        self._kinds: dict[type[ast.expr], Callable[[Any, Scope], Any]] = {
            ast.Constant: self._constant,
            ast.Name: lambda node, scope: scope.find(node.id),
            ast.JoinedStr: self._joined,
            ast.BinOp: self._binary,
            ast.BoolOp: self._boolean,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.IfExp: self._conditional,
            ast.List: lambda node, scope: self._elements(node.elts, scope),
            ast.Tuple: lambda node, scope: tuple(self._elements(node.elts, scope)),
            ast.Set: lambda node, scope: self._elements(node.elts, scope),
            ast.Dict: self._dict,
            ast.Subscript: self._subscript,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.Lambda: Function,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._dict_comprehension,
            ast.NamedExpr: self._named,
            ast.Starred: lambda node, scope: self.evaluate(node.value, scope),
        }

    def evaluate(self, node: ast.expr, scope: Scope) -> Any:
        """The value, Unknown where it cannot be told."""
        self._machine.spend()
        evaluate = self._kinds.get(type(node))
        value = evaluate(node, scope) if evaluate else unknown(node)
        if isinstance(node, _GROWING) and isinstance(value, str | list | tuple | dict):
            self._machine.spend(len(value) // 50)
        return value

    def bind(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Assigns the value to a name, to several, or to a member of a dict or list."""
        if isinstance(target, ast.Name):
            known = Unknown(target.id) if isinstance(value, Unknown) else value
            scope.names[target.id] = known
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value, scope)
        elif isinstance(target, ast.Subscript):
            self._store(target, value, scope)

    def _unpack(self, targets: list[ast.expr], value: Any, scope: Scope) -> None:
        parts = elements(value)
        if parts is None or len(parts) != len(targets):
            parts = [unknown(one) for one in targets]
        for target, part in zip(targets, parts, strict=True):
            self.bind(target, part, scope)

    def _store(self, target: ast.Subscript, value: Any, scope: Scope) -> None:
        container = self.evaluate(target.value, scope)
        key = self.evaluate(target.slice, scope)
        if isinstance(container, dict) and isinstance(key, str | int):
            container[key] = value
        elif isinstance(container, list) and isinstance(key, int):
            container[key : key + 1 or None] = [value]

    def _constant(self, node: ast.Constant, _: Scope) -> Any:
        if isinstance(node.value, str):
            return written(node.value, node.lineno)
        return node.value if isinstance(node.value, bool | int | float | None) else unknown(node)

    def _joined(self, node: ast.JoinedStr, scope: Scope) -> Any:
        pieces = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                spec = (
                    self._joined(part.format_spec, scope)
                    if isinstance(part.format_spec, ast.JoinedStr)
                    else ""
                )
                value = self.evaluate(part.value, scope)
                pieces.append(formatted(value, spec, part.conversion, ast.unparse(part.value)))
            else:
                pieces.append(str(self.evaluate(part, scope)))
        return written("".join(pieces), node.lineno)

    def _binary(self, node: ast.BinOp, scope: Scope) -> Any:
        return combined(self.evaluate(node.left, scope), self.evaluate(node.right, scope), node)

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> Any:
        is_or = isinstance(node.op, ast.Or)
        value: Any = None
        for one in node.values:
            value = self.evaluate(one, scope)
            truth = truth_of(value)
            if truth is None:
                return unknown(node)
            if truth is is_or:
                return value
        return value

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Any:
        value = self.evaluate(node.operand, scope)
        if isinstance(node.op, ast.Not):
            truth = truth_of(value)
            return unknown(node) if truth is None else not truth
        if isinstance(node.op, ast.USub) and isinstance(value, int | float):
            return -value
        return unknown(node)

    def _compare(self, node: ast.Compare, scope: Scope) -> Any:
        left = self.evaluate(node.left, scope)
        for sign, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(right_node, scope)
            holds = compared(sign, left, right)
            if holds is not True:
                return unknown(node) if holds is None else False
            left = right
        return True

    def _conditional(self, node: ast.IfExp, scope: Scope) -> Any:
        truth = truth_of(self.evaluate(node.test, scope))
        if truth is None:
            return unknown(node)
        return self.evaluate(node.body if truth else node.orelse, scope)

    def _elements(self, nodes: list[ast.expr], scope: Scope) -> list[Any]:
        result: list[Any] = []
        for node in nodes:
            value = self.evaluate(node, scope)
            if not isinstance(node, ast.Starred):
                result.append(value)
            else:
                parts = elements(value)
                result.extend([Spread(ast.unparse(node.value)[:40])] if parts is None else parts)
        return result

    def _dict(self, node: ast.Dict, scope: Scope) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.evaluate(value_node, scope)
            if key_node is None:
                result.update(value if isinstance(value, dict) else {Spread("**"): value})
                continue
            key = self.evaluate(key_node, scope)
            text = key if isinstance(key, int) else text_of(key)
            result[Spread("…") if text is None else text] = value
        return result

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        value = self.evaluate(node.value, scope)
        if not isinstance(node.slice, ast.Slice):
            return item_of(value, self.evaluate(node.slice, scope), node)
        if not isinstance(value, str | list | tuple):
            return unknown(node)
        ends = (node.slice.lower, node.slice.upper, node.slice.step)
        known = [self.evaluate(one, scope) if one else None for one in ends]
        return slice_of(value, known, node.slice)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        return attribute_of(self.evaluate(node.value, scope), node)

    def _call(self, node: ast.Call, scope: Scope) -> Any:
        called = self._called(node.func, scope)
        args = self._elements(node.args, scope)
        kwargs: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.evaluate(keyword.value, scope)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
            elif isinstance(value, dict):
                kwargs.update({str(key): one for key, one in value.items() if isinstance(key, str)})
        return self.call(called, args, kwargs, node)

    def _called(self, node: ast.expr, scope: Scope) -> Any:
        """What is called; a method comes with the object it belongs to."""
        if isinstance(node, ast.Attribute):
            owner = self.evaluate(node.value, scope)
            if isinstance(owner, Named):
                return Named(f"{owner.name}.{node.attr}")
            if isinstance(owner, ClassValue):
                return owner.find(node.attr)
            return (owner, node.attr)
        return self.evaluate(node, scope)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope
    ) -> Any:
        result: list[Any] = []
        for inner in self._rounds(node.generators, Scope(scope)):
            if inner is None or len(result) > _MOST_ELEMENTS:
                return [Spread(ast.unparse(node.elt)[:40])]
            result.append(self.evaluate(node.elt, inner))
        return result

    def _dict_comprehension(self, node: ast.DictComp, scope: Scope) -> Any:
        result: dict[Any, Any] = {}
        for inner in self._rounds(node.generators, Scope(scope)):
            key = None if inner is None else text_of(self.evaluate(node.key, inner))
            if inner is None or key is None:
                return {Spread("…"): Unknown("…")}
            result[key] = self.evaluate(node.value, inner)
        return result

    def _rounds(self, generators: list[ast.comprehension], scope: Scope) -> Iterator[Scope | None]:
        """The scope of each round; None when a sequence or condition is not known."""
        if not generators:
            yield scope
            return
        values = elements(self.evaluate(generators[0].iter, scope))
        if values is None or has_spread(values):
            yield None
            return
        for value in values:
            self.bind(generators[0].target, value, scope)
            truths = [truth_of(self.evaluate(test, scope)) for test in generators[0].ifs]
            if None in truths:
                yield None
                return
            if all(truths):
                yield from self._rounds(generators[1:], scope)

    def _named(self, node: ast.NamedExpr, scope: Scope) -> Any:
        value = self.evaluate(node.value, scope)
        self.bind(node.target, value, scope)
        return value
