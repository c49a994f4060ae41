"""A DAG's source with suggestions applied to it, at the places that the problems are about."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


class NoPlace(Exception):
    """What the suggestion replaces stands nowhere in the call of its task."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """Characters of the source, and what takes their place."""

    start: int
    end: int
    text: str


def corrected(source: str, problems: Sequence[Json], *, dag_id: str, new_id: str) -> str:
    """The source as DAG `new_id`, each problem's template replaced by its suggestion's.

    Raises NoPlace when a template does not stand in its task.
    """
    edits = [_rename(source, dag_id, new_id)]
    for problem in problems:
        edits += [_replace_template(source, problem), *_set_dependency(source, problem)]
    return _applied(source, edits)


def with_settings(
    source: str, settings: dict[str, dict[str, str]], *, dag_id: str, new_id: str
) -> str:
    """The source as DAG `new_id`, with more arguments in the calls of some tasks.

    `settings` is task id -> argument -> Python text.
    """
    edits = [_rename(source, dag_id, new_id)]
    for task_id, arguments in settings.items():
        end = _end(source, _call_of(source, task_id)) - 1
        words = "".join(f"{name}={text}, " for name, text in arguments.items())
        before = "" if source[:end].rstrip().endswith((",", "(")) else ", "
        edits.append(_Edit(end, end, before + words))
    return _applied(source, edits)


def _replace_template(source: str, problem: Json) -> _Edit:
    call = _call_of(source, problem["consumer"]["task_id"])
    template, fix = problem["pull"]["template"], problem["suggestion"]["replacement"]
    for node in ast.walk(call):
        is_it = isinstance(node, ast.Constant) and node.value == template
        if isinstance(node, ast.expr) and (is_it or _is_output(node, problem["pull"])):
            return _Edit(_start(source, node), _end(source, node), repr(fix))
    raise NoPlace(f"{template!r} of {problem['consumer']['task_id']}")


def _set_dependency(source: str, problem: Json) -> Iterator[_Edit]:
    """The dependency that the suggestion says to write, behind the statement with the task."""
    said = re.findall(r"\w+ >> \w+", problem["suggestion"]["text"])
    call = _call_of(source, problem["consumer"]["task_id"])
    for node in ast.walk(ast.parse(source)) if said else ():
        if isinstance(node, ast.Assign) and ast.dump(node.value) == ast.dump(call):
            end = _index(source, node.end_lineno or 0, node.end_col_offset or 0)
            yield _Edit(end, end, f"\n{' ' * node.col_offset}{said[0]}")


def _is_output(node: ast.AST, pull: Json) -> bool:
    """Whether it is `task.output["key"]`, where the pull has no template."""
    if pull["template"] is not None or not isinstance(node, ast.Subscript):
        return False
    is_of_output = isinstance(node.value, ast.Attribute) and node.value.attr == "output"
    return is_of_output and isinstance(node.slice, ast.Constant) and node.slice.value == pull["key"]


def _rename(source: str, dag_id: str, new_id: str) -> _Edit:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) == "DAG":
            first = node.args[0]
            if isinstance(first, ast.Constant) and first.value == dag_id:
                return _Edit(_start(source, first), _end(source, first), repr(new_id))
    raise NoPlace(dag_id)


def _call_of(source: str, task_id: str) -> ast.Call:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and task_id in _task_ids(node):
            return node
    raise NoPlace(task_id)


def _task_ids(call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg == "task_id" and isinstance(keyword.value, ast.Constant):
            yield str(keyword.value.value)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _start(source: str, node: ast.expr) -> int:
    return _index(source, node.lineno, node.col_offset)


def _end(source: str, node: ast.expr) -> int:
    return _index(source, node.end_lineno or 0, node.end_col_offset or 0)


def _index(source: str, line: int, column: int) -> int:
    """Python counts a column in bytes."""
    lines = source.splitlines(keepends=True)
    return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode())


def _applied(source: str, edits: Sequence[_Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source
