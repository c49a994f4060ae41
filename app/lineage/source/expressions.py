"""What an expression of the source is worth."""

import ast
import itertools
from collections.abc import Callable
from typing import Any

from app.lineage.source.attributes import Attributes
from app.lineage.source.binding import Binding
from app.lineage.source.callsites import CallSites
from app.lineage.source.comprehensions import Comprehensions
from app.lineage.source.judging import (
    MOST_WAYS,
    each,
    elements,
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
from app.lineage.source.texts import formatted, text_of
from app.lineage.source.values import (
    Defaulting,
    Function,
    Named,
    OneOf,
    Perhaps,
    Pulled,
    Spread,
    Unknown,
    written,
)
from app.lineage.source.ways import Raised, Returned
from app.lineage.source.wired import Wired

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
#: Values that a generator is asked for, as far as anybody counts.
_MOST_YIELDED = 1_000
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
        self.bind, self._key, self.attribute_of = binding.bind, binding.key, attributes.of
        sites = CallSites(self.evaluate, self._elements, attributes, machine, wired)
        made = Comprehensions(self.iterated, self.evaluate, self.bind)
        self._kinds: dict[type[ast.expr], Callable[[Any, Scope], Any]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
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
            ast.Call: sites.call,
            ast.Lambda: self.function,
            ast.ListComp: made.listed,
            ast.SetComp: made.listed,
            ast.GeneratorExp: made.listed,
            ast.DictComp: made.mapped,
            ast.NamedExpr: self._walrus,
            ast.Starred: lambda node, scope: self.evaluate(node.value, scope),
            ast.Await: lambda node, scope: self.evaluate(node.value, scope),
            ast.Yield: self._yield,
            ast.YieldFrom: self._yield_from,
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
        return Function(node, scope, defaults=defaults, yields=_is_generator(node))

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

    def _joined(self, node: ast.JoinedStr, scope: Scope) -> Any:
        ways = [self._pieces(part, scope) for part in node.values]
        count = 1
        for one in ways:
            count *= len(one)
        if count > MOST_WAYS:
            ways = [one[:1] if len(one) == 1 else [text_of(Unknown("…"))] for one in ways]
        texts = ["".join(map(str, one)) for one in itertools.product(*ways)]
        return one_of([written(one, node.lineno) for one in texts], "f-string")

    def _pieces(self, part: ast.expr, scope: Scope) -> list[Any]:
        """The texts that a part of an f-string may give."""
        if not isinstance(part, ast.FormattedValue):
            return [str(self.evaluate(part, scope))]
        spec = ""
        if isinstance(part.format_spec, ast.JoinedStr):
            known = self._joined(part.format_spec, scope)
            spec = known if isinstance(known, str) else ""
        value = self.evaluate(part.value, scope)
        value = self.wired.special.text(value, part)
        values = value.values if isinstance(value, OneOf) else (value,)
        name = ast.unparse(part.value) if not isinstance(value, str) else ""
        return [formatted(one, spec, part.conversion, name) for one in values]

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
            value = self._asked(one, scope) if one is not node.values[-1] else None
            value = self.evaluate(one, scope) if value is None else value
            truth = truth_of(value)
            if truth is is_or:
                return one_of([*possible, value], "or") if possible else value
            if truth is None or one is node.values[-1]:
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

    def _elements(self, nodes: list[ast.expr], scope: Scope) -> list[Any]:
        result: list[Any] = []
        for node in nodes:
            value = self.evaluate(node, scope)
            if not isinstance(node, ast.Starred):
                result.append(value)
            else:
                value = self.wired.special.iterated(value, node)
                parts = _alike(value) if isinstance(value, OneOf) else elements(value)
                result.extend([Spread(name_of(node.value))] if parts is None else parts)
        return result

    def _dict(self, node: ast.Dict, scope: Scope) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.evaluate(value_node, scope)
            if key_node is None:
                result.update(value if isinstance(value, dict) else {Spread("**"): value})
                continue
            result[self._key(self.evaluate(key_node, scope))] = value
        return result

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

    def _yield(self, node: ast.Yield, scope: Scope) -> Any:
        value = None if node.value is None else self.evaluate(node.value, scope)
        frame = self.machine.frames[-1]
        if frame.on_yield is not None:
            frame.on_yield(value)
        else:
            frame.yielded.append(value)
            if len(frame.yielded) > _MOST_YIELDED:
                raise Returned(None)
        return None

    def _yield_from(self, node: ast.YieldFrom, scope: Scope) -> Any:
        parts = elements(self.evaluate(node.value, scope))
        more = [Spread(name_of(node.value))] if parts is None else parts
        self.machine.frames[-1].yielded.extend(more)
        return None


def _alike(value: OneOf) -> list[Any] | None:
    """The elements of one of several lists of one length; None when their lengths differ."""
    many = [elements(one) for one in value.values]
    known = [one for one in many if one is not None]
    if len(known) < len(many) or len({len(one) for one in known}) != 1:
        return None
    return [one_of(column, value.name) for column in zip(*known, strict=True)]


def _is_missing(value: dict[Any, Any], key: Any) -> bool:
    known = key_of(key)
    is_known = not isinstance(known, Unknown) and not has_spread(value)
    return is_known and known not in value and not isinstance(value, Defaulting)


def _is_generator(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """Whether the function itself yields, not one inside it."""
    waiting: list[ast.AST] = [] if isinstance(node, ast.Lambda) else list(node.body)
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(one))
    return False
