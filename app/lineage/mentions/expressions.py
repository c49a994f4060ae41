"""What an expression of a template is worth, as far as its text tells."""

from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import nodes

from app.lineage.mentions.calling import PULL, Calls
from app.lineage.mentions.mention import Names, Unclear, operated, options, stepped
from app.lineage.mentions.texts import formatted, joined
from app.lineage.mentions.uses import Uses
from app.lineage.template.holes import attribute_name, bare_hole, named
from app.lineage.template.limits import Budget

#: Tests that ask only whether there is something.
_ABSENCE = frozenset({"defined", "undefined", "none"})


class Expressions:
    """Evaluates expressions and notes what is pulled on the way; `read` reads a macro's body."""

    def __init__(
        self,
        holes: tuple[str, ...],
        budget: Budget,
        uses: Uses,
        read: Callable[[Iterable[nodes.Node], Names], None],
    ) -> None:
        self._holes, self._budget, self._uses = holes, budget, uses
        calls = Calls(self.evaluate, read, uses)
        self._kinds: dict[type[nodes.Node], Callable[[Any, Names], Any]] = {
            nodes.Const: self._constant,
            nodes.TemplateData: lambda node, _: node.data,
            nodes.Name: self._name,
            nodes.NSRef: lambda node, names: stepped(names.get(node.name), node.attr),
            nodes.List: lambda node, names: [self.evaluate(one, names) for one in node.items],
            nodes.Tuple: lambda node, names: [self.evaluate(one, names) for one in node.items],
            nodes.Dict: self._dict,
            nodes.Getitem: self._item,
            nodes.Getattr: self._attribute,
            nodes.Call: calls.call,
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

    def evaluate(self, node: nodes.Node, names: Names) -> Any:
        """The value, Unclear where the text does not tell."""
        self._budget.spend()
        evaluate = self._kinds.get(type(node))
        if evaluate is not None:
            return evaluate(node, names)
        self.use_all(node.iter_child_nodes(), names)
        return Unclear(type(node).__name__.lower())

    def use_all(self, found: Iterable[nodes.Node], names: Names) -> None:
        """Notes what is pulled in the values of the nodes."""
        for node in found:
            self._uses.use(self.evaluate(node, names))

    def _test(self, node: nodes.Test, names: Names) -> Any:
        value = self.evaluate(node.node, names)
        if node.name in _ABSENCE:
            self._uses.ask(value)
        else:
            self._uses.use(value)
        self.use_all(node.args, names)
        return Unclear(f"is {node.name}")

    def _not(self, node: nodes.Not, names: Names) -> Any:
        self._uses.ask(self.evaluate(node.node, names))
        return Unclear("not")

    def _name(self, node: nodes.Name, names: Names) -> Any:
        if node.name in names:
            return names[node.name]
        known = bare_hole(node.name, self._holes)
        return Unclear(node.name) if known is None else known

    def _constant(self, node: nodes.Const, _: Names) -> Any:
        return named(node.value, self._holes) if isinstance(node.value, str) else node.value

    def _dict(self, node: nodes.Dict, names: Names) -> Any:
        pairs = [
            (self.evaluate(one.key, names), self.evaluate(one.value, names)) for one in node.items
        ]
        return {key: value for key, value in pairs if isinstance(key, str | int)}

    def _item(self, node: nodes.Getitem, names: Names) -> Any:
        owner = self.evaluate(node.node, names)
        if isinstance(node.arg, nodes.Slice):
            self.use_all(node.arg.iter_child_nodes(), names)
            return operated(owner, "[:]")
        key = self.evaluate(node.arg, names)
        self._uses.use(key)
        is_pull = key == PULL.name and isinstance(owner, Unclear)
        return PULL if is_pull else stepped(owner, key)

    def _attribute(self, node: nodes.Getattr, names: Names) -> Any:
        if node.attr == "xcom_pull":
            return PULL
        return stepped(self.evaluate(node.node, names), attribute_name(node.attr, self._holes))

    def _negative(self, node: nodes.Neg, names: Names) -> Any:
        value = self.evaluate(node.node, names)
        if isinstance(value, int):
            return -value
        self._uses.use(value)
        return Unclear("-")

    def _filter(self, node: nodes.Filter, names: Names) -> Any:
        value = self.evaluate(node.node, names) if node.node is not None else Unclear("block")
        args = [self.evaluate(one, names) for one in node.args]
        if isinstance(value, list) and value and node.name in ("list", "first", "last"):
            return {"list": value, "first": value[0], "last": value[-1]}[node.name]
        self._uses.use([*args, *(self.evaluate(one.value, names) for one in node.kwargs)])
        return self._uses.after(value, f"|{node.name}")

    def _conditional(self, node: nodes.CondExpr, names: Names) -> Any:
        self._uses.ask(self.evaluate(node.test, names))
        ways = [node.expr1] if node.expr2 is None else [node.expr1, node.expr2]
        return options([self.evaluate(one, names) for one in ways])

    def _either(self, node: nodes.Or | nodes.And, names: Names) -> Any:
        left, right = self.evaluate(node.left, names), self.evaluate(node.right, names)
        if isinstance(node, nodes.And):
            self._uses.ask(left)
            return right
        return options([left, right])

    def _joined(self, node: nodes.Concat, names: Names) -> Any:
        return self._text([self.evaluate(one, names) for one in node.nodes])

    def _added(self, node: nodes.Add, names: Names) -> Any:
        left, right = self.evaluate(node.left, names), self.evaluate(node.right, names)
        if isinstance(left, list) and isinstance(right, list):
            return [*left, *right]
        return self._text([left, right])

    def _filled(self, node: nodes.Mod, names: Names) -> Any:
        """`'load_%s' % params.table`."""
        left, right = self.evaluate(node.left, names), self.evaluate(node.right, names)
        self._uses.use([left, right])
        given = tuple(right) if isinstance(right, list) else (right,)
        if not isinstance(left, str) or not all(isinstance(one, str | int) for one in given):
            return Unclear("%")
        return formatted(lambda: left % given)

    def _text(self, values: list[Any]) -> Any:
        self._uses.use(values)
        return joined(values)
