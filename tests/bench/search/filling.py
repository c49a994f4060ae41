"""A store filled with the runs of the world: as passes write them, or faster where size matters."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import text

from app.refresh.indexing import index_runs
from app.refresh.limits import Limits
from app.refresh.report import Troubles
from app.refresh.visits import Visit
from app.refresh.writing import write_visits
from app.store.deployments import ensure_deployment
from app.store.runs import write_runs
from app.store.session import Store, WriteSession
from app.store.tries import write_tries
from app.store.xcoms import write_xcoms
from tests.bench.search.world import BEGIN

_MANY_RUNS = 200
#: Indexes on `leaf` that searches go by: its owners' are needed while leaves are written.
_INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'leaf'"
    " AND name NOT IN ('ix_leaf_xcom', 'ix_leaf_try')",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'leaf'"
    " AND indexname NOT IN ('ix_leaf_xcom', 'ix_leaf_try', 'pk_leaf')",
}


#: As many runs as a pass writes in one transaction.
RUNS_AT_ONCE = Limits().runs_at_once


def write_as_pass(session: WriteSession, visits: Sequence[Visit]) -> None:
    """What a pass writes in one transaction."""
    write_visits(
        session,
        deployment_pk=_deployment(session),
        visits=visits,
        versions=(),
        troubles=Troubles(),
        settled=frozenset(one.run.key for one in visits),
        at=BEGIN,
    )


def in_passes(visits: Iterable[Visit]) -> Iterator[Sequence[Visit]]:
    """As many runs together as a pass writes in one transaction."""
    rest = iter(visits)
    while some := tuple(islice(rest, RUNS_AT_ONCE)):
        yield some


def fill(store: Store, visits: Iterable[Visit]) -> None:
    """The same rows in larger transactions; the indexes of leaves are made afterwards."""
    rest = iter(visits)
    with _without_indexes(store):
        while some := tuple(islice(rest, _MANY_RUNS)):
            with store.writing() as session:
                _write(session, some)
    with store.writing() as session:
        session.execute(text("ANALYZE"))


def _write(session: WriteSession, visits: Sequence[Visit]) -> None:
    pk = _deployment(session)
    write_runs(session, deployment_pk=pk, runs=[one.run for one in visits])
    write_tries(session, deployment_pk=pk, tries=[each for one in visits for each in one.tries])
    write_xcoms(session, deployment_pk=pk, xcoms=[each for one in visits for each in one.xcoms])
    index_runs(session, deployment_pk=pk, runs={one.run.key for one in visits})


def _deployment(session: WriteSession) -> int:
    return ensure_deployment(session, name="production", url="http://airflow.test")


@contextmanager
def _without_indexes(store: Store) -> Iterator[None]:
    with store.writing() as session:
        made = session.execute(text(_INDEXES[session.dialect.name])).all()
        for name, _ in made:
            session.execute(text(f"DROP INDEX {name}"))
    yield
    for _, statement in made:
        with store.writing() as session:
            # Of a table in parts it is told as "ON ONLY", which makes none on the parts.
            session.execute(text(statement.replace(" ON ONLY ", " ON ")))
