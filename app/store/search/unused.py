"""Paths that no leaf has any more: those with names that are data come and go with the runs."""

from collections.abc import Sequence

from sqlalchemy import Select, delete, exists, func, select, text

from app.store.among import among, listed
from app.store.search.numbers import BEYOND
from app.store.search.spans import day_of_leaf, days_or_weeks
from app.store.session import ReadSession, Store, WriteSession
from app.store.tables import dag, leaf, leaf_path

# On PostgreSQL somebody else may write leaves on a path that was found to have none.
_ALONE = text("SELECT pg_advisory_xact_lock(7853200920)")
_TOGETHER = text("SELECT pg_advisory_xact_lock_shared(7853200920)")


def let_paths_stay(session: WriteSession) -> None:
    """No path is forgotten until the transaction ends."""
    if session.dialect.name == "postgresql":
        session.execute(_TOGETHER)


def forget_paths(store: Store, *, deployment_pk: int, after: int, most: int) -> int | None:
    """Removes those that no leaf has, of so many paths that come after this one by their numbers.

    The number of the last one that was looked at; None: there was none.
    """
    with store.reading() as session:
        paths = _next(session, deployment_pk, after, most)
        unused = _unused(session, paths)
    if unused:
        with store.writing() as session:
            if session.dialect.name == "postgresql":
                session.execute(_ALONE)
            still = _unused(session, unused)
            session.execute(delete(leaf_path).where(among(session, leaf_path.c.id, still)))
    return paths[-1] if paths else None


def _next(session: ReadSession, deployment_pk: int, after: int, most: int) -> Sequence[int]:
    of_deployment = select(dag.c.id).where(dag.c.deployment_id == deployment_pk)
    paths = select(leaf_path.c.id).where(
        leaf_path.c.id > after, leaf_path.c.dag_pk.in_(of_deployment)
    )
    return session.execute(paths.order_by(leaf_path.c.id).limit(most)).scalars().all()


def _unused(session: ReadSession, paths: Sequence[int]) -> Sequence[int]:
    those = select(leaf_path.c.id).where(among(session, leaf_path.c.id, paths))
    return session.execute(those.where(~exists(_leaves_of_path(session)))).scalars().all()


def _leaves_of_path(session: ReadSession) -> Select[int]:
    has = select(leaf.c.id).where(leaf.c.path_pk == leaf_path.c.id).correlate(leaf_path)
    if session.dialect.name == "postgresql":
        return has
    # Day by day, as SQLite's index has them.
    days = days_or_weeks(session, low=0, high=BEYOND)
    each = func.json_each(listed(session, days)).table_valued("value")
    return has.select_from(each.join(leaf, day_of_leaf() == each.c.value))
