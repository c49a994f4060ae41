"""What an expression of the source is worth."""

import ast
import itertools
from collections.abc import Callable
from typing import Any, Protocol

from app.lineage.source.comprehensions import Comprehensions
from app.lineage.source.higher import Call
from app.lineage.source.judging import (
    MOST_WAYS,
    each,
    elements,
    has_spread,
    key_of,
    one_of,
    truth_of,
    unknown,
)
from app.lineage.source.machine import Machine
from app.lineage.source.members import attribute_of, item_of, slice_of
from app.lineage.source.operators import combined, compared
from app.lineage.source.scope import MISSING, Scope
from app.lineage.source.special import Special
from app.lineage.source.texts import formatted, text_of
from app.lineage.source.values import (
    ClassValue,
    Context,
    DagValue,
    Defaulting,
    Function,
    Group,
    Instance,
    Named,
    OneOf,
    Pulled,
    RunningTask,
    Spread,
    Super,
    TaskValue,
    Unknown,
    written,
)
from app.lineage.source.ways import Raised

# Expressions that make something larger than what they are made of.
_GROWING = (ast.BinOp, ast.JoinedStr, ast.Call, ast.ListComp, ast.DictComp)


class Method(Protocol):
    """Calls a method of an evaluated value."""

    def __call__(
        self, owner: Any, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call
    ) -> Any: ...


class Members(Protocol):
    """Finds the members of objects of the file's classes."""

    def attribute(self, owner: Instance, name: str, node: ast.Attribute) -> Any: ...

    def bound(self, value: Any, owner: Any, kind: ClassValue, node: ast.AST) -> Any: ...

    def of_super(self, owner: Super, name: str, node: ast.AST) -> Any: ...


class Expressions:
    """Evaluates expressions; `call`, `method` and `classes` are wired by whoever knows them."""

    call: Call
    method: Method
    classes: Members
    special: Special

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
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
            ast.Call: self._call,
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
        self._machine.spend()
        evaluate = self._kinds.get(type(node))
        value = evaluate(node, scope) if evaluate else unknown(node)
        if isinstance(node, _GROWING) and isinstance(value, str | list | tuple | dict):
            self._machine.spend(len(value) // 50)
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
        return Function(node, scope, defaults=defaults)

    def iterated(self, node: ast.expr, scope: Scope) -> Any:
        """What a loop over the expression goes through."""
        return self.special.iterated(self.evaluate(node, scope), node)

    def bind(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Assigns the value to a name, to several, or to a member of something."""
        if isinstance(target, ast.Name):
            is_unknown = isinstance(value, Unknown)
            scope.bind(target.id, Unknown(target.id) if is_unknown else value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value, scope)
        elif isinstance(target, ast.Subscript):
            self._store(target, value, scope)
        elif isinstance(target, ast.Attribute):
            self._set(self.evaluate(target.value, scope), target.attr, value)

    def _set(self, owner: Any, name: str, value: Any) -> None:
        if isinstance(owner, Instance):
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
            parts = [item_of(value.noted(1), at, place) for at, place in enumerate(places)]
            return parts
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
        container = self.evaluate(target.value, scope)
        if isinstance(target.slice, ast.Slice):
            self._replace(container, target.slice, value, scope)
            return
        key = self.evaluate(target.slice, scope)
        if isinstance(container, dict):
            self._machine.doubt([key])
            container[self._key(key)] = value
        elif isinstance(container, list) and isinstance(key, int):
            container[key : key + 1 or None] = [value]

    def _key(self, key: Any) -> Any:
        """The key of a dict; what is not known becomes a text with a hole, or a spread."""
        known = key_of(key)
        if not isinstance(known, Unknown):
            return known
        text = text_of(key)
        return Spread("…") if text is None else text

    def _replace(self, container: Any, part: ast.Slice, value: Any, scope: Scope) -> None:
        """`container[lower:upper] = value`."""
        ends = [self.evaluate(one, scope) if one else None for one in (part.lower, part.upper)]
        if isinstance(container, list) and all(isinstance(one, int | None) for one in ends):
            parts = elements(value)
            container[slice(*ends)] = [Spread("…")] if parts is None else parts

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
        value = self.special.text(value, part)
        values = value.values if isinstance(value, OneOf) else (value,)
        name = ast.unparse(part.value) if not isinstance(value, str) else ""
        return [formatted(one, spec, part.conversion, name) for one in values]

    def _binary(self, node: ast.BinOp, scope: Scope) -> Any:
        left, right = self.evaluate(node.left, scope), self.evaluate(node.right, scope)
        if isinstance(node.op, ast.Mod):
            right = self._printed(right, node)
        return each(left, lambda one: each(right, lambda other: combined(one, other, node)))

    def _printed(self, value: Any, node: ast.AST) -> Any:
        """Objects among the values that are put into a text, as they are printed."""
        if isinstance(value, tuple):
            return tuple(self.special.text(one, node) for one in value)
        if isinstance(value, list):
            return [self.special.text(one, node) for one in value]
        return self.special.text(value, node)

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
            return one_of(possible, ast.unparse(node)[:40])
        return possible[-1] if len(possible) == 1 else unknown(node)

    def _asked(self, node: ast.expr, scope: Scope) -> Any:
        """A value of which the truth is asked: of a pulled one that is no use."""
        value = self.evaluate(node, scope)
        if isinstance(value, Pulled):
            value.noted(-1)
        return value

    def truth(self, node: ast.expr, scope: Scope) -> bool | None:
        """Whether a condition holds; None when that is not known."""
        return truth_of(self._asked(node, scope))

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Any:
        value = self.evaluate(node.operand, scope)
        if isinstance(node.op, ast.Not):
            if isinstance(value, Pulled):
                value.noted(-1)
            truth = truth_of(value)
            return unknown(node) if truth is None else not truth
        if isinstance(node.op, ast.USub) and isinstance(value, int | float):
            return -value
        return unknown(node)

    def _compare(self, node: ast.Compare, scope: Scope) -> Any:
        left = self._asked(node.left, scope)
        for sign, right_node in zip(node.ops, node.comparators, strict=True):
            right = self._asked(right_node, scope)
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
        return one_of(ways, ast.unparse(node)[:40])

    def _elements(self, nodes: list[ast.expr], scope: Scope) -> list[Any]:
        result: list[Any] = []
        for node in nodes:
            value = self.evaluate(node, scope)
            if not isinstance(node, ast.Starred):
                result.append(value)
            else:
                value = self.special.iterated(value, node)
                parts = None if isinstance(value, OneOf) else elements(value)
                result.extend([Spread(ast.unparse(node.value)[:40])] if parts is None else parts)
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
            if self._machine.trying and isinstance(value, dict) and _is_missing(value, key):
                raise Raised
            own = self.special.call(value, "__getitem__", [key], node)
            if own is not None:
                return own[0]
            return each(value, lambda one: each(key, lambda at: item_of(one, at, node)))
        if not isinstance(value, str | list | tuple):
            return unknown(node)
        ends = (node.slice.lower, node.slice.upper, node.slice.step)
        known = [self.evaluate(one, scope) if one else None for one in ends]
        return slice_of(value, known, node.slice)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        return each(self.evaluate(node.value, scope), lambda one: self.attribute_of(one, node))

    def attribute_of(self, value: Any, node: ast.Attribute) -> Any:
        """`value.name`, the name being the node's; Unknown where it cannot be told."""
        if isinstance(value, Super):
            found = self.classes.of_super(value, node.attr, node)
            return unknown(node) if found is None else found
        if isinstance(value, Instance):
            found = self.classes.attribute(value, node.attr, node)
            if found is not None or node.attr in value.names:
                return found
            if value.core is not None:
                return attribute_of(value.core, node)
            own = self.special.call(value, "__getattr__", [node.attr], node)
            return unknown(node) if own is None else own[0]
        if isinstance(value, RunningTask) and self._machine.running is not None:
            if node.attr in ("task_id", "dag_id"):
                return attribute_of(self._machine.running, node)
        if isinstance(value, Group | DagValue) and node.attr in _TASKS_OF:
            made = {one.task_id: one for one in self._machine.tasks if _is_in(one, value)}
            return list(made.values()) if node.attr == "tasks" else made
        if isinstance(value, ClassValue):
            member = value.lookup(node.attr)
            if member is not None:
                return self.classes.bound(member[0], value, member[1], node)
        return attribute_of(value, node)

    def _call(self, node: ast.Call, scope: Scope) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id in ("super", "globals", "locals"):
            return self._about_scope(node.func.id, node, scope)
        args = self._elements(node.args, scope)
        kwargs = self._keywords(node, scope)
        if isinstance(node.func, ast.Name) and scope.find(node.func.id) is MISSING:
            return self._built_in(node.func.id, args, kwargs, node)
        if isinstance(node.func, ast.Attribute):
            owner = self.evaluate(node.func.value, scope)
            if isinstance(owner, Named) and not _is_pull(node.func, self._machine):
                return self.call(Named(f"{owner.name}.{node.func.attr}"), args, kwargs, node)
            if isinstance(owner, str):
                args = [self._printed(one, node) for one in args]
            return self.method(owner, node.func.attr, args, kwargs, node)
        return self.call(self.evaluate(node.func, scope), args, kwargs, node)

    def _built_in(self, name: str, args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Any:
        """A function of Python's own, with objects of the file as it would see them."""
        if name == "getattr" and len(args) > 1 and isinstance(args[1], str):
            found = self.attribute_of(args[0], ast.Attribute(node, str(args[1]), ast.Load()))
            return args[2] if isinstance(found, Unknown) and len(args) > 2 else found  # noqa: PLR2004  # a default
        if name in ("str", "repr"):
            args = [self.special.text(one, node) for one in args]
        elif name == "len" and args:
            own = self.special.call(args[0], "__len__", [], node)
            if own is not None:
                return own[0]
        else:
            args = [self.special.iterated(one, node) for one in args]
        return self.call(Named(name), args, kwargs, node)

    def _about_scope(self, name: str, node: ast.Call, scope: Scope) -> Any:
        if name == "super":
            found = scope.find("__class__")
            return unknown(node) if found is MISSING else found
        return scope.outermost().names if name == "globals" else scope.names

    def _keywords(self, node: ast.Call, scope: Scope) -> dict[str, Any]:
        """The keyword arguments; those that a spread does not tell stand under `**`."""
        kwargs: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.evaluate(keyword.value, scope)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
            elif isinstance(value, dict):
                kwargs.update({str(key): one for key, one in value.items() if isinstance(key, str)})
            elif isinstance(value, Context):
                kwargs["**"] = value
        return kwargs

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> Any:
        value = self.evaluate(node.value, scope)
        self.bind(node.target, value, scope)
        return value

    def _yield(self, node: ast.Yield, scope: Scope) -> Any:
        value = None if node.value is None else self.evaluate(node.value, scope)
        frame = self._machine.frames[-1]
        if frame.on_yield is not None:
            frame.on_yield(value)
        else:
            frame.yielded.append(value)
        return None

    def _yield_from(self, node: ast.YieldFrom, scope: Scope) -> Any:
        parts = elements(self.evaluate(node.value, scope))
        more = [Spread(ast.unparse(node.value)[:40])] if parts is None else parts
        self._machine.frames[-1].yielded.extend(more)
        return None


_TASKS_OF = frozenset({"children", "task_dict", "tasks"})


def _is_in(task: TaskValue, owner: Group | DagValue) -> bool:
    return (
        task.dag is owner if isinstance(owner, DagValue) else task.task_id.startswith(owner.prefix)
    )


def _is_missing(value: dict[Any, Any], key: Any) -> bool:
    known = key_of(key)
    is_known = not isinstance(known, Unknown) and not has_spread(value)
    return is_known and known not in value and not isinstance(value, Defaulting)


def _is_pull(node: ast.Attribute, machine: Machine) -> bool:
    """Whether something whose name nobody bound is asked for an XCom in a task's code."""
    return node.attr == "xcom_pull" and machine.pulls is not None
