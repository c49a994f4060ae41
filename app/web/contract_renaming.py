"""What breaks when a key is renamed: the fields that read it, each with its line; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.lineage.beginnings import holds
from app.web import text
from app.web.contract import KeyReader, KeyRow

# Characters of a line of source.
_ROOM = 200


@dataclass(frozen=True, slots=True)
class BreakingField:
    dag_id: str
    task: str
    field: str
    line: int | None
    source: str  # The line itself; empty where it is not known, or no longer names the key.


@dataclass(frozen=True, slots=True)
class Renaming:
    """`title`: "renaming it breaks 4 fields". `whole`: fields that get a value it stands in.

    `mistyped`: fields that read it once, and by their newest source would but for a mistake in it.
    """

    title: str
    fields: tuple[BreakingField, ...]
    whole: tuple[BreakingField, ...]
    copied: str
    mistyped: tuple[tuple[BreakingField, str], ...] = ()  # With the page of the problem of each.


def renaming(
    row: KeyRow,
    rows: Iterable[KeyRow],
    *,
    producer: tuple[str, str],
    sources: Mapping[str, str],
) -> Renaming | None:
    """None for what has no name to change, or is read by none. `producer`: its DAG and task."""
    name = row.place[-1] if row.place else None
    if not isinstance(name, str) or row.place == ("return_value",):
        return None
    known = [other for other in rows if other.is_known]
    # A key by its own name, or by a part of what stands in it.
    named_by = [one for other in known if holds(row.place, other.place) for one in other.readers]
    by_name = [one for one in named_by if not one.mistyped]
    around = [
        one
        for other in known
        if other.place != row.place and holds(other.place, row.place)
        for one in other.readers
    ]
    fields = tuple(dict.fromkeys(_field(one, name, sources) for one in by_name))
    named = {(one.dag_id, one.task, one.field) for one in fields}
    whole = tuple(
        one
        for one in dict.fromkeys(_field(one, "", sources) for one in around)
        if (one.dag_id, one.task, one.field) not in named
    )
    if not fields:
        return None
    title = f"breaks {text.count(len(fields), 'field')}"
    broken = {_field(one, name, sources): one.mistyped for one in named_by if one.mistyped}
    copied = _copied(row, producer, fields, whole)
    return Renaming(title, fields, whole, copied, tuple(broken.items()))


def _field(one: KeyReader, name: str, sources: Mapping[str, str]) -> BreakingField:
    line = _line(sources.get(one.dag_id, ""), one.line, name)
    return BreakingField(one.dag_id, one.task, one.field, one.line, line)


def _line(source: str, number: int | None, name: str) -> str:
    """The line, where it still names the key: the newest source may be another than that run's."""
    lines = source.splitlines()
    if number is None or not 0 < number <= len(lines):
        return ""
    line = lines[number - 1].strip()
    return line[:_ROOM] if name and name in line else ""


def _copied(
    row: KeyRow,
    producer: tuple[str, str],
    fields: tuple[BreakingField, ...],
    whole: tuple[BreakingField, ...],
) -> str:
    dag_id, task_id = producer
    said = [f"Renaming {row.name} of task {task_id} in DAG {dag_id} breaks"]
    said[0] += f" {text.count(len(fields), 'field')}:"
    said += [_told(one) for one in fields]
    if whole:
        said += ["These get it within a whole value, and may read it there:", *map(_told, whole)]
    return "\n".join(said)


def _told(one: BreakingField) -> str:
    line = f", line {one.line}" if one.line else ""
    source = f": {one.source}" if one.source else ""
    return f"- {one.dag_id} / {one.task} {one.field}{line}{source}"
