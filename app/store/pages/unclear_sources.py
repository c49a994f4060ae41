"""DAGs whose newest source tells us nothing about their pulls."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.store import tables as t
from app.store.session import ReadSession


@dataclass(frozen=True, slots=True)
class UnclearSource:
    deployment_pk: int
    dag_id: str
    version_number: int
    problem: str  # One line.


def read_unclear_sources(session: ReadSession) -> tuple[UnclearSource, ...]:
    """The newest version of each DAG if its source could not be read, or is not Python."""
    newest = (
        select(func.max(t.dag_version.c.version_number))
        .where(t.dag_version.c.dag_pk == t.dag.c.id)
        .correlate(t.dag)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            t.dag.c.deployment_id,
            t.dag.c.dag_id,
            t.dag_version.c.version_number,
            t.dag_version.c.problem,
        )
        .join(t.dag_version, t.dag_version.c.dag_pk == t.dag.c.id)
        .where(t.dag_version.c.problem.is_not(None), t.dag_version.c.version_number == newest)
        .order_by(t.dag.c.dag_id)
    )
    return tuple(UnclearSource(*row) for row in rows)
