"""Rendered fields that Airflow has written over within one try, each with the time we saw that.

A try renders once as a rule. One that is deferred renders again when it goes on, and so does a
sensor that reschedules itself, at every poke: the same try then shows other fields, and what it got
before is nowhere but here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select

from app.model.ids import TaskInstanceKey
from app.model.values import Json
from app.store import tables as t
from app.store.session import ReadSession, WriteSession
from app.store.types import UtcDateTime
from app.store.upsert import Row

#: Versions of one try that are kept; a sensor may poke for days, with a clock in its template.
MOST_VERSIONS = 200


@dataclass(frozen=True, slots=True)
class EarlierRendered:
    try_number: int
    rendered: Mapping[str, Json]
    replaced_at: datetime


def keep_replaced(session: WriteSession, *, tries: Iterable[Row], at: datetime) -> None:
    """Keep the stored fields of these rows of `task_try` where those to be written differ."""
    known = {
        (row["task_instance_pk"], row["try_number"]): row["rendered"]
        for row in tries
        if row["rendered"] is not None
    }
    given = [
        {"instance": instance, "number": number, "written": rendered, "at": at}
        for (instance, number), rendered in known.items()
    ]
    if given:
        session.execute(_KEEP, given)


def read_earlier_rendered(
    session: ReadSession, *, run_pk: int, instance: TaskInstanceKey
) -> tuple[EarlierRendered, ...]:
    """What the tries of this instance showed before they showed what is stored now, in order."""
    rows = session.execute(
        _select(
            run_pk, instance, t.task_try.c.try_number, _OLD.rendered, _OLD.replaced_at
        ).order_by(t.task_try.c.try_number, _OLD.id)
    )
    return tuple(EarlierRendered(*row) for row in rows)


def count_earlier_rendered(session: ReadSession, *, run_pk: int, instance: TaskInstanceKey) -> int:
    """How many those are."""
    return session.scalar(_select(run_pk, instance, func.count())) or 0


def _select(run_pk: int, instance: TaskInstanceKey, *columns: Any) -> Select[*tuple[Any, ...]]:
    of = t.task_instance.c
    return (
        select(*columns)
        .select_from(t.earlier_rendered)
        .join(t.task_try, _OLD.task_try_pk == t.task_try.c.id)
        .join(t.task_instance, t.task_try.c.task_instance_pk == of.id)
        .where(
            of.run_pk == run_pk,
            of.task_id == instance.task_id,
            of.map_index == instance.map_index,
        )
    )


_OLD = t.earlier_rendered.c
_KEPT = select(func.count()).where(_OLD.task_try_pk == t.task_try.c.id).scalar_subquery()
# One statement for the row of each try, as its index finds it: nothing is read into Python.
_KEEP = insert(t.earlier_rendered).from_select(
    ["task_try_pk", "rendered", "replaced_at"],
    select(t.task_try.c.id, t.task_try.c.rendered, bindparam("at", type_=UtcDateTime)).where(
        t.task_try.c.task_instance_pk == bindparam("instance"),
        t.task_try.c.try_number == bindparam("number"),
        t.task_try.c.rendered != bindparam("written", type_=t.task_try.c.rendered.type),
        _KEPT < MOST_VERSIONS,
    ),
)
