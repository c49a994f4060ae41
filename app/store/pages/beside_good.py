"""A task instance of one run and of the last good run before it, as a comparison reads both."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.model.ids import RunKey, TaskInstanceKey
from app.model.sides import InstanceSide, RunSide
from app.store.pages.good import good_before, last_good
from app.store.pages.places import read_run_row
from app.store.pages.run_sides import read_instances
from app.store.runs import run_from
from app.store.session import AnyRow, ReadSession


@dataclass(frozen=True, slots=True)
class BesideGood:
    """Of each run only the task's own instances, and neither flows nor problems."""

    here: RunSide
    good: RunSide | None  # None: there is no run before.
    is_good: bool  # Else it failed, or has the same problems, as all before.
    before: RunSide | None  # The last good run before both.


def read_beside_good(
    session: ReadSession, *, deployment: str, instance: TaskInstanceKey
) -> BesideGood:
    """In a fixed number of queries. Raises NotKept when the run is not stored."""
    here = read_run_row(session, deployment_name=deployment, run=instance.run)
    reference = last_good(session, here)
    good = reference and reference.row
    before = good_before(session, (here, good)) if good else None
    rows = {row.id: row for row in (here, good, before) if row}
    runs = {pk: RunKey(instance.dag_id, row.run_id) for pk, row in rows.items()}
    instances = read_instances(session, runs, of_task=instance.task_id)
    sides = {pk: _side(row, runs[pk], instances) for pk, row in rows.items()}
    return BesideGood(
        here=sides[here.id],
        good=sides[good.id] if good else None,
        is_good=reference is not None and reference.is_good,
        before=sides[before.id] if before else None,
    )


def _side(row: AnyRow, run: RunKey, instances: Mapping[int, tuple[InstanceSide, ...]]) -> RunSide:
    return RunSide(run_from(run, row), instances=instances.get(row.id, ()))
