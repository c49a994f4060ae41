"""A call of `xcom_pull` in a task's Python code."""

import ast
from typing import Any

from app.lineage.source.airflow_values import PullCall, Pulled
from app.lineage.template.reads import by_name


def pull(calls: list[PullCall], args: list[Any], kwargs: dict[str, Any], node: ast.Call) -> Pulled:
    """The value that the call gives, noted among the calls."""
    arguments = by_name(args, kwargs)
    is_open = arguments.pop("**", None) is not None
    made = PullCall(arguments, node.lineno, is_open)
    calls.append(made)
    return Pulled(made).noted(1)
