"""What stands around leaves that were found: their runs, who read them, who gave them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, func, select, tuple_

from app.model.findings import Evidence, Problem, Producer
from app.model.ids import RunKey, TaskInstanceKey
from app.model.leaves import Leaf, Place
from app.store import tables as t
from app.store.flows import producer_from
from app.store.numbers import named_run_rows
from app.store.problems import is_open_of_few, problem_from
from app.store.session import AnyRow, ReadSession

# Rows read for one page: a value that thousands of fields read shows a few, and their number.
_MOST_CONSUMERS = 2000
_MOST_PRODUCERS = 2000
_MOST_PROBLEMS = 300


@dataclass(frozen=True, slots=True)
class LeafRun:
    """A run that a leaf belongs to."""

    pk: int
    run_after: datetime | None
    is_gone: bool  # Airflow has deleted it; what we kept is all there is.


@dataclass(frozen=True, slots=True)
class LeafConsumer:
    """A field that got what the producer gave, in one task instance or in several mapped ones."""

    producer: Producer
    instance: TaskInstanceKey  # The first of them.
    try_number: int
    field: str
    evidence: Evidence
    number: int  # Of task instances.


@dataclass(frozen=True, slots=True)
class LeafProducer:
    """What a field got, and from whom."""

    instance: TaskInstanceKey  # That got it.
    try_number: int
    field: str
    producer: Producer
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Around the leaves of one page; by deployment, as ids are unique in one only."""

    runs: dict[tuple[str, RunKey], LeafRun]
    consumers: dict[str, tuple[LeafConsumer, ...]]
    producers: dict[str, tuple[LeafProducer, ...]]
    #: Open problems with a pull, by the number of their run: (number, problem).
    problems: dict[int, tuple[tuple[int, Problem], ...]]


def read_surroundings(session: ReadSession, leaves: Iterable[Leaf]) -> Surroundings:
    """Four queries at most, however many leaves there are."""
    found = tuple(leaves)
    runs = _runs(session, found)
    stored = tuple(leaf for leaf in found if _run(leaf) in runs)
    given = tuple(leaf for leaf in stored if leaf.at.place is Place.XCOM)
    got = tuple(leaf for leaf in stored if leaf.at.place is Place.FIELD)
    with_values = {runs[_run(leaf)].pk for leaf in given}
    return Surroundings(
        runs=runs,
        consumers=_consumers(session, given) if given else {},
        producers=_producers(session, got, runs) if got else {},
        problems=_problems(session, with_values) if with_values else {},
    )


def read_unsearchable(session: ReadSession, *, most: int) -> int:
    """How many XComs and tries are stored and not in the index yet; no more than so many."""
    some = [
        select(table.c.id).where(table.c.indexed_by.is_(None)).limit(most).subquery()
        for table in (t.xcom, t.task_try)
    ]
    counts = [session.scalar(select(func.count()).select_from(one)) or 0 for one in some]
    return min(sum(counts), most)


def _among(
    columns: tuple[Column[Any], ...], asked: Collection[tuple[Any, ...]]
) -> tuple[ColumnElement[bool], ...]:
    """Whether the columns hold one of these; each alone first, which SQLite has an index for."""
    alone = (column.in_({one[at] for one in asked}) for at, column in enumerate(columns))
    return (*alone, tuple_(*columns).in_(asked))


def _run(leaf: Leaf) -> tuple[str, RunKey]:
    return leaf.at.deployment, leaf.at.instance.run


def _runs(session: ReadSession, leaves: Iterable[Leaf]) -> dict[tuple[str, RunKey], LeafRun]:
    c = t.dag_run.c
    rows = named_run_rows(session, {_run(leaf) for leaf in leaves}, also=(c.run_after, c.gone_at))
    return {
        run: LeafRun(row.id, row.run_after, row.gone_at is not None) for run, row in rows.items()
    }


def _consumers(session: ReadSession, leaves: Iterable[Leaf]) -> dict[str, tuple[LeafConsumer, ...]]:
    c = t.flow.c
    given = (
        c.producer_dag_id,
        c.producer_run_id,
        c.producer_task_id,
        c.producer_map_index,
        c.producer_try,
        c.key,
        c.path,
    )
    consumer = (t.dag.c.dag_id, t.dag_run.c.run_id, c.consumer_task_id, c.field, c.evidence)
    asked = {(at.dag_id, at.run_id, at.task_id) for at in (leaf.at.instance for leaf in leaves)}
    rows = session.execute(
        select(
            t.deployment.c.name.label("deployment"),
            *given,
            *consumer,
            func.min(c.consumer_map_index).label("map_index"),
            func.max(c.consumer_try).label("try_number"),
            func.count(c.consumer_map_index.distinct()).label("number"),
        )
        .join(t.dag_run, c.run_pk == t.dag_run.c.id)
        .join(t.dag, t.dag_run.c.dag_pk == t.dag.c.id)
        .join(t.deployment, t.dag.c.deployment_id == t.deployment.c.id)
        .where(
            *_among((c.producer_dag_id, c.producer_run_id, c.producer_task_id), asked),
            c.producer_map_index.in_({leaf.at.instance.map_index for leaf in leaves}),
        )
        .group_by(t.deployment.c.name, *given, *consumer)
        .order_by(func.min(c.id))
        .limit(_MOST_CONSUMERS)
    )
    found: dict[str, list[LeafConsumer]] = {}
    for row in rows:
        found.setdefault(row.deployment, []).append(_consumer(row))
    return {name: tuple(ones) for name, ones in found.items()}


def _consumer(row: AnyRow) -> LeafConsumer:
    return LeafConsumer(
        producer=producer_from(row),
        instance=TaskInstanceKey(row.dag_id, row.run_id, row.consumer_task_id, row.map_index),
        try_number=row.try_number,
        field=row.field,
        evidence=Evidence(row.evidence),
        number=row.number,
    )


def _producers(
    session: ReadSession, leaves: Iterable[Leaf], runs: dict[tuple[str, RunKey], LeafRun]
) -> dict[str, tuple[LeafProducer, ...]]:
    c = t.flow.c
    owners = {runs[run].pk: run for run in runs}
    asked = {
        (runs[_run(leaf)].pk, leaf.at.instance.task_id, leaf.at.instance.map_index)
        for leaf in leaves
    }
    rows = session.execute(
        select(t.flow)
        .where(*_among((c.run_pk, c.consumer_task_id, c.consumer_map_index), asked))
        .order_by(c.id)
        .limit(_MOST_PRODUCERS)
    )
    found: dict[str, list[LeafProducer]] = {}
    for row in rows:
        deployment, run = owners[row.run_pk]
        found.setdefault(deployment, []).append(_got(row, run))
    return {name: tuple(ones) for name, ones in found.items()}


def _got(row: AnyRow, run: RunKey) -> LeafProducer:
    return LeafProducer(
        instance=TaskInstanceKey(
            run.dag_id, run.run_id, row.consumer_task_id, row.consumer_map_index
        ),
        try_number=row.consumer_try,
        field=row.field,
        producer=producer_from(row),
        evidence=Evidence(row.evidence),
    )


def _problems(
    session: ReadSession, run_pks: Collection[int]
) -> dict[int, tuple[tuple[int, Problem], ...]]:
    c = t.problem.c
    rows = session.execute(
        select(c.id, c.run_pk, c.body)
        .where(
            c.run_pk.in_(run_pks),
            is_open_of_few(c.status),
            c.field.is_not(None),
        )
        .order_by(c.id)
        .limit(_MOST_PROBLEMS)
    )
    found: dict[int, list[tuple[int, Problem]]] = {}
    for row in rows:
        found.setdefault(row.run_pk, []).append((row.id, problem_from(row.body)))
    return {pk: tuple(ones) for pk, ones in found.items()}
