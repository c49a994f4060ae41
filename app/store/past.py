"""What tasks of a DAG got and gave in the runs before one, as far as lineage may ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import and_, or_, select

from app.model.facts import Try, XCom
from app.model.ids import RunKey
from app.store import tables as t
from app.store.runs import select_run
from app.store.session import ReadSession
from app.store.tries import IS_CURRENT_TRY, TRY_COLUMNS, select_tries, try_from, try_key
from app.store.xcoms import columns_up_to, xcom_from

# Runs before this one that are looked at; more say nothing new of a value that stays the same. The
# newest that went well is always among them: what fails since tells nothing of what was right.
_MOST_RUNS = 3
# Tries, and XComs, of them all; a run that does not fit is left out as a whole.
_MOST_ROWS = 6_000
_MOST_TASKS = 2_000
# Bytes of an earlier value that is read; a greater one counts as not known.
_GREATEST_VALUE = 65_536
_C = t.xcom.c

Fact = TypeVar("Fact", Try, XCom)


@dataclass(frozen=True, slots=True)
class PastFacts:
    tries: tuple[Try, ...] = ()  # Latest ones, with their fields.
    xcoms: tuple[XCom, ...] = ()


def read_past(
    session: ReadSession,
    *,
    deployment_pk: int,
    run: RunKey,
    task_ids: Sequence[str],
    most: int = _MOST_ROWS,
) -> PastFacts:
    """Of these tasks, in the newest runs of the DAG before this one: three queries."""
    runs = _runs_before(session, deployment_pk, run)
    asked = list(task_ids)[:_MOST_TASKS]
    tries = _tries(session, runs, asked, most)
    xcoms = _xcoms(session, runs, asked, most)
    whole = _whole(tries, runs, most) & _whole(xcoms, runs, most)
    return PastFacts(
        tuple(one for key, one in tries if key in whole),
        tuple(one for key, one in xcoms if key in whole),
    )


def _runs_before(session: ReadSession, deployment_pk: int, run: RunKey) -> dict[int, RunKey]:
    """The newest first."""
    own = select_run(run, t.dag_run.c.id, t.dag_run.c.dag_pk, t.dag_run.c.run_after)
    this = own.where(t.deployment.c.id == deployment_pk).subquery().c
    c = t.dag_run.c
    before = (
        select(c.id)
        .join(this.dag_pk.table, c.dag_pk == this.dag_pk)
        .where(
            or_(c.run_after < this.run_after, and_(c.run_after == this.run_after, c.id < this.id))
        )
        .order_by(c.run_after.desc(), c.id.desc())
    )
    newest = before.limit(_MOST_RUNS).subquery()
    went_well = before.where(c.state == "success").limit(1).subquery()
    rows = session.execute(
        select(c.id, c.run_id)
        .where(or_(c.id.in_(select(newest.c.id)), c.id.in_(select(went_well.c.id))))
        .order_by(c.run_after.desc(), c.id.desc())
    )
    return {row.id: RunKey(run.dag_id, row.run_id) for row in rows}


def _tries(
    session: ReadSession, runs: dict[int, RunKey], task_ids: list[str], most: int
) -> list[tuple[int, Try]]:
    instance = t.task_instance.c
    rows: Any = session.execute(
        select_tries(*TRY_COLUMNS)
        .where(
            IS_CURRENT_TRY,
            instance.run_pk.in_(runs),
            instance.task_id.in_(task_ids),
            t.task_try.c.rendered.is_not(None),
        )
        .order_by(instance.run_pk.desc(), instance.task_id, instance.map_index)
        .limit(most)
    )
    return [(row.run_pk, try_from(try_key(runs[row.run_pk], row), row)) for row in rows]


def _xcoms(
    session: ReadSession, runs: dict[int, RunKey], task_ids: list[str], most: int
) -> list[tuple[int, XCom]]:
    rows: Any = session.execute(
        select(*columns_up_to(_GREATEST_VALUE))
        .where(_C.run_pk.in_(runs), _C.task_id.in_(task_ids))
        .order_by(_C.run_pk.desc(), _C.task_id, _C.map_index, _C.key, _C.timestamp)
        .limit(most)
    )
    return [(row.run_pk, xcom_from(runs[row.run_pk], row)) for row in rows]


def _whole(found: list[tuple[int, Fact]], runs: dict[int, RunKey], most: int) -> set[int]:
    """The runs of which nothing was cut off: where the limit fell, the last one may lack some."""
    if len(found) < most:
        return set(runs)
    return {key for key, _ in found} - {found[-1][0]}
