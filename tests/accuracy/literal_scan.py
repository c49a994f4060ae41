"""The baseline: pulls that are written out in the operator's own call, and nothing else."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_PULL = re.compile(r"(?:ti|task_instance)\.xcom_pull\(([^()]*)\)((?:\[[^\]]*\]|\.\w+(?!\w*\())*)")
_STEP = re.compile(r"\[(['\"])(.*?)\1\]|\[(-?\d+)\]|\.(\w+)")


@dataclass(frozen=True, slots=True)
class _File:
    dag_id: str | None
    functions: dict[str, ast.AST]
    #: Name of a variable -> id of the task that it holds.
    variables: dict[str, str]


def literal_claims(file: str, source: str) -> list[dict[str, Any]]:
    """What a literal scan claims of the file, in the form of `app.flows.claims`."""
    tree = ast.parse(source)
    scanned = _File(_dag_id(tree), _functions(tree), _variables(tree))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [
        {"file": file, "dag_id": scanned.dag_id, "consumer_task": task, "line": call.lineno}
        | {"operations": [], "status": "resolved", "reason": None}
        | found
        for call in calls
        if (task := _task_id(call))
        for keyword in call.keywords
        for found in _of_argument(keyword, scanned)
    ]


def _of_argument(keyword: ast.keyword, scanned: _File) -> Iterator[dict[str, Any]]:
    name = keyword.arg or ""
    if name == "python_callable" and isinstance(keyword.value, ast.Name):
        function = scanned.functions.get(keyword.value.id)
        for node in ast.walk(function) if function else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".xcom_pull"):
                arguments = ast.unparse(node)[len(ast.unparse(node.func)) + 1 : -1]
                yield from _pull(arguments, "", name, "python", scanned)
        return
    for place, leaf in _leaves(keyword.value, name):
        if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str):
            for arguments, steps in _PULL.findall(leaf.value):
                yield from _pull(arguments, steps, place, "jinja", scanned)
        else:
            yield from _output(leaf, place, scanned)


def _leaves(node: ast.expr, place: str) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, (ast.List, ast.Tuple)):
        for position, item in enumerate(node.elts):
            yield from _leaves(item, f"{place}[{position}]")
    elif isinstance(node, ast.Dict):
        for key, item in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield from _leaves(item, f"{place}.{key.value}")
    else:
        yield place, node


def _pull(
    arguments: str, steps: str, place: str, kind: str, scanned: _File
) -> Iterator[dict[str, Any]]:
    try:
        call = ast.parse(f"f({arguments})", mode="eval").body
        assert isinstance(call, ast.Call)
        given = {each.arg: ast.literal_eval(each.value) for each in call.keywords}
        given |= dict(
            zip(("task_ids", "dag_id", "key"), map(ast.literal_eval, call.args), strict=False)
        )
    except (SyntaxError, ValueError):
        return
    tasks = given.get("task_ids")
    producers = [tasks] if isinstance(tasks, str) else list(tasks or [])
    yield {
        "field": place,
        "kind": kind,
        "producer_dag_id": given.get("dag_id") or scanned.dag_id,
        "producer_task_ids": producers,
        "xcom_key": given.get("key", "return_value"),
        "path": [
            int(number) if number else text or name
            for _, text, number, name in _STEP.findall(steps)
        ],
    }


def _output(node: ast.expr, place: str, scanned: _File) -> Iterator[dict[str, Any]]:
    key: Any = "return_value"
    match node:
        case ast.Subscript(value=value, slice=ast.Constant(value=name)):
            node, key = value, name
    if (
        isinstance(node, ast.Attribute)
        and node.attr == "output"
        and isinstance(node.value, ast.Name)
        and node.value.id in scanned.variables
    ):
        yield {
            "field": place,
            "kind": "xcomarg",
            "producer_dag_id": scanned.dag_id,
            "producer_task_ids": [scanned.variables[node.value.id]],
            "xcom_key": key,
            "path": [],
        }


def _functions(tree: ast.Module) -> dict[str, ast.AST]:
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def _variables(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: task
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name) and (task := _task_id(node.value))
    }


def _task_id(call: ast.Call) -> str | None:
    return next((text for each in call.keywords if (text := _literal(each, "task_id"))), None)


def _dag_id(tree: ast.Module) -> str | None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("DAG", "dag"):
            first = node.args[:1]
            if first and isinstance(first[0], ast.Constant):
                return _text(first[0].value)
            found = (text for each in node.keywords if (text := _literal(each, "dag_id")))
            if text := next(found, None):
                return text
    return None


def _literal(keyword: ast.keyword, name: str) -> str | None:
    if keyword.arg == name and isinstance(keyword.value, ast.Constant):
        return _text(keyword.value.value)
    return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
