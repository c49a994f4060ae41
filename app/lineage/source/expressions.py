"""What an expression of the source is worth."""

import ast
from collections.abc import Callable
from typing import Any

from app.lineage.source.airflow_values import Pulled
from app.lineage.source.attributes import Attributes
from app.lineage.source.binding import Binding
from app.lineage.source.callsites import CallSites
from app.lineage.source.comprehensions import Comprehensions
from app.lineage.source.displays import Displays
from app.lineage.source.judging import (
    each,
    has_spread,
    key_of,
    name_of,
    one_of,
    truth_of,
    unknown,
)
from app.lineage.source.machine import Machine
from app.lineage.source.members import item_of, slice_of
from app.lineage.source.operators import combined, compared
from app.lineage.source.scope import MISSING, Scope
from app.lineage.source.sizes import steps_through
from app.lineage.source.values import (
    Defaulting,
    Function,
    Named,
    Perhaps,
    Unknown,
    written,
)
from app.lineage.source.ways import Raised
from app.lineage.source.wired import Wired
from app.lineage.source.yields import Yields, is_generator

_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "__add__",
    ast.Sub: "__sub__",
    ast.Mult: "__mul__",
    ast.Div: "__truediv__",
    ast.Mod: "__mod__",
    ast.BitOr: "__or__",
    ast.BitAnd: "__and__",
    ast.RShift: "__rshift__",
    ast.LShift: "__lshift__",
}
# Expressions that make something larger than what they are made of.
_GROWING = (
    ast.BinOp,
    ast.JoinedStr,
    ast.Call,
    ast.ListComp,
    ast.DictComp,
    ast.List,
    ast.Tuple,
    ast.Set,
    ast.Dict,
    ast.Subscript,
)


class Expressions:
    """Evaluates expressions."""

    def __init__(self, machine: Machine, wired: Wired) -> None:
        self.machine = machine
        self.wired = wired
        binding, attributes = Binding(self.evaluate, machine, wired), Attributes(machine, wired)
        self.bind, self.attribute_of = binding.bind, attributes.of
        displays = Displays(self.evaluate, binding.key, wired)
        yields = Yields(self.evaluate, machine)
        sites = CallSites(self.evaluate, displays.elements, attributes, machine, wired)
        made = Comprehensions(self.iterated, self.evaluate, self.bind)
        self._kinds: dict[type[ast.expr], Callable[[Any, Scope], Any]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.JoinedStr: displays.text,
            ast.BinOp: self._binary,
            ast.BoolOp: self._boolean,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.IfExp: self._conditional,
            ast.List: lambda node, scope: displays.elements(node.elts, scope),
            ast.Tuple: lambda node, scope: tuple(displays.elements(node.elts, scope)),
            ast.Set: lambda node, scope: displays.elements(node.elts, scope),
            ast.Dict: displays.mapping,
            ast.Subscript: self._subscript,
            ast.Attribute: self._attribute,
            ast.Call: sites.call,
            ast.Lambda: self.function,
            ast.ListComp: made.listed,
            ast.SetComp: made.listed,
            ast.GeneratorExp: made.listed,
            ast.DictComp: made.mapped,
            ast.NamedExpr: self._walrus,
            ast.Starred: lambda node, scope: self.evaluate(node.value, scope),
            ast.Await: lambda node, scope: self.evaluate(node.value, scope),
            ast.Yield: yields.one,
            ast.YieldFrom: yields.many,
        }

    def evaluate(self, node: ast.expr, scope: Scope) -> Any:
        """The value, Unknown where it cannot be told."""
        self.machine.spend()
        evaluate = self._kinds.get(type(node))
        value = evaluate(node, scope) if evaluate else unknown(node)
        if isinstance(node, _GROWING):
            self.machine.spend(steps_through([value]))
        return value

    def function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope
    ) -> Function:
        """The function with the defaults of its parameters, which are evaluated here and now."""
        spec = node.args
        positional = [one.arg for one in (*spec.posonlyargs, *spec.args)]
        given = list(zip(reversed(positional), reversed(spec.defaults), strict=False))
        given += [
            (one.arg, default)
            for one, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
            if default is not None
        ]
        defaults = {name: self.evaluate(default, scope) for name, default in given}
        return Function(node, scope, defaults=defaults, yields=is_generator(node))

    def iterated(self, node: ast.expr, scope: Scope) -> Any:
        """What a loop over the expression goes through."""
        return self.wired.special.iterated(self.evaluate(node, scope), node)

    def _name(self, node: ast.Name, scope: Scope) -> Any:
        value = scope.find(node.id)
        if value is MISSING:
            return Named(node.id)
        return value.noted(1) if isinstance(value, Pulled) else value

    def _constant(self, node: ast.Constant, _: Scope) -> Any:
        if isinstance(node.value, str):
            return written(node.value, node.lineno)
        return node.value if isinstance(node.value, bool | int | float | None) else unknown(node)

    def _binary(self, node: ast.BinOp, scope: Scope) -> Any:
        left, right = self.evaluate(node.left, scope), self.evaluate(node.right, scope)
        sign = _SIGNS.get(type(node.op))
        own = self.wired.special.call(left, sign, [right], node) if sign else None
        if own is not None:
            return own[0]
        if isinstance(node.op, ast.RShift | ast.LShift):
            return right  # Tasks put one after the other: the last is the value.
        if isinstance(node.op, ast.Mod):
            right = self.wired.special.printed(right, node)
        return each(left, lambda one: each(right, lambda other: combined(one, other, node)))

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> Any:
        """Of values whose truth is not known any may be the result."""
        is_or = isinstance(node.op, ast.Or)
        possible: list[Any] = []
        for one in node.values:
            is_last = one is node.values[-1]
            value = self.evaluate(one, scope) if is_last else self._asked(one, scope)
            truth = truth_of(value)
            if truth is is_or:
                return one_of([*possible, value], "or") if possible else value
            if truth is None or is_last:
                possible.append(value)
        known = [one for one in possible if not isinstance(one, Unknown)]
        if is_or and known and len(known) == len(possible):
            return one_of(possible, name_of(node))
        return possible[-1] if len(possible) == 1 else unknown(node)

    def _asked(self, node: ast.expr, scope: Scope) -> Any:
        """A value of which the truth is asked: of a pulled one that is no use."""
        value = self.evaluate(node, scope)
        if isinstance(value, Pulled):
            value.noted(-1)
        return value

    def truth(self, node: ast.expr, scope: Scope) -> bool | None:
        """Whether a condition holds; None when that is not known."""
        return truth_of(self.wired.special.truth(self._asked(node, scope), node))

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Any:
        value = self.evaluate(node.operand, scope)
        if isinstance(node.op, ast.Not):
            if isinstance(value, Pulled):
                value.noted(-1)
            truth = truth_of(self.wired.special.truth(value, node))
            return unknown(node) if truth is None else not truth
        if isinstance(node.op, ast.USub | ast.UAdd) and isinstance(value, int | float):
            return -value if isinstance(node.op, ast.USub) else +value
        return unknown(node)

    def _compare(self, node: ast.Compare, scope: Scope) -> Any:
        left = self._asked(node.left, scope)
        for sign, right_node in zip(node.ops, node.comparators, strict=True):
            right = self._asked(right_node, scope)
            self.machine.spend(steps_through([left, right]))
            holds = compared(sign, left, right)
            if holds is not True:
                return unknown(node) if holds is None else False
            left = right
        return True

    def _conditional(self, node: ast.IfExp, scope: Scope) -> Any:
        truth = self.truth(node.test, scope)
        if truth is not None:
            return self.evaluate(node.body if truth else node.orelse, scope)
        ways = [self.evaluate(one, scope) for one in (node.body, node.orelse)]
        return one_of(ways, name_of(node))

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        value = self.evaluate(node.value, scope)
        if not isinstance(node.slice, ast.Slice):
            key = self.evaluate(node.slice, scope)
            if self.machine.trying and isinstance(value, dict) and _is_missing(value, key):
                raise Raised(Named("KeyError"))
            own = self.wired.special.call(value, "__getitem__", [key], node)
            if own is not None:
                return own[0]
            found = each(value, lambda one: each(key, lambda at: item_of(one, at, node)))
            return found.value if isinstance(found, Perhaps) else found
        if not isinstance(value, str | list | tuple):
            return unknown(node)
        ends = (node.slice.lower, node.slice.upper, node.slice.step)
        known = [self.evaluate(one, scope) if one else None for one in ends]
        return slice_of(value, known, node.slice)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        return each(self.evaluate(node.value, scope), lambda one: self.attribute_of(one, node))

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> Any:
        value = self.evaluate(node.value, scope)
        self.bind(node.target, value, scope.around())
        return value


def _is_missing(value: dict[Any, Any], key: Any) -> bool:
    known = key_of(key)
    is_known = not isinstance(known, Unknown) and not has_spread(value)
    return is_known and known not in value and not isinstance(value, Defaulting)
