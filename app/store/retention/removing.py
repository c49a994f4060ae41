"""The rows of runs that were given up, removed so many at a time."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Select, Table, delete, select

from app.store import tables as t
from app.store.among import among
from app.store.search.writing import delete_some_leaves
from app.store.session import ReadSession, WriteSession

# Children before what they point at: nothing is left to be deleted by the database's own cascade,
# which knows no measure.
_OF_RUNS = (t.flow, t.candidates, t.reach, t.problem)
# Runs of one step; most are small.
_RUNS_AT_ONCE = 50


def remove_some(session: WriteSession, *, most: int) -> int:
    """How many rows were removed of the runs given up, at most so many; 0 when none is left."""
    left, runs = most, _given_up(session, most=min(most, _RUNS_AT_ONCE))
    for table, rows in _rows_of(session, runs):
        while left > 0 and (removed := _remove(session, table, rows.limit(left), left)):
            left -= removed
    return most - left


def has_given_up(session: ReadSession) -> bool:
    """Whether there are runs given up, of which rows may be left."""
    return bool(_given_up(session, most=1))


def _given_up(session: ReadSession, *, most: int) -> list[int]:
    rows = session.execute(
        select(t.dag_run.c.id)
        .where(t.dag_run.c.pruned_at.is_not(None))
        .order_by(t.dag_run.c.id)
        .limit(most)
    )
    return list(rows.scalars())


def _rows_of(
    session: ReadSession, runs: Collection[int]
) -> Iterator[tuple[Table, Select[*tuple[Any, ...]]]]:
    """Of all the runs together, as a statement of one run takes as long."""
    for table in (*_OF_RUNS, t.xcom):
        yield table, select(table.c.id).where(among(session, table.c.run_pk, runs))
    instance = t.task_instance.c
    of_runs = among(session, instance.run_pk, runs)
    tries = select(t.task_try.c.id).join(
        t.task_instance, t.task_try.c.task_instance_pk == instance.id
    )
    yield t.task_try, tries.where(of_runs)
    yield t.task_instance, select(instance.id).where(of_runs)
    yield t.dag_run, select(t.dag_run.c.id).where(among(session, t.dag_run.c.id, runs))


def _remove(session: WriteSession, table: Table, rows: Select[*tuple[Any, ...]], most: int) -> int:
    """How many rows were removed: the leaves of these rows first."""
    pks = list(session.execute(rows).scalars())
    if table in {t.xcom, t.task_try}:
        owners = {"xcoms" if table is t.xcom else "tries": pks}
        leaves = delete_some_leaves(session, most=most, **owners)
        if leaves:
            return leaves
    if table is t.task_try:
        earlier = t.earlier_rendered.c.task_try_pk
        session.execute(delete(t.earlier_rendered).where(among(session, earlier, pks)))
    session.execute(delete(table).where(among(session, table.c.id, pks)))
    return len(pks)
