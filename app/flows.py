"""Pulls of DAG files, told from their sources alone: no Airflow, no database."""

import json
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from app.lineage.fields import address
from app.lineage.pulls import DeclaredPull, declared_pulls
from app.lineage.source.declare import declare
from app.lineage.template.holes import shown

_COLUMNS = ("consumer", "field", "producer", "key and path", "status")


def claims(file: str, source: str) -> list[dict[str, Any]]:
    """The pulls that the source declares, as design.md's JSON names them, in its order."""
    return [_claim(file, pull) for pull in declared_pulls(declare(source, file))]


def of_files(paths: Iterable[Path]) -> tuple[list[dict[str, Any]], list[str]]:
    """The pulls of all files, and a line for each that could not be read, or not wholly.

    A folder stands for the Python files below it.
    """
    sources, unread = read_files(paths)
    return [claim for file, source in sources.items() for claim in claims(file, source)], unread


def read_files(paths: Iterable[Path]) -> tuple[dict[str, str], list[str]]:
    """The sources by their files, and a line for each that is not read, or not wholly followed."""
    sources, unread = {}, []
    for file in _files(paths):
        try:
            sources[str(file)] = _source(file)
        except (OSError, SyntaxError, UnicodeDecodeError) as error:
            unread.append(f"{file} cannot be read: {error}")
            continue
        problem = declare(sources[str(file)], str(file)).problem
        unread.extend([f"{file}: {problem}"] if problem else [])
    return sources, unread


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _source(file: Path) -> str:
    """The file's text, in the encoding that its first lines may name."""
    with tokenize.open(file) as opened:
        return opened.read()


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
