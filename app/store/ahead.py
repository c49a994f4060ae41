"""The newest version of each DAG, for whoever looks at it before it runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import exists, func, select

from app.model.facts import Task
from app.store import tables as t
from app.store.facts import major_of, read_definition, read_other_dags
from app.store.session import ReadSession


@dataclass(frozen=True, slots=True, order=True)
class Newest:
    """A DAG's newest version by its number in the store; what is stored of it says what it is."""

    dag_pk: int
    version_pk: int | None  # None: the DAG has no version here.
    has_source: bool
    has_tasks: bool
    is_stale: bool  # Airflow no longer has the DAG.


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What a DAG will run as."""

    version_number: int | None
    source: str
    tasks: tuple[Task, ...]
    airflow_major: int
    other_dags: Mapping[str, frozenset[str]]


def newest_versions(session: ReadSession, *, deployment_pk: int) -> dict[str, Newest]:
    """Every DAG of the deployment by its id, with its newest version."""
    c = t.dag_version.c
    newest = select(c.dag_pk, func.max(c.version_number).label("number")).group_by(c.dag_pk)
    latest = newest.subquery()
    rows = session.execute(
        select(
            t.dag.c.dag_id,
            t.dag.c.id,
            t.dag.c.is_stale,
            c.id.label("version_pk"),
            c.source.is_not(None).label("has_source"),
            exists().where(t.task.c.dag_version_pk == c.id).label("has_tasks"),
        )
        .outerjoin(latest, latest.c.dag_pk == t.dag.c.id)
        .outerjoin(t.dag_version, (c.dag_pk == t.dag.c.id) & (c.version_number == latest.c.number))
        .where(t.dag.c.deployment_id == deployment_pk)
        .order_by(t.dag.c.dag_id)
    )
    return {
        row.dag_id: Newest(
            row.id, row.version_pk, bool(row.has_source), bool(row.has_tasks), bool(row.is_stale)
        )
        for row in rows
    }


def read_upcoming(session: ReadSession, *, deployment_pk: int, dag_pk: int) -> Upcoming:
    """The DAG's newest version, and the other DAGs as they are now."""
    definition = read_definition(session, dag_pk, None)
    version = session.scalar(
        select(t.deployment.c.airflow_version).where(t.deployment.c.id == deployment_pk)
    )
    return Upcoming(
        version_number=definition.version_number,
        source=definition.source or "",
        tasks=definition.tasks,
        airflow_major=major_of(version),
        other_dags=read_other_dags(session, deployment_pk, dag_pk),
    )
