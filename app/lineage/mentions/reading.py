"""Pulls that a template names, told by its syntax alone: which XCom, which path, what follows.

Nothing is rendered, so every branch counts and nothing need have run. A template is read by
Jinja's own parser; what it computes with is followed as far as constants, `set`, loops over known
lists and macros go, and is unclear beyond that.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import TemplateError, nodes

from app.lineage.mentions.expressions import Expressions
from app.lineage.mentions.mention import Mention, Names, Unclear, operated, options, stepped
from app.lineage.mentions.uses import Uses
from app.lineage.template.holes import parseable
from app.lineage.template.limits import TEMPLATE_LENGTH, Budget, TooMuchError
from app.lineage.template.tokens import environment

#: Nodes of one template that are looked at, rounds of loops included.
_STEPS = 20_000
_MOST_ROUNDS = 200


@lru_cache(maxsize=4_096)
def _parsed(template: str) -> nodes.Template:
    return environment().parse(template)


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
    return reader.uses.every()


class _Reader:
    """Walks a template's statements; `uses` collects the uses of pulled values."""

    def __init__(self, holes: tuple[str, ...]) -> None:
        self.uses = Uses()
        self._budget = Budget(_STEPS)
        self._expressions = Expressions(holes, self._budget, self.uses, self.read)
        self._statements: dict[type[nodes.Node], Callable[[Any, Names], None]] = {
            nodes.Output: lambda node, names: self._expressions.use_all(node.nodes, names),
            nodes.Assign: lambda node, names: self._bind(
                node.target, self._expressions.evaluate(node.node, names), names
            ),
            nodes.AssignBlock: self._assign_block,
            nodes.For: self._for,
            nodes.If: self._if,
            nodes.Macro: lambda node, names: names.__setitem__(node.name, (node, names)),
            nodes.ExprStmt: lambda node, names: self.uses.use(
                self._expressions.evaluate(node.node, names)
            ),
            nodes.With: self._with,
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
                self.uses.use(self._expressions.evaluate(child, names))
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
        values = self._expressions.evaluate(node.iter, names)
        rounds = list(values) if isinstance(values, list | dict) else None
        if rounds is None:
            self.uses.use(operated(values, "[*]"))
            rounds = [Unclear("element")]
        for at, value in enumerate(rounds[:_MOST_ROUNDS]):
            place = {"index0": at, "index": at + 1} if isinstance(values, list | dict) else {}
            inner = {**names, "loop": place}
            self._bind(node.target, value, inner)
            if node.test is not None:
                self.uses.ask(self._expressions.evaluate(node.test, inner))
            self.read(node.body, inner)
        self.read(node.else_, dict(names))

    def _if(self, node: nodes.If, names: Names) -> None:
        for test in (node.test, *(one.test for one in node.elif_)):
            self.uses.ask(self._expressions.evaluate(test, names))
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
            self._bind(target, self._expressions.evaluate(value, names), inner)
        self.read(node.body, inner)
