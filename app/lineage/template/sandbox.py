"""Jinja's sandbox, in which values keep their origins and nothing can run away.

Rule 1: a template of a DAG is text of a stranger. It sees no object but values of XComs, our
wildcards and Jinja's own; methods and filters not listed here give a wildcard.
Rule 2: all that can take long is counted in steps or measured before it is done.
Rule 3: what we do not know is a wildcard, never a guess.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

from jinja2 import StrictUndefined, Undefined, nodes, pass_context
from jinja2.exceptions import UndefinedError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer

from app.lineage.template.allowed import CHOOSING_FILTERS, METHODS, PLAIN_FILTERS
from app.lineage.template.filters import Filter, Test
from app.lineage.template.holes import ANYTHING, OUTPUT_CLOSES, OUTPUT_OPENS, OUTPUT_TEXT
from app.lineage.template.limits import (
    SIZE,
    TooMuchError,
    check_arguments,
    check_operands,
)
from app.lineage.template.plain import holds_wildcard, plain
from app.lineage.template.session import NOT_ITERABLE, Session, Unreached, blamed, spoiled
from app.lineage.template.tracked import Nothing, Wildcard, astray, derived, origins_of

_OPERATORS = frozenset({"+", "-", "*", "/", "//", "%", "**"})
_BOUNDED, _JOINED, _WEIGHED = "xcomtrace_bounded", "xcomtrace_joined", "xcomtrace_weighed"


class Names(Context):
    """A template's names; one that is not known here is a wildcard (params, ds, macros, …)."""

    def resolve_or_missing(self, key: str) -> Any:
        if key in self.vars or key in self.parent:
            return super().resolve_or_missing(key)
        return cast("Sandbox", self.environment).wildcard()


class Sandbox(SandboxedEnvironment):
    """The environment; `session` is replaced for every rendering."""

    intercepted_binops = _OPERATORS
    context_class = Names

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined,
            extensions=["jinja2.ext.do"],
            optimized=False,
            cache_size=0,
            finalize=_put_out,
        )
        self.session = Session()
        self.globals = {"range": self._range, "dict": dict, "namespace": self.globals["namespace"]}
        own = dict(self.filters)
        self.filters = _Open(self._unknown, {name: self._wrapped(name, own[name]) for name in own})
        self.filters[_BOUNDED] = self._bounded
        self.filters[_JOINED] = self._joined
        self.filters[_WEIGHED] = self._weighed
        self.tests = _Open(
            lambda *_: self.session.choose(),
            {name: Test(self, cast(Any, test)) for name, test in self.tests.items()},
        )

    def wildcard(self) -> Wildcard:
        return Wildcard(self.session.choose)

    def getitem(self, obj: Any, argument: Any) -> Any:
        self.session.budget.spend()
        if isinstance(argument, Wildcard) or holds_wildcard(argument):
            return Wildcard(self.session.choose, origins_of(obj))
        if isinstance(obj, Wildcard):
            return obj.child(plain(argument))
        if isinstance(obj, Nothing):
            return self._missing(obj, argument)
        found = super().getitem(obj, plain(argument))
        if isinstance(found, Undefined):
            return self.wildcard() if isinstance(obj, OpenEnd) else self._missing(obj, argument)
        return _inherit(obj, found)

    def getattr(self, obj: Any, attribute: str) -> Any:
        self.session.budget.spend()
        if isinstance(obj, Wildcard):
            return obj.child(attribute)
        if isinstance(obj, Nothing):
            return self._missing(obj, attribute)
        found = super().getattr(obj, attribute)
        if isinstance(obj, OpenEnd) and isinstance(found, Undefined):
            return self.wildcard()
        return self._missing(obj, attribute) if isinstance(found, Undefined) else found

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        self.session.budget.spend()
        if isinstance(obj, Wildcard):
            return obj.derived(*args, *kwargs.values())
        receiver = getattr(obj, "__self__", None)
        if isinstance(receiver, str | int | float | list | dict | tuple):
            return self._method(obj, receiver, args, kwargs)
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        self.session.budget.spend()
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Wildcard):
                return one.derived(other)
        is_filled = operator == "%" and isinstance(left, str)
        for one in (left, right):
            if isinstance(one, Nothing) and not (is_filled and one is right):
                raise spoiled(_refused(operator, left, right), one)
        right_value = None if isinstance(right, Nothing) else right
        check_operands(operator, left, right_value)
        return derived(super().call_binop(context, operator, left, right_value), left, right)

    def wrap_str_format(self, value: Any) -> Callable[..., Any] | None:
        """`format` can ask for any width; what it gives is not worth that."""
        if super().wrap_str_format(value) is None:
            return None
        return lambda *args, **kwargs: self._unknown(value.__self__, *args, *kwargs.values())

    def _missing(self, obj: Any, name: Any) -> Undefined:
        origin = blamed(astray(origins_of(obj), plain(name)))
        error = cast("type[UndefinedError]", partial(Unreached, origin=origin))
        return self.undefined(
            obj=plain(obj), name=str(name) if isinstance(name, str) else name, exc=error
        )

    def _method(self, method: Any, receiver: Any, args: tuple[Any, ...], kwargs: Any) -> Any:
        name = getattr(method, "__name__", "")
        if name not in METHODS or kwargs or any(holds_wildcard(one) for one in (receiver, *args)):
            if name in ("append", "extend", "update") or name in ("get", "items", "keys", "values"):
                return method(*args, **kwargs)
            return self.wildcard().derived(receiver, *args)
        check_arguments(receiver, args)
        result = method(*args)
        self.session.budget.spend(len(result) if isinstance(result, list) else 0)
        if name in ("get", "pop", "values", "items"):
            return result
        return derived(_each(result, receiver), receiver, *args)

    def _range(self, *args: Any) -> Any:
        if holds_wildcard(list(args)):
            return self.wildcard().derived(*args)
        numbers = range(*(int(one) for one in args))
        self.session.budget.spend(len(numbers))
        return numbers

    def _bounded(self, values: Any) -> Iterator[Any]:
        if isinstance(values, Nothing):
            raise spoiled(NOT_ITERABLE, values)
        for value in values:
            self.session.budget.spend()
            yield value

    def _joined(self, parts: Any) -> Any:
        self.session.budget.spend()
        self.session.budget.spend_on(parts)
        texts = [str(part) for part in parts]
        if sum(map(len, texts)) > SIZE:
            raise TooMuchError
        return derived("".join(texts), *parts)

    def _weighed(self, value: Any) -> Any:
        """The value, when comparing it or looking it up ends."""
        self.session.budget.spend_on(value)
        return value

    def _wrapped(self, name: str, apply: Callable[..., Any]) -> Callable[..., Any]:
        if name not in PLAIN_FILTERS | CHOOSING_FILTERS or name == "random":
            return self._unknown
        return Filter(self, name, apply)

    def _unknown(self, *args: Any, **kwargs: Any) -> Any:
        self.session.budget.spend()
        return self.wildcard().derived(*args, *kwargs.values())


class OpenEnd:
    """An object of Airflow of which we know some attributes; the others are wildcards."""

    def __init__(self, known: dict[str, Any]) -> None:
        vars(self).update(known)

    def __repr__(self) -> str:
        return ANYTHING


class _Open(dict[str, Any]):
    """Names to functions; a name that is not among them has a function too."""

    def __init__(self, other: Callable[..., Any], known: dict[str, Any]) -> None:
        super().__init__(known)
        self._other = other

    def __missing__(self, name: str) -> Any:
        return self._other

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ARG002  # nothing is missing
        return self[name]

    def __contains__(self, name: object) -> bool:
        return True


def prepared(template: nodes.Template) -> nodes.Template:
    """The parsed template with every loop bounded, every `~` and every comparison measured."""
    return cast(nodes.Template, _Guarded().visit(template))


class _Guarded(NodeTransformer):
    def visit_Compare(self, node: nodes.Compare, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802  # Jinja finds it by this name
        self.generic_visit(node, *args, **kwargs)
        node.expr = _weighed(node.expr)
        for operand in node.ops:
            operand.expr = _weighed(operand.expr)
        return node

    def visit_Pair(self, node: nodes.Pair, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802  # likewise
        self.generic_visit(node, *args, **kwargs)
        node.key = _weighed(node.key)
        return node

    def visit_For(self, node: nodes.For, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802  # Jinja finds it by this name
        self.generic_visit(node, *args, **kwargs)
        node.iter = _filtered(cast(nodes.Expr, node.iter), _BOUNDED)
        return node

    def visit_Concat(self, node: nodes.Concat, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802  # likewise
        self.generic_visit(node, *args, **kwargs)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), _JOINED)


def _weighed(node: nodes.Expr) -> nodes.Expr:
    return node if isinstance(node, nodes.Const) else _filtered(node, _WEIGHED)


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


@pass_context
def _put_out(context: Context, value: Any) -> Any:
    """The text of an output between our marks, with the number under which its value is kept."""
    session = cast(Sandbox, context.environment).session
    session.budget.spend()
    session.budget.spend_on(value)
    text = str(value)
    session.outputs.append(value)
    number = len(session.outputs) - 1
    return f"{OUTPUT_OPENS}{number}{OUTPUT_TEXT}{text}{OUTPUT_CLOSES}"


def _inherit(obj: Any, found: Any) -> Any:
    return found if origins_of(found) or callable(found) else derived(found, obj)


def _each(result: Any, receiver: Any) -> Any:
    if isinstance(result, list):
        return [derived(one, receiver) for one in result]
    return result


def _refused(operator: str, left: Any, right: Any) -> str:
    if operator == "+" and isinstance(left, str):
        return 'can only concatenate str (not "NoneType") to str'
    kinds = [type(plain(one)).__name__ for one in (left, right)]
    return f"unsupported operand type(s) for {operator}: '{kinds[0]}' and '{kinds[1]}'"
