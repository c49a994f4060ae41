"""What the history of one task instance is made of: its tries, fields and XComs, every version."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import null, select

from app.model.errors import NotKept
from app.model.facts import Run, Try, XCom, XComKey
from app.model.findings import Flow
from app.model.ids import NOT_MAPPED, TaskInstanceKey
from app.store import tables as t
from app.store.earlier_rendered import EarlierRendered, read_earlier_rendered
from app.store.flows import read_readers_of
from app.store.pages.places import read_run_row
from app.store.pages.since import Changed, read_changed, read_tries_of
from app.store.pages.task_instance import newer_runs, read_all_tries, readers_of_changed
from app.store.pieces import pieces
from app.store.problems import StoredProblem, read_open_problems
from app.store.runs import run_from
from app.store.session import AnyRow, ReadSession
from app.store.xcoms import columns_up_to, xcom_from

# Versions of XComs that are listed, the newest ones: a task may push its progress every second.
_MOST_XCOMS = 2_000
# Bytes of a value that is looked into; a greater one is told by its size.
_GREATEST_VALUE = 1_000_000
_MOST_PROBLEMS = 500
_C = t.xcom.c


@dataclass(frozen=True, slots=True)
class TaskHistoryFacts:
    deployment: str
    airflow_url: str
    run: Run
    gone_at: datetime | None  # When we saw that Airflow had deleted the run.
    newer_runs: int
    instance: TaskInstanceKey
    tries: tuple[Try, ...]
    earlier: tuple[EarlierRendered, ...]
    xcoms: tuple[XCom, ...]  # Without values, the oldest first: read_values has those.
    numbers: Mapping[XComKey, int]  # Of their rows.
    gone: Mapping[XComKey, datetime]
    gave: tuple[Flow, ...]
    changed: Changed
    readers: Mapping[TaskInstanceKey, tuple[Try, ...]]  # Of its XComs that changed.
    problems: tuple[StoredProblem, ...]  # Open ones of the whole run.


def read_task_history(
    session: ReadSession, *, deployment: str, instance: TaskInstanceKey
) -> TaskHistoryFacts:
    """A fixed number of queries; of a mapped task named without an index its first instance.

    Raises NotKept when the run or the instance is not stored.
    """
    row = read_run_row(session, deployment_name=deployment, run=instance.run)
    tries = read_all_tries(session, row.id, instance)
    if not tries and instance.map_index == NOT_MAPPED:
        instance = replace(instance, map_index=0)
        tries = read_all_tries(session, row.id, instance)
    if not tries:
        raise NotKept(f"Task {instance.task_id} is not stored in run {instance.run_id}")
    rows = _rows(session, row.id, instance)
    xcoms = tuple(xcom_from(instance.run, one) for one in rows)
    gave = read_readers_of(session, deployment_pk=row.deployment_id, instance=instance)
    changed = read_changed(session, deployment_pk=row.deployment_id, flows=gave)
    return TaskHistoryFacts(
        deployment=deployment,
        airflow_url=row.url,
        run=run_from(instance.run, row),
        gone_at=row.gone_at,
        newer_runs=newer_runs(session, row),
        instance=instance,
        tries=tries,
        earlier=read_earlier_rendered(session, run_pk=row.id, instance=instance),
        xcoms=xcoms,
        numbers={xcom.at: one.id for xcom, one in zip(xcoms, rows, strict=True)},
        gone={xcom.at: one.gone_at for xcom, one in zip(xcoms, rows, strict=True) if one.gone_at},
        gave=gave,
        changed=changed,
        readers=read_tries_of(
            session,
            deployment_pk=row.deployment_id,
            instances=readers_of_changed(changed, gave),
        ),
        problems=read_open_problems(
            session, deployment=deployment, run=instance.run, most=_MOST_PROBLEMS
        ),
    )


def read_values(
    session: ReadSession, facts: TaskHistoryFacts, wanted: Collection[XComKey]
) -> dict[XComKey, XCom]:
    """These of its XComs with their values; a great one is truncated to nothing."""
    found = {}
    for some in pieces(sorted({facts.numbers[key] for key in wanted})):
        rows = session.execute(select(*columns_up_to(_GREATEST_VALUE)).where(_C.id.in_(some)))
        for row in rows:
            xcom = xcom_from(facts.instance.run, row)
            found[xcom.at] = xcom
    return found


def _rows(session: ReadSession, run_pk: int, instance: TaskInstanceKey) -> tuple[AnyRow, ...]:
    rows = session.execute(
        select(*(one for one in _C if one.name != "value"), null().label("value"))
        .where(
            _C.run_pk == run_pk,
            _C.task_id == instance.task_id,
            _C.map_index == instance.map_index,
        )
        .order_by(_C.timestamp.desc(), _C.id.desc())
        .limit(_MOST_XCOMS)
    )
    return tuple(reversed(rows.all()))
