"""Small sets of leaves, one of which has every leaf that fits a query."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, or_, select

from app.query.terms import Named, Query, Scope
from app.store.search.batches import Where
from app.store.search.like import fits
from app.store.search.ordered import of_paths
from app.store.search.spans import Stretch, whole_span
from app.store.session import ReadSession
from app.store.tables import dag_run, leaf, task_instance, task_try, xcom

# A set with more leaves is not small, and the runs or paths that may give one are not few.
_MOST = 5_000
_FEW, _FEW_PATHS = 200, 32
# So good that no other is looked for.
_TINY = 200


def smallest_set(stretch: Stretch, query: Query, paths: Sequence[int] | None) -> Where | None:
    """Conditions that leaves of few runs or paths fulfil; None: too many, or none is asked for.

    Leaves of the stretch that fit are some of them.
    """
    best, limit = None, _MOST
    for where in _wheres(stretch, query, paths):
        # They are counted here, and read only as far as a page needs them.
        some = select(leaf.c.id).where(*where).limit(limit + 1).subquery()
        size = stretch.session.scalar(select(func.count()).select_from(some)) or 0
        if size <= limit:
            best, limit = where, size
        if best is not None and limit <= _TINY:
            break
    return best


def _wheres(stretch: Stretch, query: Query, paths: Sequence[int] | None) -> Iterator[Where]:
    """Conditions that few leaves may fulfil, the likeliest first."""
    yield from _of_runs(stretch.session, query)
    if paths is not None and len(paths) <= _FEW_PATHS:
        of_time = whole_span(stretch).where
        yield [*of_time, *of_paths(stretch.session, query.positives, paths).where]


def _of_runs(session: ReadSession, query: Query) -> Iterator[Where]:
    named = [one for one in query.positives if isinstance(one, Named)]
    wanted = [fits(dag_run.c.run_id, one.pattern) for one in named if one.scope == Scope.RUN]
    if not wanted:
        return
    runs = session.execute(select(dag_run.c.id).where(*wanted).limit(_FEW + 1)).scalars().all()
    if len(runs) > _FEW:
        return
    xcoms = select(xcom.c.id).where(xcom.c.run_pk.in_(runs))
    tries = (
        select(task_try.c.id)
        .join(task_instance, task_try.c.task_instance_pk == task_instance.c.id)
        .where(task_instance.c.run_pk.in_(runs))
    )
    yield [or_(leaf.c.xcom_pk.in_(xcoms), leaf.c.try_pk.in_(tries))]
