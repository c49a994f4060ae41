"""What the page of one task instance tells: what it got, what it gave, and where it is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, select

from app.model.contract import Contract, Mark
from app.model.errors import NotKept
from app.model.facts import Run, Try, XCom
from app.model.findings import Candidates, Flow
from app.model.ids import NOT_MAPPED, TaskInstanceKey
from app.store import tables as t
from app.store.candidates import read_candidates
from app.store.contracts import mark_from, read_contract
from app.store.earlier_rendered import count_earlier_rendered
from app.store.flows import read_flows, read_readers_of
from app.store.pages.places import read_run_row
from app.store.pages.since import Changed, read_changed, read_tries_of
from app.store.pages.sources import SourceText, read_source
from app.store.problems import StoredProblem, read_open_problems
from app.store.runs import run_from
from app.store.session import AnyRow, ReadSession
from app.store.tries import IS_CURRENT_TRY, TRY_COLUMNS, select_tries, try_from, try_key
from app.store.xcoms import xcom_from

# A run with more open problems than this has one cause.
_MOST_PROBLEMS = 500
#: Runs after this one that are counted: Airflow keeps rendered fields for so many runs, unless it
#: is set otherwise.
RUNS_COUNTED = 30
# Mapped instances listed to step through.
_MOST_SIBLINGS = 200


@dataclass(frozen=True, slots=True)
class TaskInstanceFacts:
    deployment: str
    airflow_url: str
    run: Run
    instance: TaskInstanceKey
    task_ids: frozenset[str]  # Of the run's instances, to tell what a broken pull meant.
    siblings: tuple[tuple[int, str | None], ...]  # Map index and state of each mapped instance.
    tries: tuple[Try, ...]  # Every one we saw, the first one first.
    xcoms: tuple[XCom, ...]  # Every version, the oldest first.
    got: tuple[Flow, ...]
    candidates: tuple[Candidates, ...]  # For what it got.
    gave: tuple[Flow, ...]  # To whomever, in other DAGs' runs too.
    problems: tuple[StoredProblem, ...]  # Open ones of the whole run.
    source: SourceText
    contract: Contract  # What the task gave in all runs that are over.
    mark: Mark  # By what the contract knows this run.
    gone_at: datetime | None = None  # When we saw that Airflow had deleted the run.
    newer_runs: int = 0  # Runs of the DAG after this one, counted to RUNS_COUNTED.
    earlier_rendered: int = 0  # Versions of its tries' fields before those in `tries`.
    changed: Changed = field(default_factory=Changed)  # Of the XComs it read, and of its own.
    #: Tries of those who read an XCom of its own that changed.
    readers: Mapping[TaskInstanceKey, tuple[Try, ...]] = field(default_factory=dict)


def read_task_instance(
    session: ReadSession, *, deployment: str, instance: TaskInstanceKey
) -> TaskInstanceFacts:
    """A fixed number of queries; of a mapped task named without an index its first instance.

    Raises NotKept when the run or the instance is not stored.
    """
    row = read_run_row(session, deployment_name=deployment, run=instance.run)
    siblings = _siblings(session, row.id, instance)
    if instance.map_index == NOT_MAPPED and siblings:
        instance = replace(instance, map_index=siblings[0][0])
    tries = read_all_tries(session, row.id, instance)
    if not tries:
        raise NotKept(f"Task {instance.task_id} is not stored in run {instance.run_id}")
    pk = row.deployment_id
    got = tuple(
        flow
        for flow in read_flows(session, deployment_pk=pk, run=instance.run)
        if flow.consumer.instance == instance
    )
    gave = read_readers_of(session, deployment_pk=pk, instance=instance)
    changed = read_changed(session, deployment_pk=pk, flows=(*got, *gave))
    return TaskInstanceFacts(
        deployment=deployment,
        airflow_url=row.url,
        run=run_from(instance.run, row),
        instance=instance,
        task_ids=_task_ids(session, row.id),
        siblings=siblings,
        tries=tries,
        xcoms=_xcoms(session, row.id, instance),
        got=got,
        candidates=read_candidates(session, deployment_pk=pk, run=instance.run, reader=instance),
        gave=gave,
        problems=read_open_problems(
            session, deployment=deployment, run=instance.run, most=_MOST_PROBLEMS
        ),
        source=read_source(session, deployment_name=deployment, run=instance.run),
        gone_at=row.gone_at,
        newer_runs=newer_runs(session, row),
        earlier_rendered=count_earlier_rendered(session, run_pk=row.id, instance=instance),
        changed=changed,
        readers=read_tries_of(
            session, deployment_pk=pk, instances=readers_of_changed(changed, gave)
        ),
        contract=read_contract(session, dag_pk=row.dag_pk, task_id=instance.task_id),
        mark=mark_from(row),
    )


def newer_runs(session: ReadSession, run: AnyRow) -> int:
    """How many runs of the DAG come after the one in this row, counted to RUNS_COUNTED."""
    if run.run_after is None:
        return 0
    c = t.dag_run.c
    after = (
        select(c.id)
        .where(c.dag_pk == run.dag_pk, c.run_after > run.run_after)
        .limit(RUNS_COUNTED)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(after)) or 0


def readers_of_changed(changed: Changed, gave: Iterable[Flow]) -> set[TaskInstanceKey]:
    """Who read an XCom that changed."""
    return {
        flow.consumer.instance
        for flow in gave
        if (flow.producer.instance, flow.producer.key) in changed.versions
    }


def read_all_tries(session: ReadSession, run_pk: int, instance: TaskInstanceKey) -> tuple[Try, ...]:
    """Every try of the instance with its fields, the first one first."""
    rows = session.execute(
        select_tries(*TRY_COLUMNS)
        .where(
            t.task_instance.c.run_pk == run_pk,
            t.task_instance.c.task_id == instance.task_id,
            t.task_instance.c.map_index == instance.map_index,
        )
        .order_by(t.task_try.c.try_number)
    )
    return tuple(try_from(try_key(instance.run, row), row) for row in rows)


def _siblings(
    session: ReadSession, run_pk: int, instance: TaskInstanceKey
) -> tuple[tuple[int, str | None], ...]:
    rows = session.execute(
        select(t.task_instance.c.map_index, t.task_try.c.state)
        .join(t.task_try, IS_CURRENT_TRY)
        .where(
            t.task_instance.c.run_pk == run_pk,
            t.task_instance.c.task_id == instance.task_id,
            t.task_instance.c.map_index >= 0,
        )
        .order_by(t.task_instance.c.map_index)
        .limit(_MOST_SIBLINGS)
    )
    return tuple((row.map_index, row.state) for row in rows)


def _task_ids(session: ReadSession, run_pk: int) -> frozenset[str]:
    ids = t.task_instance.c
    rows = session.scalars(select(ids.task_id).where(ids.run_pk == run_pk).distinct())
    return frozenset(rows)


def _xcoms(session: ReadSession, run_pk: int, instance: TaskInstanceKey) -> tuple[XCom, ...]:
    c = t.xcom.c
    rows = session.execute(
        select(t.xcom)
        .where(c.run_pk == run_pk, c.task_id == instance.task_id, c.map_index == instance.map_index)
        .order_by(c.timestamp, c.id)
    )
    return tuple(xcom_from(instance.run, row) for row in rows)
