"""One value that a task gave or got, by its address, and every other place of the same text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from app.model.errors import NotKept
from app.model.ids import TaskInstanceKey
from app.model.leaves import Leaf, LeafAddress, Place
from app.model.values import Json, Path
from app.query.terms import Contains, Is, Named, Query, Scope, Term
from app.store import tables as t
from app.store.pages.places import read_run_row
from app.store.search.finding import search
from app.store.search.occurrences import leaves_with_text
from app.store.search.waiting import TRY_TIME
from app.store.session import AnyRow, ReadSession

#: Places of one answer that hold the text alone, and that hold it within a longer one.
MOST_ALONE, MOST_WITHIN = 1_000, 300
# Seconds for the latter; what is not found by then is asked for with the older ones.
_SECONDS = 1.0
# Texts that are shorter are looked for nowhere within others.
_SHORTEST_WITHIN = 3


@dataclass(frozen=True, slots=True)
class AskedValue:
    """The address of a value. Without a time: the last that the try gave, or that any gave."""

    deployment: str
    place: Place
    instance: TaskInstanceKey
    name: str
    path: Path = ()
    try_number: int | None = None
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldValue:
    """`whole`: the XCom, or the rendered field, in which the value stands at the address's path.

    `rendered`: the fields of the try, where they were seen.
    """

    at: LeafAddress
    whole: Json
    airflow_url: str
    state: str | None  # Of the try.
    size: int | None  # Bytes of the whole XCom.
    truncated: bool = False
    sha256: str | None = None  # Of the whole XCom, where it was too long to be kept.
    is_gone: bool = False
    rendered: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SameText:
    """Leaves that hold a text, the newest first. `older`: the number to go on below, if any."""

    leaves: tuple[Leaf, ...] = ()
    older: int | None = None


def read_held_value(session: ReadSession, asked: AskedValue) -> HeldValue:
    """Raises NotKept when the run, the try or this version of the value is not stored."""
    run = read_run_row(session, deployment_name=asked.deployment, run=asked.instance.run)
    tries = session.execute(_tries(run.id, asked.instance)).all()
    if asked.place is Place.FIELD:
        return _field(asked, run, tries)
    versions = session.execute(
        select(t.xcom)
        .where(
            t.xcom.c.run_pk == run.id,
            t.xcom.c.task_id == asked.instance.task_id,
            t.xcom.c.map_index == asked.instance.map_index,
            t.xcom.c.key == asked.name,
        )
        .order_by(t.xcom.c.timestamp, t.xcom.c.id)
    ).all()
    return _xcom(asked, run, tries, versions)


def read_same_text(session: ReadSession, text: str, *, older: int | None = None) -> SameText:
    """The newest leaves that are this text or hold it, down to a number; all above it are there."""
    found = [leaves_with_text(session, text, older=older, most=MOST_ALONE)]
    if len(text) >= _SHORTEST_WITHIN:
        query = Query((Term(Contains(text)), Term(Is(text), is_negated=True)))
        found.append(search(session, query, older=older, most=MOST_WITHIN, seconds=_SECONDS))
    reached = max((one.older for one in found if one.older is not None), default=None)
    leaves = [leaf for one in found for leaf in one.leaves if leaf.number >= (reached or 0)]
    return SameText(tuple(sorted(leaves, key=lambda leaf: -leaf.number)), reached)


def read_same_text_in_run(session: ReadSession, text: str, *, of: LeafAddress) -> tuple[Leaf, ...]:
    """The newest leaves of one run that are this text or hold it."""
    named = {
        Scope.DEPLOYMENT: of.deployment,
        Scope.DAG: of.instance.dag_id,
        Scope.RUN: of.instance.run_id,
    }
    terms = [Term(Named(scope, name)) for scope, name in named.items()]
    query = Query((Term(Contains(text)), *terms))
    return search(session, query, most=MOST_WITHIN, seconds=_SECONDS).leaves


def read_some_same_text(session: ReadSession, text: str, *, most: int) -> SameText:
    """The newest leaves that are this text."""
    found = leaves_with_text(session, text, most=most)
    return SameText(found.leaves, found.older)


def _tries(run_pk: int, instance: TaskInstanceKey) -> Select[*tuple[Any, ...]]:
    return (
        select(
            t.task_try.c.try_number,
            t.task_try.c.start,
            t.task_try.c.state,
            t.task_try.c.rendered,
            TRY_TIME.label("time"),
        )
        .join(t.task_instance, t.task_try.c.task_instance_pk == t.task_instance.c.id)
        .join(t.dag_run, t.task_instance.c.run_pk == t.dag_run.c.id)
        .where(
            t.task_instance.c.run_pk == run_pk,
            t.task_instance.c.task_id == instance.task_id,
            t.task_instance.c.map_index == instance.map_index,
        )
        .order_by(t.task_try.c.try_number)
    )


def _field(asked: AskedValue, run: AnyRow, tries: Sequence[AnyRow]) -> HeldValue:
    seen = [
        row
        for row in tries
        if asked.name in (row.rendered or {}) and asked.try_number in {None, row.try_number}
    ]
    if not seen:
        raise NotKept(f"The field {asked.name} of {asked.instance.task_id} is not stored")
    row = seen[-1]
    return HeldValue(
        _address(asked, row.try_number, row.time),
        whole=row.rendered[asked.name],
        airflow_url=run.url,
        state=row.state,
        size=None,
        is_gone=run.gone_at is not None,
        rendered=row.rendered,
    )


def _xcom(
    asked: AskedValue, run: AnyRow, tries: Sequence[AnyRow], versions: Sequence[AnyRow]
) -> HeldValue:
    givers = [_giver(version.timestamp, tries) for version in versions]
    fits = [
        (version, giver)
        for version, giver in zip(versions, givers, strict=True)
        if _is_asked(asked, version, giver)
    ]
    if not fits:
        raise NotKept(f"This value of {asked.name} of {asked.instance.task_id} is not stored")
    version, giver = fits[-1]
    return HeldValue(
        _address(asked, giver.try_number if giver else 0, version.timestamp),
        whole=version.value,
        airflow_url=run.url,
        state=giver.state if giver else None,
        size=version.size,
        truncated=version.truncated,
        sha256=version.sha256,
        is_gone=(version.gone_at or run.gone_at) is not None,
        rendered=giver.rendered or {} if giver else {},
    )


def _giver(time: datetime, tries: Sequence[AnyRow]) -> AnyRow | None:
    """Airflow does not tell an XCom's try: it is the last that had begun."""
    began = [row for row in tries if row.start is not None and row.start <= time]
    return began[-1] if began else None


def _is_asked(asked: AskedValue, version: AnyRow, giver: AnyRow | None) -> bool:
    if asked.time is not None:
        return bool(version.timestamp == asked.time)
    return asked.try_number is None or giver is None or giver.try_number == asked.try_number


def _address(asked: AskedValue, try_number: int, time: datetime) -> LeafAddress:
    return LeafAddress(
        asked.deployment, asked.place, asked.instance, try_number, asked.name, asked.path, time
    )
