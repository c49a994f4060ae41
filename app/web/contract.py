"""What each task of a DAG gives, and who reads it: learned from its latest runs; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.graph.addresses import found as at_path
from app.graph.addresses import joined, label
from app.model.facts import Task, XCom
from app.model.values import Json, Path
from app.store.pages.dag import LeafReader
from app.web import text

# Keys of one producer that are listed.
_MOST_KEYS = 40
# What the KubernetesPodOperator pushes for itself.
_OPERATORS_OWN = frozenset({"pod_name", "pod_namespace"})


@dataclass(frozen=True, slots=True)
class KeyReader:
    task: str
    field: str
    runs: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    name: str
    type: str
    readers: tuple[KeyReader, ...]


@dataclass(frozen=True, slots=True)
class ProducerContract:
    task_id: str
    operator: str
    rows: tuple[KeyRow, ...]
    unread: str  # The names of the keys that nobody reads.


def contracts(
    tasks: Iterable[Task], xcoms: Iterable[XCom], readers: Iterable[LeafReader]
) -> tuple[ProducerContract, ...]:
    """One contract per task that gives something, in the DAG's order."""
    operators = {task.task_id: task.operator for task in tasks}
    values: dict[str, dict[str, Json]] = {}
    for xcom in xcoms:
        if xcom.at.key not in _OPERATORS_OWN:
            values.setdefault(xcom.at.instance.task_id, {})[xcom.at.key] = xcom.value
    read: dict[str, list[LeafReader]] = {}
    for reader in readers:
        read.setdefault(reader.task_id, []).append(reader)
    givers = dict.fromkeys((*operators, *values, *read))
    return tuple(
        _contract(
            task_id, operators.get(task_id, ""), values.get(task_id, {}), read.get(task_id, [])
        )
        for task_id in givers
        if task_id in values or task_id in read
    )


def _contract(
    task_id: str, operator: str, values: dict[str, Json], readers: list[LeafReader]
) -> ProducerContract:
    rows: dict[str, tuple[str, list[KeyReader]]] = {}
    for key in dict.fromkeys(one.key for one in readers):
        of_key = [one for one in readers if one.key == key]
        ports = joined(list(dict.fromkeys(one.path for one in of_key)))
        for one in of_key:
            port = ports[one.path]
            kind = _type_at(values.get(key), one.path) if key in values else ""
            _, found = rows.setdefault(label(key, port), (kind, []))
            _add(found, one)
    unread = [name for name in _names(values) if not _is_read(name, rows)]
    return ProducerContract(
        task_id=task_id,
        operator=operator,
        rows=tuple(KeyRow(name, kind, tuple(found)) for name, (kind, found) in rows.items()),
        unread=_listed(unread),
    )


def _add(found: list[KeyReader], one: LeafReader) -> None:
    if not any((known.task, known.field) == (one.consumer_task_id, one.field) for known in found):
        found.append(KeyReader(one.consumer_task_id, one.field, text.count(one.runs, "run")))


def _names(values: dict[str, Json]) -> list[str]:
    names: list[str] = []
    for key, value in values.items():
        if key == "return_value" and isinstance(value, dict):
            names += [label(key, (name,)) for name in value]
        else:
            names.append(key)
    return names


def _is_read(name: str, rows: dict[str, tuple[str, list[KeyReader]]]) -> bool:
    # Rows of a return_value that is a list are called by its items alone: `[*]['uri']`.
    parts = (f"{name}.", f"{name}[", *(("[",) if name == "return_value" else ()))
    return "return_value" in rows or any(row == name or row.startswith(parts) for row in rows)


def _listed(names: list[str]) -> str:
    left = len(names) - _MOST_KEYS
    shown = ", ".join(names[:_MOST_KEYS])
    return f"{shown} and {left} more" if left > 0 else shown


def _type_at(value: Json, path: Path) -> str:
    try:
        found = at_path(value, path)
    except LookupError:
        return ""
    if isinstance(found, dict):
        return text.count(len(found), "key")
    if isinstance(found, list):
        return f"list of {len(found)}"
    return _SCALARS[type(found)]


_SCALARS = {type(None): "null", bool: "boolean", int: "number", float: "number", str: "string"}
