"""From Airflow's ids to the numbers of our rows."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, and_, bindparam, select

from app.model.errors import StoreError
from app.model.ids import RunKey
from app.store import tables as t
from app.store.given import given_rows, listed_rows
from app.store.session import AnyRow, ReadSession, WriteSession
from app.store.upsert import upsert


def ensure_dags(
    session: WriteSession, *, deployment_pk: int, dag_ids: Collection[str]
) -> dict[str, int]:
    """The number of each DAG; one that we have not heard of is put in by its id alone."""
    known = dag_numbers(session, deployment_pk=deployment_pk)
    new = sorted(set(dag_ids) - known.keys())
    if not new:
        return known
    rows = [
        {"deployment_id": deployment_pk, "dag_id": dag_id, "display_name": dag_id} for dag_id in new
    ]
    upsert(session, t.dag, rows, unique=["deployment_id", "dag_id"], returning="id")
    return dag_numbers(session, deployment_pk=deployment_pk)


def dag_numbers(session: ReadSession, *, deployment_pk: int) -> dict[str, int]:
    """The number of every DAG of the deployment."""
    rows = session.execute(
        select(t.dag.c.dag_id, t.dag.c.id).where(t.dag.c.deployment_id == deployment_pk)
    )
    return {row.dag_id: row.id for row in rows}


def run_numbers(
    session: ReadSession, *, deployment_pk: int, runs: Collection[RunKey]
) -> dict[RunKey, int]:
    """The number of each of these runs that is stored."""
    rows = run_rows(session, deployment_pk=deployment_pk, runs=runs)
    return {run: row.id for run, row in rows.items()}


def run_rows(
    session: ReadSession,
    *,
    deployment_pk: int,
    runs: Collection[RunKey],
    also: tuple[ColumnElement[Any], ...] = (),
) -> dict[RunKey, AnyRow]:
    """A row with `id`, and these columns of `dag_run`, for each of these runs that is stored."""
    rows = [{"dag_id": run.dag_id, "run_id": run.run_id} for run in runs]
    given = {"deployment_pk": deployment_pk, "wanted": listed_rows(session.dialect, _KEY, rows)}
    found = session.execute(_runs_of(session.dialect.name, _KEY, also), given)
    return {RunKey(row.dag_id, row.run_id): row for row in found if row.id is not None}


def named_run_rows(
    session: ReadSession,
    runs: Collection[tuple[str, RunKey]],
    *,
    also: tuple[ColumnElement[Any], ...] = (),
) -> dict[tuple[str, RunKey], AnyRow]:
    """The same for runs of several deployments, each told with its deployment's name."""
    rows = [{"name": name, "dag_id": run.dag_id, "run_id": run.run_id} for name, run in runs]
    given = {"wanted": listed_rows(session.dialect, _NAMED_KEY, rows)}
    found = session.execute(_runs_of(session.dialect.name, _NAMED_KEY, also), given)
    return {(row.name, RunKey(row.dag_id, row.run_id)): row for row in found if row.id is not None}


_KEY = (t.dag.c.dag_id, t.dag_run.c.run_id)
_NAMED_KEY = (t.deployment.c.name, *_KEY)


@lru_cache
def _runs_of(
    dialect: str, key: tuple[Column[Any], ...], also: tuple[ColumnElement[Any], ...]
) -> Select[*tuple[Any, ...]]:
    # Outer joins keep SQLite to the order of the tables; PostgreSQL goes through all runs for them.
    is_kept = dialect == "sqlite"
    dag, run = t.dag.c, t.dag_run.c
    joined = wanted = given_rows(dialect, key, "wanted")
    whose: ColumnElement[int] = bindparam("deployment_pk")
    if key is _NAMED_KEY:
        whose = t.deployment.c.id
        joined = joined.join(t.deployment, t.deployment.c.name == wanted.c.name, is_kept)
    of_dag = and_(dag.deployment_id == whose, dag.dag_id == wanted.c.dag_id)
    of_run = and_(run.dag_pk == dag.id, run.run_id == wanted.c.run_id)
    joined = joined.join(t.dag, of_dag, is_kept).join(t.dag_run, of_run, is_kept)
    return select(*wanted.c, run.id, *also).select_from(joined)


def stored_runs(
    session: ReadSession, *, deployment_pk: int, runs: Collection[RunKey]
) -> dict[RunKey, int]:
    """The number of each of these runs.

    Raises StoreError when one is not stored: a run is written before what belongs to it.
    """
    numbers = run_numbers(session, deployment_pk=deployment_pk, runs=runs)
    for run in runs:
        if run not in numbers:
            raise StoreError(f"run {run.run_id} of DAG {run.dag_id} is not stored yet")
    return numbers
