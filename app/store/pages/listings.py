"""Plain lists of DAGs and runs, for the JSON."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.model.facts import Dag, Run
from app.model.ids import RunKey
from app.store.dags import dag_from
from app.store.pages.places import find_dag, find_deployment
from app.store.runs import run_from
from app.store.session import ReadSession
from app.store.tables import dag, dag_run


@dataclass(frozen=True, slots=True)
class ListedRun:
    run: Run
    sealed_at: datetime | None  # When we stopped visiting it.
    gone_at: datetime | None  # When Airflow was seen to have deleted it.
    is_analysed: bool


def list_dags(session: ReadSession, *, deployment_name: str) -> tuple[Dag, ...]:
    """Every DAG by its id. Raises NotKept."""
    pk = find_deployment(session, deployment_name)
    rows = session.execute(select(dag).where(dag.c.deployment_id == pk).order_by(dag.c.dag_id))
    return tuple(dag_from(row) for row in rows)


def list_runs(
    session: ReadSession, *, deployment_name: str, dag_id: str, most: int
) -> tuple[ListedRun, ...]:
    """The newest runs first. Raises NotKept."""
    pk = find_dag(session, deployment_name=deployment_name, dag_id=dag_id)
    rows = session.execute(
        select(dag_run)
        .where(dag_run.c.dag_pk == pk, dag_run.c.pruned_at.is_(None))
        .order_by(dag_run.c.run_after.desc().nulls_last(), dag_run.c.id.desc())
        .limit(most)
    )
    return tuple(
        ListedRun(
            run=run_from(RunKey(dag_id, row.run_id), row),
            sealed_at=row.sealed_at,
            gone_at=row.gone_at,
            is_analysed=row.analysed_by is not None,
        )
        for row in rows
    )
