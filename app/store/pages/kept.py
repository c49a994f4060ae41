"""How much is kept here, of which Airflow has forgotten some."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.store.session import ReadSession
from app.store.tables import dag_run, flow, xcom


@dataclass(frozen=True, slots=True)
class Kept:
    values: int  # XCom versions of all tries.
    flows: int
    values_gone: int  # Deleted in Airflow since.
    runs: int
    oldest_run: datetime | None


def read_kept(session: ReadSession) -> Kept:
    row = session.execute(
        select(
            select(func.count()).select_from(xcom).scalar_subquery(),
            select(func.count()).select_from(flow).scalar_subquery(),
            select(func.count()).where(xcom.c.gone_at.is_not(None)).scalar_subquery(),
            select(func.count()).where(dag_run.c.pruned_at.is_(None)).scalar_subquery(),
            select(func.min(dag_run.c.run_after)).scalar_subquery(),
        )
    ).one()
    return Kept(*row)
