"""Small sets of leaves, one of which has every leaf that fits a query."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, or_, select, type_coerce

from app.query.terms import Begins, Compared, Condition, Is, Named, Query, Scope, Sign
from app.store.search.among import among
from app.store.search.filters import compared
from app.store.search.occurrences import HEAD, head, is_text
from app.store.search.writing import hash_of
from app.store.session import ReadSession
from app.store.tables import dag_run, leaf, task_instance, task_try, xcom
from app.store.types import as_stored

# A set with more leaves is not small, and the runs or paths that may give one are not few.
_MOST = 5_000
_FEW = 200
# So good that no other is looked for.
_TINY = 200
# The greatest character there is: no text goes on beyond it.
_LAST = "\U0010ffff"


def smallest_set(
    session: ReadSession, query: Query, paths: Sequence[int] | None
) -> Sequence[int] | None:
    """The numbers of leaves of which those that fit are some; None when no such set is small."""
    best: Sequence[int] | None = None
    for selected in _selections(session, query, paths):
        rows = session.execute(selected.limit(_MOST + 1))
        found = [number for (number,) in rows]
        if len(found) <= _MOST and (best is None or len(found) < len(best)):
            best = found
        if best is not None and len(best) <= _TINY:
            break
    return best


def _selections(
    session: ReadSession, query: Query, paths: Sequence[int] | None
) -> Iterator[Select[int]]:
    """What may be small, the likeliest first."""
    positive = [term.condition for term in query.terms if not term.is_negated]
    on_paths = [] if paths is None else [among(session, leaf.c.path_pk, paths)]
    for condition in positive:
        yield from _of_text(condition, on_paths)
    if on_paths:
        for condition in positive:
            if isinstance(condition, Compared):
                yield from _of_number(condition, on_paths)
    runs = [one.pattern for one in positive if isinstance(one, Named) and one.scope == Scope.RUN]
    if runs:
        yield from _of_runs(session, runs)
    if on_paths:
        yield select(leaf.c.id).where(*on_paths)


def _of_text(
    condition: Condition, on_paths: Sequence[ColumnElement[bool]]
) -> Iterator[Select[int]]:
    text = _exact(condition)
    if text is not None:
        yield select(leaf.c.id).where(*is_text(text))
        if on_paths:
            yield select(leaf.c.id).where(leaf.c.hash == hash_of(text), *on_paths)
    elif isinstance(condition, Begins) and condition.text:
        yield select(leaf.c.id).where(_head_begins(condition.text))


def _exact(condition: Condition) -> str | None:
    if isinstance(condition, Is):
        return condition.text
    if isinstance(condition, Compared) and condition.sign == Sign.EQUAL:
        return condition.value if isinstance(condition.value, str) else None
    return None


def _head_begins(beginning: str) -> ColumnElement[bool]:
    start = as_stored(beginning)[:HEAD]
    stored: ColumnElement[Any] = type_coerce(head(), Text)
    return stored.between(start, start + _LAST * (HEAD + 1 - len(start)))


def _of_number(
    condition: Compared, on_paths: Sequence[ColumnElement[bool]]
) -> Iterator[Select[int]]:
    where = list(compared(condition))
    if where and not isinstance(condition.value, str):
        yield select(leaf.c.id).where(*where, *on_paths)


def _of_runs(session: ReadSession, patterns: Sequence[str]) -> Iterator[Select[int]]:
    fits = [_fits(pattern) for pattern in patterns]
    runs = session.execute(select(dag_run.c.id).where(*fits).limit(_FEW + 1)).scalars().all()
    if len(runs) > _FEW:
        return
    xcoms = select(xcom.c.id).where(xcom.c.run_pk.in_(runs))
    tries = (
        select(task_try.c.id)
        .join(task_instance, task_try.c.task_instance_pk == task_instance.c.id)
        .where(task_instance.c.run_pk.in_(runs))
    )
    yield select(leaf.c.id).where(or_(leaf.c.xcom_pk.in_(xcoms), leaf.c.try_pk.in_(tries)))


def _fits(pattern: str) -> ColumnElement[bool]:
    if "*" not in pattern:
        return dag_run.c.run_id == pattern
    escaped = as_stored(pattern).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    stored: ColumnElement[Any] = type_coerce(dag_run.c.run_id, Text)
    return stored.like(escaped.replace("*", "%"), escape="\\")
