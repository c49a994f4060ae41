"""What calls in a template give: pulls, macros, and the few methods that keep values known."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import nodes

from app.lineage.mentions.mention import Names, Unclear, asked, options, stepped
from app.lineage.mentions.texts import formatted
from app.lineage.mentions.uses import Uses
from app.lineage.template.reads import ARGUMENTS, by_name

#: `ti.xcom_pull` itself, handed around before it is called.
PULL = Unclear("xcom_pull")
_MOST_NUMBERS = 200
#: Macros within each other, or one that calls itself.
_DEEPEST_MACRO = 4
_VIEWS: dict[str, Callable[[dict[Any, Any]], list[Any]]] = {
    "items": lambda owner: [[name, value] for name, value in owner.items()],
    "keys": list,
    "values": lambda owner: list(owner.values()),
}
_PURE_METHODS = frozenset({"lower", "upper", "strip", "title", "capitalize"})


class Calls:
    """Evaluates calls by means of whoever evaluates expressions and reads the body of a macro."""

    def __init__(
        self,
        evaluate: Callable[[nodes.Node, Names], Any],
        read: Callable[[Iterable[nodes.Node], Names], None],
        uses: Uses,
    ) -> None:
        self._evaluate, self._read, self._uses = evaluate, read, uses
        self._depth = 0

    def call(self, node: nodes.Call, names: Names) -> Any:
        """What the call gives; Unclear where the text does not tell."""
        args = [self._evaluate(one, names) for one in node.args]
        kwargs = {one.key: self._evaluate(one.value, names) for one in node.kwargs}
        args += self._spread(node, names)
        kwargs.update(self._spread_names(node, names))
        if isinstance(node.node, nodes.Getattr):
            return self._method(node.node, args, kwargs, names)
        called = self._evaluate(node.node, names)
        if called is PULL:
            return self._pull(node, args, kwargs)
        if isinstance(called, tuple):
            return self._run(called, args, kwargs)
        name = called.name if isinstance(called, Unclear) else "call"
        if name in ("namespace", "dict"):
            return dict(kwargs)
        if name == "range" and args and all(isinstance(one, int) for one in args):
            return _numbers(args)
        self._uses.use([*args, *kwargs.values()])
        return Unclear(f"{name}()")

    def _spread(self, node: nodes.Call, names: Names) -> list[Any]:
        """The arguments behind `*`; where they are not known, one that is not."""
        if node.dyn_args is None:
            return []
        value = self._evaluate(node.dyn_args, names)
        if isinstance(value, list):
            return value
        self._uses.use(value)
        return [Unclear("*")]

    def _spread_names(self, node: nodes.Call, names: Names) -> dict[str, Any]:
        """The arguments behind `**`; where they are not known, the first of a pull is not."""
        if node.dyn_kwargs is None:
            return {}
        value = self._evaluate(node.dyn_kwargs, names)
        if isinstance(value, dict):
            return value
        self._uses.use(value)
        return {ARGUMENTS[0]: Unclear("**")}

    def _method(
        self, node: nodes.Getattr, args: list[Any], kwargs: Mapping[str, Any], names: Names
    ) -> Any:
        if node.attr == "xcom_pull":
            return self._pull(node, args, kwargs)
        owner = self._evaluate(node.node, names)
        if isinstance(owner, dict) and node.attr in _VIEWS:
            return _VIEWS[node.attr](owner)
        if node.attr == "get" and args and isinstance(args[0], str | int):
            return self._got(owner, args[0], args[1:])
        self._uses.use([*args, *kwargs.values()])
        if isinstance(owner, str) and not args and node.attr in _PURE_METHODS:
            return getattr(owner, node.attr)()
        if isinstance(owner, str) and node.attr == "format" and "__" not in owner:
            known = [*args, *kwargs.values()]
            if all(isinstance(one, str | int) for one in known):
                return formatted(lambda: owner.format(*args, **kwargs))
        return self._uses.after(owner, f".{node.attr}()")

    def _got(self, owner: Any, key: str | int, missing: list[Any]) -> Any:
        """`owner.get(key, missing)`; of names that the source gives there may be more."""
        found = stepped(owner, key)
        if isinstance(owner, dict):
            return found if key in owner else options([found, *missing])
        self._uses.use(missing)
        return found

    def _pull(self, node: nodes.Call | nodes.Getattr, args: list[Any], kwargs: Any) -> Any:
        given = by_name(args, kwargs)
        self._uses.use([*given.values(), *args[len(ARGUMENTS) :]])
        given.pop("default", None)
        return asked(given, id(node))

    def _run(self, macro: Any, args: list[Any], kwargs: Mapping[str, Any]) -> Any:
        node, outer = macro
        if self._depth >= _DEEPEST_MACRO:
            return Unclear(node.name)
        self._depth += 1
        given = dict(zip((one.name for one in node.args), args, strict=False))
        defaults = zip(reversed(node.args), reversed(node.defaults), strict=False)
        missing = {one.name: self._evaluate(value, outer) for one, value in defaults}
        self._read(node.body, {**outer, **missing, **given, **kwargs})
        self._depth -= 1
        return Unclear(node.name)


def _numbers(args: list[Any]) -> Any:
    try:
        return list(range(*args)[:_MOST_NUMBERS])
    except (TypeError, ValueError):
        return Unclear("range")
