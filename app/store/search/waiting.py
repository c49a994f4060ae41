"""XComs and tries that wait for the index: new ones, changed ones, those of older stores."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.model.leaves import Place
from app.model.values import Json
from app.store.search.numbers import EPOCH
from app.store.session import AnyRow, ReadSession
from app.store.tables import dag_run, task_instance, task_try, xcom


@dataclass(frozen=True, slots=True)
class Waiting:
    """An XCom with its key and value; or a try with its fields by name, and None as key."""

    place: Place
    pk: int
    dag_pk: int
    task_id: str
    time: datetime
    key: str | None
    value: Json


#: When a try began, or was to; leaves of its fields are of that time.
TRY_TIME = func.coalesce(
    task_try.c.start,
    task_try.c.queued_at,
    dag_run.c.start,
    dag_run.c.run_after,
    dag_run.c.logical_date,
)


def waiting(
    session: ReadSession, *, most: int, run_pks: Collection[int] | None = None
) -> tuple[Waiting, ...]:
    """Up to so many XComs, and as many tries, the newest first: of these runs, or of all."""
    of_runs: list[ColumnElement[bool]] = []
    if run_pks is not None:
        of_runs = [dag_run.c.id.in_(run_pks)]
    xcoms = session.execute(_xcoms().where(*of_runs).limit(most))
    tries = session.execute(_tries().where(*of_runs).limit(most))
    return (*map(_xcom, xcoms), *map(_try, tries))


def _xcoms() -> Select[*tuple[Any, ...]]:
    return (
        select(xcom, dag_run.c.dag_pk)
        .join(dag_run, xcom.c.run_pk == dag_run.c.id)
        .where(xcom.c.indexed_by.is_(None), dag_run.c.pruned_at.is_(None))
        .order_by(xcom.c.id.desc())
    )


def _tries() -> Select[*tuple[Any, ...]]:
    return (
        select(
            task_try.c.id,
            task_try.c.rendered,
            TRY_TIME.label("time"),
            task_instance.c.task_id,
            dag_run.c.dag_pk,
        )
        .join(task_instance, task_try.c.task_instance_pk == task_instance.c.id)
        .join(dag_run, task_instance.c.run_pk == dag_run.c.id)
        .where(task_try.c.indexed_by.is_(None), dag_run.c.pruned_at.is_(None))
        .order_by(task_try.c.id.desc())
    )


def _xcom(row: AnyRow) -> Waiting:
    return Waiting(Place.XCOM, row.id, row.dag_pk, row.task_id, row.timestamp, row.key, row.value)


def _try(row: AnyRow) -> Waiting:
    time = row.time or EPOCH
    return Waiting(Place.FIELD, row.id, row.dag_pk, row.task_id, time, None, row.rendered)
