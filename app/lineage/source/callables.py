"""Pulls in the Python code of a task: which XComs it reads, and which parts where that shows.

Only one in five shows a constant key near its pull; the sound claim is producer and key, a path is
a bonus (dag-patterns.md, "Python pulls").
"""

import ast
from collections.abc import Iterator
from typing import Any

from app.lineage.source.declaration import PythonPull
from app.lineage.source.expressions import Expressions
from app.lineage.source.texts import text_of
from app.lineage.source.values import Function, Scope, Unknown
from app.model.values import Path

_ORDER = ("task_ids", "dag_id", "key", "include_prior_dates")
#: Arguments that reach beyond this run or that we cannot follow.
_BEYOND = frozenset({"include_prior_dates", "run_id", "map_indexes", "session"})
#: Functions of the file that a task's code calls, followed this deep.
_DEEPEST = 3


def python_pulls(
    function: Function, expressions: Expressions, known: dict[str, Any]
) -> tuple[PythonPull, ...]:
    """The pulls that running the function would make, as far as its text tells."""
    return tuple(_pulls(function, expressions, known, 0))


def _pulls(
    function: Function, expressions: Expressions, known: dict[str, Any], depth: int
) -> Iterator[PythonPull]:
    scope = Scope(function.scope)
    for argument in ast.walk(function.node.args):
        if isinstance(argument, ast.arg):
            scope.names[argument.arg] = known.get(argument.arg, Unknown(argument.arg))
    body = function.node.body if isinstance(function.node.body, list) else [function.node.body]
    tree = ast.Module(body=list(body), type_ignores=[])  # type: ignore[arg-type]  # only walked
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    _bind_constants(tree, expressions, scope)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr == "xcom_pull":
            yield _pull(node, tree, parents, expressions, scope)
        elif isinstance(node.func, ast.Name) and depth < _DEEPEST:
            called = scope.find(node.func.id)
            if isinstance(called, Function) and called.node is not function.node:
                yield from _pulls(
                    called, expressions, _passed(called, node, expressions, scope), depth + 1
                )


def _passed(
    called: Function, node: ast.Call, expressions: Expressions, scope: Scope
) -> dict[str, Any]:
    names = [one.arg for one in called.node.args.args]
    given = {
        **dict(zip(names, node.args, strict=False)),
        **{one.arg: one.value for one in node.keywords if one.arg},
    }
    values = {name: expressions.evaluate(value, scope) for name, value in given.items()}
    return {name: value for name, value in values.items() if not isinstance(value, Unknown)}


def _bind_constants(tree: ast.Module, expressions: Expressions, scope: Scope) -> None:
    """Names that the code gives one plain text or list of texts."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Assign)
            and len(node.targets) == 1
            and isinstance(node.targets[0], ast.Name)
        ):
            name = node.targets[0].id
            value = (
                expressions.evaluate(node.value, scope)
                if _is_literal(node.value)
                else Unknown(name)
            )
            scope.names[name] = Unknown(name) if name in scope.names else value
        elif isinstance(node, ast.For | ast.AugAssign) and isinstance(node.target, ast.Name):
            scope.names[node.target.id] = Unknown(node.target.id)


def _is_literal(node: ast.expr) -> bool:
    return not any(isinstance(one, ast.Call | ast.Lambda) for one in ast.walk(node))


def _pull(
    call: ast.Call,
    tree: ast.Module,
    parents: dict[ast.AST, ast.AST],
    expressions: Expressions,
    scope: Scope,
) -> PythonPull:
    given: dict[str, ast.expr] = dict(zip(_ORDER, call.args, strict=False))
    given.update({one.arg: one.value for one in call.keywords if one.arg})
    values = {name: expressions.evaluate(node, scope) for name, node in given.items()}
    ids = values.get("task_ids")
    listed = list(ids) if isinstance(ids, list | tuple) else [ids]
    names = tuple(str(one) for one in map(text_of, listed) if one is not None and one != "None")
    key, dag_id = values.get("key", "return_value"), values.get("dag_id")
    is_sure = ids is None or all(isinstance(one, str) for one in listed)
    return PythonPull(
        task_ids=None if ids is None else names,
        is_list=isinstance(ids, list | tuple),
        key=text_of(key) or "return_value",
        dag_id=text_of(dag_id) if dag_id is not None else None,
        paths=_paths(call, tree, parents, expressions, scope),
        is_sure=is_sure
        and isinstance(key, str)
        and not _BEYOND & values.keys()
        and None not in [one.arg for one in call.keywords],
        line=call.lineno,
    )


def _paths(
    call: ast.Call,
    tree: ast.Module,
    parents: dict[ast.AST, ast.AST],
    expressions: Expressions,
    scope: Scope,
) -> tuple[Path, ...]:
    """The parts that are read; none when the whole value, or an unknown part of it, is."""
    path, top = _climb(call, parents, expressions, scope)
    target = _assigned_name(top, parents)
    if path or target is None:
        return (path,) if path else ()
    uses = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == target and isinstance(node.ctx, ast.Load)
    ]
    if (
        sum(
            isinstance(node, ast.Name) and node.id == target and isinstance(node.ctx, ast.Store)
            for node in ast.walk(tree)
        )
        > 1
    ):
        return ()
    found = [_climb(use, parents, expressions, scope)[0] for use in uses]
    return tuple(dict.fromkeys(found)) if found and all(found) else ()


def _climb(
    node: ast.AST, parents: dict[ast.AST, ast.AST], expressions: Expressions, scope: Scope
) -> tuple[Path, ast.AST]:
    """Constant subscripts and `.get('k')` behind a node, and the expression they end in."""
    path: list[str | int] = []
    while True:
        above = parents.get(node)
        if isinstance(above, ast.Subscript) and above.value is node:
            step: Any = (
                expressions.evaluate(above.slice, scope)
                if not isinstance(above.slice, ast.Slice)
                else None
            )
        elif call := _get(node, parents):
            step = expressions.evaluate(call.args[0], scope)
            above = call
        else:
            return tuple(path), node
        if not isinstance(step, str | int) or isinstance(step, bool) or above is None:
            return tuple(path), node
        path.append(str(step) if isinstance(step, str) else step)
        node = above


def _get(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> ast.Call | None:
    """The call of `.get('k')` behind a node."""
    above = parents.get(node)
    call = parents.get(above) if above else None
    is_get = isinstance(above, ast.Attribute) and above.value is node and above.attr == "get"
    return call if is_get and isinstance(call, ast.Call) and len(call.args) == 1 else None


def _assigned_name(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str | None:
    above = parents.get(node)
    if (
        isinstance(above, ast.Assign)
        and len(above.targets) == 1
        and isinstance(above.targets[0], ast.Name)
    ):
        return above.targets[0].id
    return None
