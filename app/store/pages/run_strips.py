"""The latest runs of DAGs, as a strip of bars shows them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.model.ids import RunKey
from app.store.session import ReadSession
from app.store.tables import dag, dag_run


@dataclass(frozen=True, slots=True)
class StripRun:
    pk: int
    run: RunKey
    state: str
    run_after: datetime | None
    start: datetime | None
    end: datetime | None
    version_number: int | None
    gone_at: datetime | None = None  # When we saw that Airflow had deleted it.


def read_strips(
    session: ReadSession, dag_pks: Collection[int], *, most: int
) -> dict[int, tuple[StripRun, ...]]:
    """The latest `most` runs of each DAG by its row number, oldest first."""
    newest_first = (dag_run.c.run_after.desc().nulls_last(), dag_run.c.id.desc())
    numbered = (
        select(
            dag_run,
            func.row_number().over(partition_by=dag_run.c.dag_pk, order_by=newest_first).label("n"),
        )
        .where(dag_run.c.dag_pk.in_(dag_pks), dag_run.c.pruned_at.is_(None))
        .subquery()
    )
    rows = session.execute(
        select(numbered, dag.c.dag_id)
        .join(dag, dag.c.id == numbered.c.dag_pk)
        .where(numbered.c.n <= most)
        .order_by(numbered.c.n.desc())
    )
    strips: dict[int, list[StripRun]] = {}
    for row in rows:
        run = StripRun(
            pk=row.id,
            run=RunKey(row.dag_id, row.run_id),
            state=row.state,
            run_after=row.run_after,
            start=row.start,
            end=row.end,
            version_number=row.version_number,
            gone_at=row.gone_at,
        )
        strips.setdefault(row.dag_pk, []).append(run)
    return {dag_pk: tuple(runs) for dag_pk, runs in strips.items()}
