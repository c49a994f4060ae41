"""The file's Python code, rewritten so that a task's function can be run all ways to its end.

While the file is imported the rewritten code does what it always does. While a task's function is
explored, `if` goes both ways, and a statement that fails is passed over.
"""

import ast
import inspect

from unknown import Unknown, ways

_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Assert)
_BOUND_TO_ITS_FUNCTION = (ast.Yield, ast.YieldFrom, ast.Await, ast.NamedExpr)


class Rewrite(ast.NodeTransformer):
    def __init__(self):
        self._inside = 0

    def visit_FunctionDef(self, node):
        self._inside += 1
        node.body = [self.visit(each) for each in node.body]
        self._inside -= 1
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        self._inside += 1
        node.body = self.visit(node.body)
        self._inside -= 1
        return node

    def visit_If(self, node):
        self.generic_visit(node)
        if self._inside:
            node.test = _call("xt_test", node.test, at=node)
        return node

    visit_IfExp = visit_If

    def visit_With(self, node):
        self.generic_visit(node)
        for item in node.items if self._inside else ():
            item.context_expr = _later("xt_safe", item.context_expr)
        return node

    def visit_For(self, node):
        self.generic_visit(node)
        if self._inside:
            node.iter = _later("xt_safe", node.iter)
        return node

    def generic_visit(self, node):
        super().generic_visit(node)
        if self._inside and isinstance(node, _SIMPLE) and not _is_docstring(node):
            return _guarded(node)
        return node


def _is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _cannot_move(node):
    """Whether it means something else within a lambda."""
    return any(
        isinstance(each, _BOUND_TO_ITS_FUNCTION)
        or (isinstance(each, ast.Name) and each.id == "super")
        for each in ast.walk(node)
    )


def _call(name, *args, at):
    return ast.copy_location(ast.Call(ast.Name(name, ast.Load()), list(args), []), at)


def _later(name, expression):
    if _cannot_move(expression):
        return expression
    nothing = ast.arguments(
        posonlyargs=[], args=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[]
    )
    return _call(name, ast.Lambda(nothing, expression), at=expression)


def _guarded(node):
    """`try: node` / `except Exception: if not xt_passes(): raise` and the names become unknown."""
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    names = [each for each in targets if isinstance(each, ast.Name)]
    handler = [
        ast.If(
            ast.UnaryOp(ast.Not(), ast.Call(ast.Name("xt_passes", ast.Load()), [], [])),
            [ast.Raise()],
            [],
        ),
        *(
            ast.Assign(
                [ast.Name(each.id, ast.Store())],
                ast.Call(ast.Name("xt_unknown", ast.Load()), [], []),
            )
            for each in names
        ),
    ]
    guarded = ast.Try(
        [node],
        [ast.ExceptHandler(ast.Name("xt_Exception", ast.Load()), None, handler)],
        [],
        [],
    )
    return ast.copy_location(guarded, node)


def compiled(source, filename):
    tree = Rewrite().visit(ast.parse(source, filename))
    return compile(ast.fix_missing_locations(tree), filename, "exec", dont_inherit=True)


def _test(value):
    if isinstance(value, Unknown):
        return bool(value)
    return ways.decide(first=bool(value)) if ways.exploring else value


def _safe(expression):
    try:
        return expression()
    except Exception:
        if not ways.exploring:
            raise
        return Unknown()


HOOKS = {
    "xt_test": _test,
    "xt_safe": _safe,
    "xt_passes": lambda: ways.exploring,
    "xt_unknown": Unknown,
    "xt_Exception": Exception,
}


class Context(dict):
    """A task's context: what is not in it is unknown."""

    def __missing__(self, key):
        return Unknown(key)

    def get(self, key, default=None):
        return self[key]


def call_with(function, args, kwargs, context):
    """Calls it as Airflow's PythonOperator does: the context's names where it asks for them."""
    signature = inspect.signature(function)
    parameters = signature.parameters.values()
    if any(each.kind is each.VAR_KEYWORD for each in parameters):
        return function(*args, **(_of_the_context(signature, args, context) | kwargs))
    given = _of_the_context(signature, args, context)
    asked = {
        each.name: kwargs.get(each.name, given.get(each.name, _default(each)))
        for each in list(parameters)[len(args) :]
        if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
    }
    return function(*args, **asked)


def _default(parameter):
    if parameter.default is parameter.empty:
        return Unknown(parameter.name)
    return parameter.default


def _of_the_context(signature, args, context):
    positional = list(signature.parameters)[: len(args)]
    return {name: value for name, value in context.items() if name not in positional}


def call_back(function, context):
    """Calls a function that Airflow would hand its context."""
    parameters = list(inspect.signature(function).parameters.values())
    positional = [
        each
        for each in parameters
        if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
    ]
    args = []
    for each in positional:
        if each.name in context:
            args.append(context[each.name])
        elif each.default is not each.empty:
            args.append(each.default)
        else:
            args.append(context)
    keywords = any(each.kind is each.VAR_KEYWORD for each in parameters)
    return function(*args, **(dict(context) if keywords else {}))
