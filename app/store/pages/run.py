"""What the run page shows: the run, its neighbours, and what its graph is made from."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, null, or_, select

from app.model.contract import Mark
from app.model.facts import Run, Task, Try, XCom
from app.model.findings import Flow, OnwardFlow
from app.model.ids import RunKey, TaskInstanceKey
from app.store import tables as t
from app.store.contracts import mark_from
from app.store.facts import read_definition
from app.store.flows import read_flows
from app.store.onward import read_onward_flows
from app.store.pages.places import read_run_row
from app.store.pages.run_strips import StripRun, read_strips
from app.store.problems import StoredProblem, read_open_problems
from app.store.runs import run_from
from app.store.session import AnyRow, ReadSession
from app.store.tries import TRY_COLUMNS, select_tries, try_from, try_key
from app.store.xcoms import columns_up_to, xcom_from

# Runs in the strip of the header.
_STRIP = 24
# A run with more problems than this has one cause, and the page says how many there are.
_MOST_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class RunPageFacts:
    deployment: str
    airflow_url: str
    run: Run
    gone_at: datetime | None  # When we saw that Airflow had deleted it; we keep what we saw.
    is_analysed: bool  # Lineage has looked at what is stored.
    version_number: int | None  # Of the DAG, as far as it is known.
    source: str | None
    source_problem: str | None  # Why the source tells nothing about the run's pulls, one line.
    tasks: tuple[Task, ...]
    tries: tuple[Try, ...]  # The latest of each instance, without rendered fields.
    rendered: frozenset[TaskInstanceKey]  # Instances whose latest try's rendered fields were seen.
    xcoms: tuple[XCom, ...]  # The latest version of each key.
    flows: tuple[Flow, ...]
    onward: tuple[OnwardFlow, ...]  # What tasks of other runs got from it, the newest first.
    problems: tuple[StoredProblem, ...]
    strip: tuple[StripRun, ...]
    previous: RunKey | None
    following: RunKey | None
    dag_pk: int
    mark: Mark  # By what contracts know the run.


def read_run_page(
    session: ReadSession, *, deployment: str, run: RunKey, values_up_to: int
) -> RunPageFacts:
    """Everything the page shows, in a fixed number of queries.

    Values of more than `values_up_to` bytes are left out: they come as truncated None.
    Raises NotKept.
    """
    row = read_run_row(session, deployment_name=deployment, run=run)
    definition = read_definition(session, row.dag_pk, row.version_number)
    tries, rendered = _latest_tries(session, row.id, run)
    return RunPageFacts(
        deployment=deployment,
        airflow_url=row.url,
        run=run_from(run, row),
        gone_at=row.gone_at,
        is_analysed=row.analysed_by is not None,
        version_number=definition.version_number,
        source=definition.source,
        source_problem=definition.problem,
        tasks=definition.tasks,
        tries=tries,
        rendered=rendered,
        xcoms=_latest_xcoms(session, row.id, run, values_up_to),
        flows=read_flows(session, deployment_pk=row.deployment_id, run=run),
        onward=read_onward_flows(session, deployment_pk=row.deployment_id, run=run),
        problems=read_open_problems(session, deployment=deployment, run=run, most=_MOST_PROBLEMS),
        strip=read_strips(session, [row.dag_pk], most=_STRIP).get(row.dag_pk, ()),
        previous=_neighbour(session, row, run.dag_id, is_later=False),
        following=_neighbour(session, row, run.dag_id, is_later=True),
        dag_pk=row.dag_pk,
        mark=mark_from(row),
    )


def _latest_tries(
    session: ReadSession, run_pk: int, run: RunKey
) -> tuple[tuple[Try, ...], frozenset[TaskInstanceKey]]:
    rows = session.execute(
        select_tries(
            *(column for column in TRY_COLUMNS if column is not t.task_try.c.rendered),
            null().label("rendered"),
            t.task_try.c.rendered.is_not(None).label("is_rendered"),
        )
        .where(t.task_instance.c.run_pk == run_pk)
        .order_by(t.task_instance.c.task_id, t.task_instance.c.map_index, t.task_try.c.try_number)
    )
    latest = {try_key(run, row).instance: row for row in rows}
    tries = tuple(try_from(try_key(run, row), row) for row in latest.values())
    return tries, frozenset(key for key, row in latest.items() if row.is_rendered)


def _latest_xcoms(
    session: ReadSession, run_pk: int, run: RunKey, values_up_to: int
) -> tuple[XCom, ...]:
    c = t.xcom.c
    rows = session.execute(
        select(*columns_up_to(values_up_to))
        .where(c.run_pk == run_pk)
        .order_by(c.task_id, c.map_index, c.key, c.timestamp)
    )
    latest = {(row.task_id, row.map_index, row.key): row for row in rows}
    return tuple(xcom_from(run, row) for row in latest.values())


def _neighbour(session: ReadSession, row: AnyRow, dag_id: str, *, is_later: bool) -> RunKey | None:
    """The run next to this one in time; runs of one moment stand in the order we met them."""
    if row.run_after is None:
        return None
    c = t.dag_run.c
    order = (c.run_after, c.id) if is_later else (c.run_after.desc(), c.id.desc())
    found = session.scalar(
        select(c.run_id)
        .where(c.dag_pk == row.dag_pk, _beside(row, is_later=is_later))
        .order_by(*order)
        .limit(1)
    )
    return None if found is None else RunKey(dag_id, found)


def _beside(row: AnyRow, *, is_later: bool) -> ColumnElement[bool]:
    c = t.dag_run.c
    if is_later:
        apart, apart_number = c.run_after > row.run_after, c.id > row.id
    else:
        apart, apart_number = c.run_after < row.run_after, c.id < row.id
    return or_(apart, and_(c.run_after == row.run_after, apart_number))
