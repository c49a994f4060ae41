"""The problems of a run or a DAG, written as a whole.

Each is known again by its fingerprint, from when it was first seen until it is gone.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec
from sqlalchemy import ColumnElement, select, update

from app.model.findings import Problem
from app.model.ids import NOT_MAPPED, TaskInstanceKey
from app.store import tables as t
from app.store import touched
from app.store.causes import refresh_causes, rename_cause
from app.store.numbers import ensure_dags
from app.store.others import Told, told_of_others
from app.store.session import WriteSession
from app.store.upsert import Row, upsert


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose problems: a run's, or a DAG's in one version of it."""

    dag_pk: int
    run_pk: int | None = None
    version_number: int | None = None

    @property
    def problems(self) -> tuple[ColumnElement[bool], ...]:
        c = t.problem.c
        return (
            (c.run_pk == self.run_pk,)
            if self.run_pk
            else (
                c.run_pk.is_(None),
                c.dag_pk == self.dag_pk,
            )
        )


@dataclass(frozen=True, slots=True)
class Replaced:
    dag_pk: int
    differ: bool  # From those stored as open.
    causes: frozenset[str]  # Of all that were stored or are now.


def replace_problems(
    session: WriteSession, *, run_pk: int, problems: Iterable[Problem], at: datetime
) -> Replaced:
    """The run's problems are these from now on; its DAG's causes are left to be refreshed.

    One that was stored keeps its first_seen, one that was not found again is gone from now on.
    """
    dag_pk = session.execute(
        select(t.dag_run.c.dag_pk).where(t.dag_run.c.id == run_pk)
    ).scalar_one()
    return _replace(session, _Owner(dag_pk, run_pk), tuple(problems), at)


def replace_dag_problems(  # noqa: PLR0913 - all by keyword; they describe one look at a DAG
    session: WriteSession,
    *,
    deployment_pk: int,
    dag_id: str,
    version_number: int | None,
    problems: Iterable[Problem],
    at: datetime,
) -> bool:
    """Whether the problems of this DAG version, found before it runs, are others than before.

    Those of older versions that it no longer has are gone, in the runs of those versions too.
    """
    dag_pk = ensure_dags(session, deployment_pk=deployment_pk, dag_ids={dag_id})[dag_id]
    replaced = _replace(session, _Owner(dag_pk, None, version_number), tuple(problems), at)
    refresh_causes(session, dag_pk=dag_pk, names=replaced.causes, at=at)
    if replaced.differ:
        touched.note(session, [touched.Touched(deployment_pk, dag_id)])
    return replaced.differ


def _replace(
    session: WriteSession, owner: _Owner, problems: tuple[Problem, ...], at: datetime
) -> Replaced:
    before = session.execute(
        select(t.problem.c.fingerprint, t.problem.c.cause).where(*owner.problems)
    ).all()
    told = told_of_others(session, dag_pk=owner.dag_pk, problems=problems)
    rows = [
        _row(owner, mark, problem, at) | _others(of)
        for (mark, problem), of in zip(_marked(problems), told, strict=True)
    ]
    _keep_decisions(session, owner.dag_pk, {row.fingerprint: row.cause for row in before}, rows)
    changed = upsert(
        session,
        t.problem,
        rows,
        unique=["run_pk" if owner.run_pk else "dag_pk", "fingerprint"],
        only=None if owner.run_pk else t.problem.c.run_pk.is_(None),
        returning="id",
        merged={"first_seen": lambda stored, _: stored, "last_seen": lambda stored, _: stored},
    )
    still = (*owner.problems, t.problem.c.status == "open")
    found = [row["fingerprint"] for row in rows]
    gone = session.execute(
        update(t.problem)
        .where(*still, t.problem.c.fingerprint.not_in(found))
        .values(status="gone", version_number=owner.version_number)
    )
    session.execute(update(t.problem).where(*still).values(last_seen=at))
    causes = {row.cause for row in before} | {row["cause"] for row in rows}
    return Replaced(owner.dag_pk, bool(changed) or gone.rowcount > 0, frozenset(causes))


def _keep_decisions(
    session: WriteSession, dag_pk: int, before: dict[str, str], rows: Iterable[Row]
) -> None:
    """A newer engine may name the cause of the same problem otherwise."""
    for row in rows:
        old = before.get(row["fingerprint"])
        if old is not None and old != row["cause"]:
            rename_cause(session, dag_pk=dag_pk, old=old, new=row["cause"])


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


def _marked(problems: Iterable[Problem]) -> Iterable[tuple[str, Problem]]:
    # One field may hold the same broken pull twice: the second one is numbered.
    seen: Counter[str] = Counter()
    for problem in problems:
        mark = fingerprint(problem)
        seen[mark] += 1
        yield (mark if seen[mark] == 1 else f"{mark}-{seen[mark]}", problem)


def _row(owner: _Owner, mark: str, problem: Problem, at: datetime) -> Row:
    instance = problem.instance
    return {
        "dag_pk": owner.dag_pk,
        "run_pk": owner.run_pk,
        "version_number": owner.version_number,
        "fingerprint": mark,
        # Without one, as tests and older engines make them, a problem is a thing of its own.
        "cause": problem.cause or mark,
        "kind": problem.kind.value,
        "severity": problem.severity.value,
        "status": "open",
        "task_id": instance.task_id if instance else "",
        "map_index": instance.map_index if instance else NOT_MAPPED,
        "field": problem.consumer.field if problem.consumer else None,
        "silent": problem.silent,
        "is_victim": problem.is_victim,
        "title": problem.title,
        "body": msgspec.to_builtins(problem),
        "first_seen": at,
        "last_seen": at,
    }


def _others(told: Told) -> Row:
    alone = None if told.alone is None else msgspec.to_builtins(told.alone)
    return {"others": list(told.others), "alone": alone}
