"""From Airflow's ids to the numbers of our rows."""

from collections.abc import Collection

from sqlalchemy import select

from app.model.errors import StoreError
from app.model.ids import RunKey
from app.store import tables as t
from app.store.pieces import pieces
from app.store.session import ReadSession, WriteSession
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
    wanted = frozenset(runs)
    found: dict[RunKey, int] = {}
    for some in pieces(sorted(wanted)):
        rows = session.execute(
            select(t.dag.c.dag_id, t.dag_run.c.run_id, t.dag_run.c.id)
            .join(t.dag, t.dag_run.c.dag_pk == t.dag.c.id)
            .where(
                t.dag.c.deployment_id == deployment_pk,
                t.dag.c.dag_id.in_({run.dag_id for run in some}),
                t.dag_run.c.run_id.in_({run.run_id for run in some}),
            )
        )
        found |= {RunKey(dag_id, run_id): number for dag_id, run_id, number in rows}
    # Runs of different DAGs often share a run_id, so that more came back than was asked for.
    return {run: number for run, number in found.items() if run in wanted}


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
