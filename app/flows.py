"""Pulls of DAG files, told from their sources alone: no Airflow, no database."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from app.lineage.fields import address
from app.lineage.pulls import DeclaredPull, declared_pulls
from app.lineage.source.declare import declare
from app.lineage.template.holes import shown
from app.model.errors import XcomtraceError

_COLUMNS = ("consumer", "field", "producer", "key and path", "status")


class UnreadableFile(XcomtraceError):
    """A file named on the command line cannot be read."""


def claims(file: str, source: str) -> list[dict[str, Any]]:
    """The pulls that the source declares, as design.md's JSON names them, in its order."""
    return [_claim(file, pull) for pull in declared_pulls(declare(source, file))]


def of_files(paths: Iterable[Path]) -> tuple[list[dict[str, Any]], list[str]]:
    """The pulls of all files, and a line for each that could not be read, or not wholly.

    Raises UnreadableFile.
    """
    found, unread = [], []
    for file, source in _sources(paths):
        found.extend(claims(file, source))
        problem = declare(source, file).problem
        unread.extend([f"{file}: {problem}"] if problem else [])
    return found, unread


def _sources(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Each file with its text; a folder stands for the Python files below it.

    Raises UnreadableFile.
    """
    for path in paths:
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            try:
                yield str(file), file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise UnreadableFile(f"{file} cannot be read: {error}") from error


def as_json(found: list[dict[str, Any]]) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False)


def as_table(found: list[dict[str, Any]]) -> str:
    """One line for each pull, in columns as wide as they need to be."""
    rows = [_COLUMNS, *map(_row, found)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_COLUMNS))]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def _claim(file: str, pull: DeclaredPull) -> dict[str, Any]:
    return {
        "file": file,
        "dag_id": _shown(pull.dag_id),
        "consumer_task": shown(pull.task_id),
        "field": shown(pull.field),
        "producer_dag_id": _shown(pull.producer_dag_id),
        "producer_task_ids": [shown(one) for one in pull.producer_task_ids],
        "xcom_key": shown(pull.key) or None,
        "path": list(pull.path),
        "operations": list(pull.operations),
        "kind": pull.kind,
        "line": pull.line,
        "status": pull.status.value,
        "reason": pull.reason,
    }


def _shown(text: str | None) -> str | None:
    return None if text is None else shown(text)


def _row(claim: dict[str, Any]) -> tuple[str, ...]:
    producers = " ".join(claim["producer_task_ids"]) or "?"
    if claim["producer_dag_id"] != claim["dag_id"]:
        producers = f"{claim['producer_dag_id']}: {producers}"
    dag = f"{claim['dag_id']}." if claim["dag_id"] else ""
    status = f"{claim['status']}: {claim['reason']}" if claim["reason"] else claim["status"]
    value = address(claim["xcom_key"] or "*", tuple(claim["path"])) + "".join(claim["operations"])
    place = f"{claim['file']}:{claim['line'] or '?'} {dag}{claim['consumer_task']}"
    return (place, claim["field"], producers, value, status)
