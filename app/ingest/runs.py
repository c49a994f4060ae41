"""DAG runs."""

from app.airflow.payloads import DagRunItem
from app.ingest.masking import Masking
from app.model.facts import Run
from app.model.ids import RunKey


def run_key(item: DagRunItem) -> RunKey:
    return RunKey(item.dag_id, item.dag_run_id)


def run_from(item: DagRunItem, *, masking: Masking) -> Run:
    numbers = (each.version_number for each in item.dag_versions or ())
    return Run(
        key=run_key(item),
        state=item.state or "",
        run_type=item.run_type or "",
        logical_date=item.logical_date,
        run_after=item.run_after,
        queued_at=item.queued_at,
        start=item.start_date,
        end=item.end_date,
        version_number=max((number for number in numbers if number is not None), default=None),
        conf=masking.value(item.conf),
    )
