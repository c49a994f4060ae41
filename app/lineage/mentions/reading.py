"""Pulls that a template names, told by its syntax alone: which XCom, which path, what follows.

Nothing is rendered, so every branch counts and nothing need have run. A template is read by
Jinja's own parser; what it computes with is followed as far as constants, `set`, loops over known
lists and macros go, and is unclear beyond that.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeAlias

from jinja2 import Environment, TemplateError, nodes

from app.lineage.mentions.mention import (
    Mention,
    Options,
    Unclear,
    asked,
    operated,
    options,
    pulled,
    stepped,
)
from app.lineage.template.holes import attribute_name, bare_hole, hole, named, parseable
from app.lineage.template.limits import TEMPLATE_LENGTH, Budget, TooMuchError
from app.lineage.template.reads import ARGUMENTS, by_name

#: Nodes of one template that are looked at, rounds of loops included.
_STEPS = 20_000
_MOST_ROUNDS = 200
#: Macros within each other, or one that calls itself.
_DEEPEST_MACRO = 4
#: Characters of a text that a template puts together.
_LONGEST = 10_000
#: Tests that ask only whether there is something.
_ABSENCE = frozenset({"defined", "undefined", "none"})
#: `ti.xcom_pull` itself, handed around before it is called.
PULL = Unclear("xcom_pull")
_VIEWS: dict[str, Callable[[dict[Any, Any]], list[Any]]] = {
    "items": lambda owner: [[name, value] for name, value in owner.items()],
    "keys": list,
    "values": lambda owner: list(owner.values()),
}
_PURE_METHODS = frozenset({"lower", "upper", "strip", "title", "capitalize"})

Names: TypeAlias = dict[str, Any]


@lru_cache(maxsize=4_096)
def _parsed(template: str) -> nodes.Template:
    return _environment().parse(template)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(extensions=["jinja2.ext.do"], autoescape=True)  # Nothing is rendered.


def mentions(template: str, names: Mapping[str, Any] | None = None) -> tuple[Mention, ...]:
    """The pulls of a template in the order in which they are used, each use once.

    `names`: values that the source gives, such as params. Any text gives an answer; one that
    Jinja refuses mentions nothing.
    """
    if "xcom_pull" not in template or len(template) > TEMPLATE_LENGTH:
        return ()
    text, holes = parseable(template)
    reader = _Reader(holes)
    try:
        reader.read(_parsed(text).body, dict(names or {}))
    except (TemplateError, RecursionError, TooMuchError):
        return ()
    found = (*reader.found, *_only_tested(reader))
    return tuple(dict.fromkeys(replace(one, site=0) for one in found))


def _only_tested(reader: "_Reader") -> Iterable[Mention]:
    """Pulls of which nothing else is used than whether they gave something."""
    for tested in reader.tested:
        used = (replace(one, path=one.path[: len(tested.path)]) for one in reader.found)
        if not any(replace(one, operations=()) == replace(tested, operations=()) for one in used):
            yield tested


class _Reader:
    """Walks a template's nodes; `found` collects the uses of pulled values."""

    def __init__(self, holes: tuple[str, ...]) -> None:
        self.found: list[Mention] = []
        self.tested: list[Mention] = []
        self._holes = holes
        self._budget = Budget(_STEPS)
        self._depth = 0
        self._statements: dict[type[nodes.Node], Callable[[Any, Names], None]] = {
            nodes.Output: lambda node, names: self._use_all(node.nodes, names),
            nodes.Assign: lambda node, names: self._bind(
                node.target, self._value(node.node, names), names
            ),
            nodes.AssignBlock: self._assign_block,
            nodes.For: self._for,
            nodes.If: self._if,
            nodes.Macro: lambda node, names: names.__setitem__(node.name, (node, names)),
            nodes.ExprStmt: lambda node, names: self._use(self._value(node.node, names)),
            nodes.With: self._with,
        }
        self._expressions: dict[type[nodes.Node], Callable[[Any, Names], Any]] = {
            nodes.Const: self._constant,
            nodes.TemplateData: lambda node, _: node.data,
            nodes.Name: self._name,
            nodes.NSRef: lambda node, names: stepped(names.get(node.name), node.attr),
            nodes.List: lambda node, names: [self._value(one, names) for one in node.items],
            nodes.Tuple: lambda node, names: [self._value(one, names) for one in node.items],
            nodes.Dict: self._dict,
            nodes.Getitem: self._item,
            nodes.Getattr: self._attribute,
            nodes.Call: self._call,
            nodes.Filter: self._filter,
            nodes.Test: self._test,
            nodes.CondExpr: self._conditional,
            nodes.Or: self._either,
            nodes.And: self._either,
            nodes.Concat: self._joined,
            nodes.Add: self._added,
            nodes.Mod: self._filled,
            nodes.Neg: self._negative,
            nodes.Not: self._not,
        }

    def read(self, body: Iterable[nodes.Node], names: Names) -> None:
        """Reads statements; names that they set stay in `names`."""
        for node in body:
            self._budget.spend()
            self._statements.get(type(node), self._other)(node, names)

    def _other(self, node: nodes.Node, names: Names) -> None:
        """Blocks, calls, filters around text: whatever they do, what they hold is used."""
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Expr):
                self._use(self._value(child, names))
            elif isinstance(child, nodes.Stmt):
                self.read([child], names)

    def _assign_block(self, node: nodes.AssignBlock, names: Names) -> None:
        self.read(node.body, names)
        self._bind(node.target, Unclear("block"), names)

    def _bind(self, target: nodes.Node, value: Any, names: Names) -> None:
        if isinstance(target, nodes.Name):
            names[target.name] = value
        elif isinstance(target, nodes.NSRef):
            space = names.get(target.name)
            if isinstance(space, dict):
                old = space.get(target.attr)
                space[target.attr] = value if old is None else options([old, value])
        elif isinstance(target, nodes.Tuple):
            for at, one in enumerate(target.items):
                self._bind(one, stepped(value, at), names)

    def _for(self, node: nodes.For, names: Names) -> None:
        values = self._value(node.iter, names)
        rounds = list(values) if isinstance(values, list | dict) else None
        if rounds is None:
            self._use(operated(values, "[*]"))
            rounds = [Unclear("element")]
        for at, value in enumerate(rounds[:_MOST_ROUNDS]):
            place = {"index0": at, "index": at + 1} if isinstance(values, list | dict) else {}
            inner = {**names, "loop": place}
            self._bind(node.target, value, inner)
            if node.test is not None:
                self._ask(self._value(node.test, inner))
            self.read(node.body, inner)
        self.read(node.else_, dict(names))

    def _if(self, node: nodes.If, names: Names) -> None:
        for test in (node.test, *(one.test for one in node.elif_)):
            self._ask(self._value(test, names))
        after = []
        for body in (node.body, *(one.body for one in node.elif_), node.else_):
            inner = dict(names)
            self.read(body, inner)
            after.append(inner)
        for name in dict.fromkeys(name for way in after for name in way):
            names[name] = options([way[name] for way in after if name in way])

    def _with(self, node: nodes.With, names: Names) -> None:
        inner = dict(names)
        for target, value in zip(node.targets, node.values, strict=True):
            self._bind(target, self._value(value, names), inner)
        self.read(node.body, inner)

    def _use_all(self, found: Iterable[nodes.Node], names: Names) -> None:
        for node in found:
            self._use(self._value(node, names))

    def _use(self, value: Any) -> None:
        """Notes what is pulled in the value."""
        self.found.extend(pulled(value))

    def _ask(self, value: Any) -> None:
        """Notes what is pulled in a value of which only the truth counts."""
        self.tested.extend(pulled(value))

    def _test(self, node: nodes.Test, names: Names) -> Any:
        value = self._value(node.node, names)
        if node.name in _ABSENCE:
            self._ask(value)
        else:
            self._use(value)
        self._use_all(node.args, names)
        return Unclear(f"is {node.name}")

    def _not(self, node: nodes.Not, names: Names) -> Any:
        self._ask(self._value(node.node, names))
        return Unclear("not")

    def _value(self, node: nodes.Node, names: Names) -> Any:
        self._budget.spend()
        evaluate = self._expressions.get(type(node))
        if evaluate is not None:
            return evaluate(node, names)
        self._use_all(node.iter_child_nodes(), names)
        return Unclear(type(node).__name__.lower())

    def _name(self, node: nodes.Name, names: Names) -> Any:
        if node.name in names:
            return names[node.name]
        known = bare_hole(node.name, self._holes)
        return Unclear(node.name) if known is None else known

    def _constant(self, node: nodes.Const, _: Names) -> Any:
        return named(node.value, self._holes) if isinstance(node.value, str) else node.value

    def _dict(self, node: nodes.Dict, names: Names) -> Any:
        pairs = [(self._value(one.key, names), self._value(one.value, names)) for one in node.items]
        return {key: value for key, value in pairs if isinstance(key, str | int)}

    def _item(self, node: nodes.Getitem, names: Names) -> Any:
        owner = self._value(node.node, names)
        if isinstance(node.arg, nodes.Slice):
            self._use_all(node.arg.iter_child_nodes(), names)
            return operated(owner, "[:]")
        key = self._value(node.arg, names)
        self._use(key)
        is_pull = key == PULL.name and isinstance(owner, Unclear)
        return PULL if is_pull else stepped(owner, key)

    def _attribute(self, node: nodes.Getattr, names: Names) -> Any:
        if node.attr == "xcom_pull":
            return PULL
        return stepped(self._value(node.node, names), attribute_name(node.attr, self._holes))

    def _negative(self, node: nodes.Neg, names: Names) -> Any:
        value = self._value(node.node, names)
        if isinstance(value, int):
            return -value
        self._use(value)
        return Unclear("-")

    def _call(self, node: nodes.Call, names: Names) -> Any:
        args = [self._value(one, names) for one in node.args]
        kwargs = {one.key: self._value(one.value, names) for one in node.kwargs}
        args += self._spread(node, names)
        kwargs.update(self._spread_names(node, names))
        if isinstance(node.node, nodes.Getattr):
            return self._method(node.node, args, kwargs, names)
        called = self._value(node.node, names)
        if called is PULL:
            return self._pull(node, args, kwargs)
        if isinstance(called, tuple):
            return self._run(called, args, kwargs)
        name = called.name if isinstance(called, Unclear) else "call"
        if name in ("namespace", "dict"):
            return dict(kwargs)
        if name == "range" and args and all(isinstance(one, int) for one in args):
            return _numbers(args)
        self._use([*args, *kwargs.values()])
        return Unclear(f"{name}()")

    def _spread(self, node: nodes.Call, names: Names) -> list[Any]:
        """The arguments behind `*`; where they are not known, one that is not."""
        if node.dyn_args is None:
            return []
        value = self._value(node.dyn_args, names)
        if isinstance(value, list):
            return value
        self._use(value)
        return [Unclear("*")]

    def _spread_names(self, node: nodes.Call, names: Names) -> dict[str, Any]:
        """The arguments behind `**`; where they are not known, the first of a pull is not."""
        if node.dyn_kwargs is None:
            return {}
        value = self._value(node.dyn_kwargs, names)
        if isinstance(value, dict):
            return value
        self._use(value)
        return {ARGUMENTS[0]: Unclear("**")}

    def _method(
        self, node: nodes.Getattr, args: list[Any], kwargs: Mapping[str, Any], names: Names
    ) -> Any:
        if node.attr == "xcom_pull":
            return self._pull(node, args, kwargs)
        owner = self._value(node.node, names)
        if isinstance(owner, dict) and node.attr in _VIEWS:
            return _VIEWS[node.attr](owner)
        if node.attr == "get" and args and isinstance(args[0], str | int):
            return self._got(owner, args[0], args[1:])
        self._use([*args, *kwargs.values()])
        if isinstance(owner, str) and not args and node.attr in _PURE_METHODS:
            return getattr(owner, node.attr)()
        if isinstance(owner, str) and node.attr == "format" and "__" not in owner:
            known = [*args, *kwargs.values()]
            if all(isinstance(one, str | int) for one in known):
                return _formatted(lambda: owner.format(*args, **kwargs))
        return self._end(owner, f".{node.attr}()")

    def _got(self, owner: Any, key: str | int, missing: list[Any]) -> Any:
        """`owner.get(key, missing)`; of names that the source gives there may be more."""
        found = stepped(owner, key)
        if isinstance(owner, dict):
            return found if key in owner else options([found, *missing])
        self._use(missing)
        return found

    def _pull(self, node: nodes.Call | nodes.Getattr, args: list[Any], kwargs: Any) -> Any:
        given = by_name(args, kwargs)
        self._use([*given.values(), *args[len(ARGUMENTS) :]])
        given.pop("default", None)
        return asked(given, id(node))

    def _run(self, macro: Any, args: list[Any], kwargs: Mapping[str, Any]) -> Any:
        node, outer = macro
        if self._depth >= _DEEPEST_MACRO:
            return Unclear(node.name)
        self._depth += 1
        given = dict(zip((one.name for one in node.args), args, strict=False))
        defaults = zip(reversed(node.args), reversed(node.defaults), strict=False)
        missing = {one.name: self._value(value, outer) for one, value in defaults}
        self.read(node.body, {**outer, **missing, **given, **kwargs})
        self._depth -= 1
        return Unclear(node.name)

    def _filter(self, node: nodes.Filter, names: Names) -> Any:
        value = self._value(node.node, names) if node.node is not None else Unclear("block")
        args = [self._value(one, names) for one in node.args]
        if isinstance(value, list) and value and node.name in ("list", "first", "last"):
            return {"list": value, "first": value[0], "last": value[-1]}[node.name]
        self._use([*args, *(self._value(one.value, names) for one in node.kwargs)])
        return self._end(value, f"|{node.name}")

    def _conditional(self, node: nodes.CondExpr, names: Names) -> Any:
        self._ask(self._value(node.test, names))
        ways = [node.expr1] if node.expr2 is None else [node.expr1, node.expr2]
        return options([self._value(one, names) for one in ways])

    def _either(self, node: nodes.Or | nodes.And, names: Names) -> Any:
        left, right = self._value(node.left, names), self._value(node.right, names)
        if isinstance(node, nodes.And):
            self._ask(left)
            return right
        return options([left, right])

    def _joined(self, node: nodes.Concat, names: Names) -> Any:
        return self._text([self._value(one, names) for one in node.nodes])

    def _added(self, node: nodes.Add, names: Names) -> Any:
        left, right = self._value(node.left, names), self._value(node.right, names)
        if isinstance(left, list) and isinstance(right, list):
            return [*left, *right]
        return self._text([left, right])

    def _filled(self, node: nodes.Mod, names: Names) -> Any:
        """`'load_%s' % params.table`."""
        left, right = self._value(node.left, names), self._value(node.right, names)
        self._use([left, right])
        given = tuple(right) if isinstance(right, list) else (right,)
        if not isinstance(left, str) or not all(isinstance(one, str | int) for one in given):
            return Unclear("%")
        return _formatted(lambda: left % given)

    def _text(self, values: list[Any]) -> Any:
        """Texts put together; what is not known becomes a hole, what is pulled is used."""
        self._use(values)
        if not any(isinstance(one, str) for one in values):
            return Unclear("+")
        text = "".join(
            str(one) if isinstance(one, str | int) else hole(getattr(one, "name", "…"))
            for one in values
        )
        return text if len(text) <= _LONGEST else Unclear("+")

    def _end(self, value: Any, operation: str) -> Any:
        if isinstance(value, Options) or list(pulled(value)):
            if isinstance(value, list | dict):
                self._use(value)
                return Unclear(operation)
            return operated(value, operation)
        return Unclear(operation)


def _formatted(make: Callable[[], str]) -> Any:
    """A text that is put together from known ones, when it can be and is no longer than others."""
    try:
        text = make()
    except (TypeError, ValueError, LookupError, AttributeError):
        return Unclear("format")
    return text if len(text) <= _LONGEST else Unclear("format")


def _numbers(args: list[Any]) -> Any:
    try:
        return list(range(*args)[:_MOST_ROUNDS])
    except (TypeError, ValueError):
        return Unclear("range")
