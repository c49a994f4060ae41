"""How many bytes of the database each run takes, about: what retention by size adds up.

What a run takes is told by no database: rows of many runs share a page, and indexes hold parts of
them again. So its texts are added up, and for each row what SQLite was seen to take beside them;
docs/retention.md has the measurement. PostgreSQL takes about half as much again.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Select, func, literal, select, update

from app.store import tables as t
from app.store.session import ReadSession, WriteSession

# Bytes of a row and its index entries, the texts that are added up aside.
_RUN, _INSTANCE, _TRY, _XCOM, _LEAF = 700, 110, 320, 150, 130
_FLOW, _CANDIDATES, _REACH, _PROBLEM, _EARLIER = 240, 160, 130, 420, 60
_POSTGRESQL = 1.5


@dataclass(frozen=True, slots=True)
class Measured:
    bytes: int
    leaves: int


def measure(session: ReadSession, *, deployment_pk: int, most: int) -> Mapping[int, Measured]:
    """What runs take, by their numbers: some of those that changed since they were measured."""
    rows = session.execute(
        select(t.dag_run.c.id)
        .join(t.dag, t.dag.c.id == t.dag_run.c.dag_pk)
        .where(
            t.dag.c.deployment_id == deployment_pk,
            t.dag_run.c.bytes.is_(None),
            t.dag_run.c.pruned_at.is_(None),
        )
        .limit(most)
    )
    return measured(session, tuple(rows.scalars()))


def measured(session: ReadSession, runs: Collection[int]) -> dict[int, Measured]:
    """What each of these runs takes, by their numbers."""
    sizes = Counter(dict.fromkeys(runs, _RUN))
    leaves = Counter[int]()
    for part in _parts(runs) if runs else ():
        sizes.update({run_pk: int(size) for run_pk, size in session.execute(part)})
    for part in _leaves(runs) if runs else ():
        for run_pk, size, count in session.execute(part):
            sizes[run_pk] += int(size)
            leaves[run_pk] += count
    factor = _POSTGRESQL if session.dialect.name == "postgresql" else 1
    return {run: Measured(int(size * factor), leaves[run]) for run, size in sizes.items()}


def note_measured(session: WriteSession, sizes: Mapping[int, Measured]) -> None:
    for run_pk, one in sizes.items():
        session.execute(
            update(t.dag_run)
            .where(t.dag_run.c.id == run_pk, t.dag_run.c.pruned_at.is_(None))
            .values(bytes=one.bytes, leaves=one.leaves)
        )


def _parts(runs: Collection[int]) -> Iterator[Select[*tuple[Any, ...]]]:
    """The bytes of one table's rows by run."""
    xcom, flow, problem, some = t.xcom.c, t.flow.c, t.problem.c, t.candidates.c
    instance, one, earlier = t.task_instance.c, t.task_try.c, t.earlier_rendered
    sums: tuple[tuple[FromClause, Column[int], ColumnElement[int]], ...] = (
        (t.xcom, xcom.run_pk, _size(_XCOM, xcom.value, xcom.key, xcom.key, xcom.task_id)),
        (t.task_instance, instance.run_pk, _size(_INSTANCE, instance.task_id)),
        (_TRIES, instance.run_pk, _size(_TRY, one.rendered, one.log)),
        (
            _TRIES.join(earlier, earlier.c.task_try_pk == one.id),
            instance.run_pk,
            _size(_EARLIER, earlier.c.rendered),
        ),
        (t.flow, flow.run_pk, _size(_FLOW, flow.path, flow.field, flow.value, flow.spans)),
        (t.candidates, some.run_pk, _size(_CANDIDATES, some.spans, some.producers, some.value)),
        (t.reach, t.reach.c.run_pk, _size(_REACH)),
        (t.problem, problem.run_pk, _size(_PROBLEM, problem.title, problem.body)),
    )
    for table, run_pk, size in sums:
        yield _by_run(run_pk, runs, size).select_from(table)


def _leaves(runs: Collection[int]) -> Iterator[Select[*tuple[Any, ...]]]:
    # A text stands in its row, its beginning in an index, and its parts in the index of texts.
    size = _size(_LEAF, t.leaf.c.text, t.leaf.c.text)
    of_xcoms = t.xcom.join(t.leaf, t.leaf.c.xcom_pk == t.xcom.c.id)
    of_tries = _TRIES.join(t.leaf, t.leaf.c.try_pk == t.task_try.c.id)
    yield _by_run(t.xcom.c.run_pk, runs, size, func.count()).select_from(of_xcoms)
    yield _by_run(t.task_instance.c.run_pk, runs, size, func.count()).select_from(of_tries)


_TRIES = t.task_instance.join(t.task_try, t.task_try.c.task_instance_pk == t.task_instance.c.id)


def _by_run(
    run_pk: Column[int], runs: Collection[int], size: ColumnElement[int], *more: Any
) -> Select[*tuple[Any, ...]]:
    return select(run_pk, func.sum(size), *more).where(run_pk.in_(runs)).group_by(run_pk)


def _size(row: int, *texts: Column[Any]) -> ColumnElement[int]:
    lengths = (func.coalesce(func.length(text), 0) for text in texts)
    return sum(lengths, literal(row))
