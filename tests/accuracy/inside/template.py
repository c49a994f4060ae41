"""Templates, rendered all ways by the DAG's own Jinja environment."""

import functools
import json

from jinja2 import ChainableUndefined, nodes
from jinja2.runtime import Macro
from jinja2.visitor import NodeTransformer
from unknown import OF_THE_RUN, Unknown, use_all, ways


class _Missing(ChainableUndefined):
    def __str__(self):
        return OF_THE_RUN

    def __call__(self, *args, **kwargs):
        use_all([args, kwargs])
        return Unknown()


class _Branches(NodeTransformer):
    """Asks for a decision wherever the template decides; numbers the calls of xcom_pull."""

    def __init__(self):
        self._slots = 0

    def _hook(self, name, *args, node):
        target = nodes.Name(name, "load", lineno=node.lineno)
        return nodes.Call(target, list(args), [], None, None, lineno=node.lineno)

    def _decided(self, test):
        """The test with each of its parts decided; `and`, `or` and `not` stay what they are."""
        if isinstance(test, (nodes.And, nodes.Or)):
            left, right = self._decided(test.left), self._decided(test.right)
            return type(test)(left, right, lineno=test.lineno)
        if isinstance(test, nodes.Not):
            return nodes.Not(self._decided(test.node), lineno=test.lineno)
        count = self._hook("xt_count", node=test)
        return self._hook("xt_decide", count, self.visit(test), node=test)

    def _slot(self):
        self._slots += 1
        return nodes.Const(self._slots)

    def visit_If(self, node):
        test, node.test = node.test, None
        self.generic_visit(node)
        if test is not None:
            node.test = self._decided(test)
        return node

    visit_CondExpr = visit_If

    def visit_For(self, node):
        self.visit_If(node)
        if node.else_:
            node.iter = self._hook("xt_maybe_empty", node.iter, node=node)
        return node

    def visit_Or(self, node):
        self.generic_visit(node)
        slot = self._slot()
        kept = self._hook("xt_kept", slot, node=node)
        count = self._hook("xt_count", node=node)
        test = self._hook("xt_keep", count, node.left, slot, node=node)
        if isinstance(node, nodes.Or):
            return nodes.CondExpr(test, kept, node.right, lineno=node.lineno)
        return nodes.CondExpr(test, node.right, kept, lineno=node.lineno)

    visit_And = visit_Or

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.node, nodes.Getattr) and node.node.attr == "xcom_pull":
            node.kwargs.append(nodes.Keyword("xt_site", self._slot()))
        elif isinstance(node.node, nodes.Name):
            node.args = [self._hook("xt_handed", node.node, each, node=node) for each in node.args]
            for keyword in node.kwargs:
                keyword.value = self._hook("xt_handed", node.node, keyword.value, node=node)
        return node


def _handed(function, value):
    """What is handed to a function is used there; only a macro of the template reads on."""
    if isinstance(function, Macro) or not isinstance(value, Unknown):
        return value
    use_all(value)
    return Unknown("handed")


def _decide(count, value):
    """The way to go; a test that went both ways in its parts is not asked again."""
    if isinstance(value, Unknown):
        return bool(value)
    return bool(value) if ways.count > count else ways.decide()


def _hooks():
    slots = {}

    def keep(count, value, slot):
        slots[slot] = value
        return _decide(count, value)

    return {
        "xt_handed": _handed,
        "xt_count": lambda: ways.count,
        "xt_decide": _decide,
        "xt_maybe_empty": lambda value: value if ways.decide() else [],
        "xt_keep": keep,
        "xt_kept": slots.get,
    }


def _filter(function):
    @functools.wraps(function)
    def filtered(*args, **kwargs):
        unknown = [each for each in (*args, *kwargs.values()) if isinstance(each, Unknown)]
        for each in unknown:
            each._xt_used("filter")
        if unknown:
            return Unknown("filtered")
        try:
            return function(*args, **kwargs)
        except Exception:  # noqa: BLE001 # a filter of an unknown value's text
            use_all([args, kwargs])
            return Unknown("filtered")

    return filtered


def _test(function):
    @functools.wraps(function)
    def tested(*args, **kwargs):
        unknown = [each for each in args if isinstance(each, Unknown)]
        for each in unknown:
            each._xt_used("test")
        return ways.decide() if unknown else function(*args, **kwargs)

    return tested


class _Filters(dict):
    """Also those that do not exist: what is pulled before them counts all the same."""

    def get(self, name, default=None):
        return self[name]

    def __missing__(self, name):
        return _filter(lambda value, *args, **kwargs: Unknown(name))


def prepared(environment):
    """The DAG's environment, ready for unknown values in filters, tests and tojson."""
    environment.filters = _Filters(
        (name, _filter(each)) for name, each in environment.filters.items()
    )
    environment.tests = {name: _test(each) for name, each in environment.tests.items()}
    environment.undefined = _Missing
    environment.policies["json.dumps_function"] = lambda value, **kwargs: json.dumps(
        value, default=str, **kwargs
    )
    environment.globals.update(_hooks())
    return environment


def source_of(environment, text, extensions):
    """The template, and whether it came from another file."""
    if extensions and text.endswith(tuple(extensions)):
        return environment.loader.get_source(environment, text)[0], True
    return text, False


def render(environment, source, context):
    """Renders once; what a native template gives is used as it is."""
    tree = _Branches().visit(environment.parse(source))
    code = environment.compile(tree)
    template = environment.template_class.from_code(
        environment, code, environment.make_globals(None)
    )

    def once():
        rendered = template.render(context)
        use_all(rendered)
        return rendered

    return once
