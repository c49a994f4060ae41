"""Problems: each known again by its fingerprint, from when it was first seen until it is gone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypedDict, Unpack

import msgspec
from sqlalchemy import ColumnElement, Select, select, update

from app.model.findings import Problem
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey
from app.store import tables as t
from app.store.session import AnyRow, ReadSession, WriteSession
from app.store.upsert import Row, upsert


@dataclass(frozen=True, slots=True)
class StoredProblem:
    pk: int
    deployment: str
    run: RunKey
    status: str  # "open", or "gone" when the last analysis no longer found it.
    first_seen: datetime  # Our clock.
    last_seen: datetime
    problem: Problem


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


def read_problem(session: ReadSession, pk: int) -> StoredProblem | None:
    """The problem of that number, if there is one."""
    row = session.execute(_select().where(t.problem.c.id == pk)).one_or_none()
    return None if row is None else _stored(row)


def replace_problems(
    session: WriteSession, *, run_pk: int, problems: Iterable[Problem], at: datetime
) -> bool:
    """Whether these problems of the run differ from those stored as open.

    One that was stored keeps its first_seen, one that was not found again is gone from now on.
    """
    found_now = tuple(problems)
    victims = victims_of(found_now)
    rows = [
        _row(run_pk, mark, problem, at) | {"is_victim": is_victim}
        for (mark, problem), is_victim in zip(_marked(found_now), victims, strict=True)
    ]
    changed = upsert(
        session,
        t.problem,
        rows,
        unique=["run_pk", "fingerprint"],
        returning="id",
        merged={"first_seen": lambda stored, _: stored, "last_seen": lambda stored, _: stored},
    )
    of_run = (t.problem.c.run_pk == run_pk, t.problem.c.status == "open")
    found = [row["fingerprint"] for row in rows]
    gone = session.execute(
        update(t.problem)
        .where(*of_run, t.problem.c.fingerprint.not_in(found))
        .values(status="gone")
    )
    session.execute(update(t.problem).where(*of_run).values(last_seen=at))
    return bool(changed) or gone.rowcount > 0


def victims_of(problems: Sequence[Problem]) -> tuple[bool, ...]:
    """Which of a run's problems are folded into another of them.

    Problems with one root are one thing to mend. The push problem of the root stands for all of
    them; where there is none, as with a pod that is green and wrote nothing, the first one does.
    """
    taken = {
        problem.producer.instance
        for problem in problems
        if problem.producer and problem.consumer is None
    }
    folded = []
    for problem in problems:
        root = problem.root.instance if problem.root and problem.consumer else None
        folded.append(root in taken)
        if root is not None:
            taken.add(root)
    return tuple(folded)


def fingerprint(problem: Problem) -> str:
    """The same text for the same problem, whichever run, try, line or wording it shows."""
    consumer, producer, pull = problem.consumer, problem.producer, problem.pull
    parts = (
        problem.kind.value,
        consumer and (*_task(consumer.instance), consumer.field),
        producer and (*_task(producer.instance), producer.key, producer.path),
        pull and (pull.dag_id, pull.task_ids, pull.key, pull.path),
    )
    return sha256(repr(parts).encode(errors="backslashreplace")).hexdigest()[:32]


def _task(instance: TaskInstanceKey) -> tuple[str, str, int]:
    return (instance.dag_id, instance.task_id, instance.map_index)


def problem_from(body: Any) -> Problem:
    """The problem in a `body`."""
    return msgspec.convert(body, Problem)


# Learnt once, while there is one thread: msgspec 0.22 crashes the process when two threads, here
# those of two pages, are the first to convert to the same type in the same moment.
msgspec.json.Decoder(Problem)


def _marked(problems: Iterable[Problem]) -> Iterable[tuple[str, Problem]]:
    # One field may hold the same broken pull twice: the second one is numbered.
    seen: Counter[str] = Counter()
    for problem in problems:
        mark = fingerprint(problem)
        seen[mark] += 1
        yield (mark if seen[mark] == 1 else f"{mark}-{seen[mark]}", problem)


def _select() -> Select[*tuple[Any, ...]]:
    return (
        select(
            t.problem,
            t.deployment.c.name.label("deployment"),
            t.dag.c.dag_id,
            t.dag_run.c.run_id,
        )
        .join(t.dag_run, t.problem.c.run_pk == t.dag_run.c.id)
        .join(t.dag, t.dag_run.c.dag_pk == t.dag.c.id)
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
    return [_FILTERED[name] == value for name, value in only.items() if value is not None]


def _stored(row: AnyRow) -> StoredProblem:
    return StoredProblem(
        row.id,
        row.deployment,
        RunKey(row.dag_id, row.run_id),
        row.status,
        row.first_seen,
        row.last_seen,
        problem_from(row.body),
    )


def _row(run_pk: int, mark: str, problem: Problem, at: datetime) -> Row:
    place = problem.consumer or problem.producer
    return {
        "run_pk": run_pk,
        "fingerprint": mark,
        "kind": problem.kind.value,
        "severity": problem.severity.value,
        "status": "open",
        "task_id": place.instance.task_id if place else "",
        "map_index": place.instance.map_index if place else NOT_MAPPED,
        "field": problem.consumer.field if problem.consumer else None,
        "silent": problem.silent,
        "title": problem.title,
        "body": msgspec.to_builtins(problem),
        "first_seen": at,
        "last_seen": at,
    }
