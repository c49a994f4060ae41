"""Small sets of leaves, one of which has every leaf that fits a query."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Text, func, or_, select, type_coerce

from app.query.terms import Begins, Compared, Condition, Is, Named, Query, Scope, Sign
from app.store.search.among import among
from app.store.search.filters import compared
from app.store.search.occurrences import HEAD, head, is_text
from app.store.search.trigrams import escaped_for_like
from app.store.search.writing import hash_of
from app.store.session import ReadSession
from app.store.tables import dag_run, leaf, task_instance, task_try, xcom
from app.store.types import as_stored

# A set with more leaves is not small, and the runs or paths that may give one are not few.
_MOST = 5_000
_FEW = 200
# So good that no other is looked for.
TINY = 200
_Where: TypeAlias = Sequence[ColumnElement[bool]]  # Conditions on `leaf`.


@dataclass(frozen=True, slots=True)
class SmallSet:
    """Leaves that fulfil some conditions, and how many they are."""

    where: _Where
    size: int


# The greatest character there is: no text goes on beyond it.
_LAST = "\U0010ffff"


def positives(query: Query) -> list[Condition]:
    """What must hold."""
    return [term.condition for term in query.terms if not term.is_negated]


def set_of_text(session: ReadSession, query: Query) -> SmallSet | None:
    """Leaves with the text that the query asks for, or that begin so; None: too many, or no text.

    Leaves that fit are some of them.
    """
    wheres = [where for one in positives(query) if (where := _text_where(one))]
    return _smallest(session, wheres, None)


def smallest_set(
    session: ReadSession,
    query: Query,
    paths: Sequence[int] | None,
    known: SmallSet | None = None,
) -> SmallSet | None:
    """As set_of_text, of sets that the paths and runs give too; `known` is one of them."""
    return _smallest(session, _wheres(session, query, paths), known)


def _smallest(
    session: ReadSession, wheres: Iterable[_Where], known: SmallSet | None
) -> SmallSet | None:
    best = known
    for where in wheres:
        if best is not None and best.size <= TINY:
            break
        limit = _MOST if best is None else best.size
        # They are counted here, and read only as far as a page needs them.
        some = select(leaf.c.id).where(*where).limit(limit + 1).subquery()
        size = session.scalar(select(func.count()).select_from(some)) or 0
        if size <= limit:
            best = SmallSet(where, size)
    return best


def _wheres(session: ReadSession, query: Query, paths: Sequence[int] | None) -> Iterator[_Where]:
    """Conditions that few leaves may fulfil, the likeliest first."""
    on_paths = [] if paths is None else [among(session, leaf.c.path_pk, paths)]
    for condition in positives(query) if on_paths else ():
        text = _exact(condition)
        if text is not None:
            yield [leaf.c.hash == hash_of(text), *on_paths]
        elif isinstance(condition, Compared):
            yield from _of_number(condition, on_paths)
    yield from _of_runs(session, query)
    if on_paths:
        yield on_paths


def _text_where(condition: Condition) -> _Where | None:
    text = _exact(condition)
    if text is not None:
        return is_text(text)
    if isinstance(condition, Begins) and condition.text:
        return [_head_begins(condition.text)]
    return None


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


def _of_number(condition: Compared, on_paths: _Where) -> Iterator[_Where]:
    where = list(compared(condition))
    if where and not isinstance(condition.value, str):
        yield [*where, *on_paths]


def _of_runs(session: ReadSession, query: Query) -> Iterator[_Where]:
    named = [one for one in positives(query) if isinstance(one, Named)]
    fits = [_fits(one.pattern) for one in named if one.scope == Scope.RUN]
    if not fits:
        return
    runs = session.execute(select(dag_run.c.id).where(*fits).limit(_FEW + 1)).scalars().all()
    if len(runs) > _FEW:
        return
    xcoms = select(xcom.c.id).where(xcom.c.run_pk.in_(runs))
    tries = (
        select(task_try.c.id)
        .join(task_instance, task_try.c.task_instance_pk == task_instance.c.id)
        .where(task_instance.c.run_pk.in_(runs))
    )
    yield [or_(leaf.c.xcom_pk.in_(xcoms), leaf.c.try_pk.in_(tries))]


def _fits(pattern: str) -> ColumnElement[bool]:
    if "*" not in pattern:
        return dag_run.c.run_id == pattern
    escaped = escaped_for_like(as_stored(pattern))
    stored: ColumnElement[Any] = type_coerce(dag_run.c.run_id, Text)
    return stored.like(escaped.replace("*", "%"), escape="\\")
