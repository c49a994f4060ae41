"""Problems as they are stored, of runs and of DAGs; replacing.py writes them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

import msgspec
from sqlalchemy import ColumnElement, Select, func, select

from app.model.findings import Problem
from app.model.ids import RunKey
from app.store import tables as t
from app.store.numbers import stored_runs
from app.store.session import AnyRow, ReadSession


@dataclass(frozen=True, slots=True)
class StoredProblem:
    pk: int
    deployment: str
    run: RunKey  # Without a run_id: found in the DAG, before a run has it.
    version_number: int | None  # Of the DAG, for such a one.
    status: str  # "open", or "gone" when the last analysis no longer found it.
    first_seen: datetime  # Our clock.
    last_seen: datetime
    problem: Problem
    #: The number of its DAG, and what there is to mend there: the same for its whole group.
    group: tuple[int, str] = (0, "")


class ProblemFilter(TypedDict, total=False):
    """Which problems are asked for; None or left out: any."""

    deployment: str | None
    dag_id: str | None
    run_id: str | None
    task_id: str | None
    status: str | None
    severity: str | None
    kind: str | None


def read_problems(
    session: ReadSession, *, most: int, **only: Unpack[ProblemFilter]
) -> tuple[StoredProblem, ...]:
    """The problems of the newest runs first, each run's in the order lineage found them."""
    rows = session.execute(
        _select()
        .where(*_conditions(only))
        .order_by(t.dag_run.c.run_after.desc().nulls_last(), t.dag_run.c.id, t.problem.c.id)
        .limit(most)
    )
    return tuple(_stored(row) for row in rows)


def is_open_of_few(status: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a problem is open, of few that something else tells.

    Not through an index: most problems are open, and SQLite would look up all of those.
    """
    return func.coalesce(status, "") == "open"


def read_open_problems(
    session: ReadSession, *, deployment: str, run: RunKey, most: int
) -> tuple[StoredProblem, ...]:
    """What the last analysis of the run found."""
    return read_problems(
        session,
        most=most,
        deployment=deployment,
        dag_id=run.dag_id,
        run_id=run.run_id,
        status="open",
    )


def read_found_problems(
    session: ReadSession, *, deployment_pk: int, run: RunKey
) -> tuple[Problem, ...]:
    """The same for an analysis: all of them, in the order lineage found them."""
    c = t.problem.c
    run_pk = stored_runs(session, deployment_pk=deployment_pk, runs=[run])[run]
    found = select(c.body).where(c.run_pk == run_pk, c.status == "open").order_by(c.id)
    return tuple(map(problem_from, session.scalars(found)))


def read_problems_ahead(
    session: ReadSession, *, deployment: str, dag_id: str, most: int
) -> tuple[StoredProblem, ...]:
    """What the newest version of the DAG has, found before it runs."""
    return read_problems(
        session, most=most, deployment=deployment, dag_id=dag_id, run_id="", status="open"
    )


def read_problem(session: ReadSession, pk: int) -> StoredProblem | None:
    """The problem of that number, if there is one."""
    row = session.execute(_select().where(t.problem.c.id == pk)).one_or_none()
    return None if row is None else _stored(row)


def problem_from(body: Any) -> Problem:
    """The problem in a `body`."""
    return msgspec.convert(body, Problem)


# Learnt once, while there is one thread: msgspec 0.22 crashes the process when two threads, here
# those of two pages, are the first to convert to the same type in the same moment.
msgspec.json.Decoder(Problem)


def _select() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(each for each in t.problem.c if each.name not in {"others", "alone"}),
            t.deployment.c.name.label("deployment"),
            t.dag.c.dag_id,
            t.dag_run.c.run_id,
        )
        .join(t.dag, t.problem.c.dag_pk == t.dag.c.id)
        .outerjoin(t.dag_run, t.problem.c.run_pk == t.dag_run.c.id)
        .join(t.deployment, t.dag.c.deployment_id == t.deployment.c.id)
    )


_FILTERED = {
    "deployment": t.deployment.c.name,
    "dag_id": t.dag.c.dag_id,
    "run_id": t.dag_run.c.run_id,
    "task_id": t.problem.c.task_id,
    "status": t.problem.c.status,
    "severity": t.problem.c.severity,
    "kind": t.problem.c.kind,
}


def _conditions(only: ProblemFilter) -> list[ColumnElement[bool]]:
    # A problem of a DAG has the empty run_id, here and in the JSON.
    return [
        func.coalesce(_FILTERED[name], "") == value
        for name, value in only.items()
        if value is not None
    ]


def _stored(row: AnyRow) -> StoredProblem:
    return StoredProblem(
        row.id,
        row.deployment,
        RunKey(row.dag_id, row.run_id or ""),
        row.version_number,
        row.status,
        row.first_seen,
        row.last_seen,
        problem_from(row.body),
        (row.dag_pk, row.cause),
    )
