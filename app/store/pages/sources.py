"""The source of a run's DAG version."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.model.ids import RunKey
from app.store.session import ReadSession
from app.store.tables import dag, dag_run, dag_version, deployment


@dataclass(frozen=True, slots=True)
class SourceText:
    """The DAG's own file. `source` None: not mirrored, or we may not read it."""

    fileloc: str
    version_number: int | None
    source: str | None


def read_source(session: ReadSession, *, deployment_name: str, run: RunKey) -> SourceText:
    """Of the version that ran, of the latest when Airflow did not tell it."""
    any_version = dag_version.alias("any_version")
    newest = (
        select(func.max(any_version.c.version_number))
        .where(any_version.c.dag_pk == dag.c.id)
        .correlate(dag)
        .scalar_subquery()
    )
    number = func.coalesce(dag_run.c.version_number, newest)
    row = session.execute(
        select(dag.c.fileloc, number, dag_version.c.source)
        .join(deployment, deployment.c.id == dag.c.deployment_id)
        .join(dag_run, (dag_run.c.dag_pk == dag.c.id) & (dag_run.c.run_id == run.run_id))
        .outerjoin(
            dag_version,
            (dag_version.c.dag_pk == dag.c.id) & (dag_version.c.version_number == number),
        )
        .where(deployment.c.name == deployment_name, dag.c.dag_id == run.dag_id)
    ).one_or_none()
    return SourceText(*row) if row else SourceText("", None, None)


def read_version_source(
    session: ReadSession, *, deployment_name: str, dag_id: str, version_number: int | None
) -> SourceText:
    """Of that version of the DAG."""
    row = session.execute(
        select(dag.c.fileloc, dag_version.c.version_number, dag_version.c.source)
        .join(deployment, deployment.c.id == dag.c.deployment_id)
        .outerjoin(
            dag_version,
            (dag_version.c.dag_pk == dag.c.id) & (dag_version.c.version_number == version_number),
        )
        .where(deployment.c.name == deployment_name, dag.c.dag_id == dag_id)
    ).one_or_none()
    return SourceText(*row) if row else SourceText("", None, None)
