"""Mistakes in the pulls of DAG files, told from their sources alone: no Airflow, no database."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

from app.flows import read_files
from app.lineage.before.files import dags_of, file_problems
from app.model.facts import AIRFLOW_3
from app.model.findings import Problem

#: A problem and the file in which it is.
Found: TypeAlias = tuple[str, Problem]


def of_files(
    paths: Iterable[Path], *, airflow_major: int = AIRFLOW_3
) -> tuple[list[Found], list[str]]:
    """The problems of all files, and a line for each that could not be read, or not wholly.

    A folder stands for the Python files below it. A pull from another DAG is checked where one of
    the files holds that DAG.
    """
    sources, unread = read_files(paths)
    dags = {file: dags_of(source, file) for file, source in sources.items()}
    found = []
    for file, source in sources.items():
        others = {
            one: ids for each, own in dags.items() if each != file for one, ids in own.items()
        }
        problems = file_problems(source, file, {**others, **dags[file]}, airflow_major)
        found += [(file, one) for one in problems]
    return found, unread


def as_json(found: Iterable[Found]) -> str:
    return json.dumps([_shape(*one) for one in found], indent=2, ensure_ascii=False)


def as_lines(found: Iterable[Found]) -> str:
    """`file:line: severity kind: what is wrong`, with the correction below it."""
    return "\n".join(line for one in found for line in _lines(*one))


def _shape(file: str, problem: Problem) -> dict[str, Any]:
    consumer, pull, suggestion = problem.consumer, problem.pull, problem.suggestion
    return {
        "file": file,
        "line": pull.line if pull else None,
        "kind": problem.kind.value,
        "severity": problem.severity.value,
        "title": problem.title,
        "dag_id": consumer.instance.dag_id if consumer else None,
        "task_id": consumer.instance.task_id if consumer else None,
        "field": consumer.field if consumer else None,
        "template": pull.template if pull else None,
        "suggestion": suggestion.text if suggestion else None,
        "replacement": suggestion.replacement if suggestion else None,
        "cause": problem.cause,
    }


def _lines(file: str, problem: Problem) -> list[str]:
    consumer, pull, suggestion = problem.consumer, problem.pull, problem.suggestion
    place = f"{file}:{pull.line}" if pull and pull.line else file
    field = f" ({consumer.field})" if consumer else ""
    lines = [f"{place}: {problem.severity.value} {problem.kind.value}: {problem.title}{field}"]
    if pull and pull.template:
        lines.append(f"    {pull.template}")
    if suggestion:
        lines.append(f"    {suggestion.text}")
    if suggestion and suggestion.replacement and pull and pull.template:
        lines.append(f"    {suggestion.replacement}")
    return lines
