"""Where a task stands in its DAG's source: read as text, never executed; pure."""

import ast
from collections.abc import Collection, Iterator

# Lines of one excerpt; longer definitions are cut around what is marked.
_MOST_LINES = 60


def task_lines(source: str, *, task_id: str, marked: Collection[int]) -> tuple[int, int] | None:
    """First and last line of the task's definition, else of what is marked with some around.

    None when the source tells neither: the task's id is put together elsewhere.
    """
    name = task_id.rpartition(".")[2]
    found = _definition(source, name)
    if found is None:
        return _around(marked)
    first, last = found
    wanted = [line for line in marked if not first <= line <= last]
    if wanted and max(*wanted, last) - min(*wanted, first) < _MOST_LINES:
        first, last = min(*wanted, first), max(*wanted, last)
    return first, min(last, first + _MOST_LINES)


def _around(marked: Collection[int]) -> tuple[int, int] | None:
    if not marked:
        return None
    first = max(min(marked) - 4, 1)
    return first, min(max(marked) + 3, first + _MOST_LINES)


def _definition(source: str, name: str) -> tuple[int, int] | None:
    """The smallest statement that makes a task of that name, or the function called so."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    spans = [span for node in ast.walk(tree) for span in _spans(node, name)]
    return min(spans, key=lambda span: span[1] - span[0], default=None)


def _spans(node: ast.AST, name: str) -> Iterator[tuple[int, int]]:
    if isinstance(node, ast.FunctionDef) and node.name == name:
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        yield first, node.end_lineno or node.lineno
    elif isinstance(node, ast.Assign | ast.Expr | ast.AnnAssign) and _makes(node, name):
        yield node.lineno, node.end_lineno or node.lineno


def _makes(statement: ast.stmt, name: str) -> bool:
    return any(
        isinstance(node, ast.keyword)
        and node.arg == "task_id"
        and isinstance(node.value, ast.Constant)
        and node.value.value == name
        for node in ast.walk(statement)
    )
