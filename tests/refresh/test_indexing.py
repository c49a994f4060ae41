"""A pass puts into the index what it reads, and some of what an older version had stored."""

from sqlalchemy import select, update

from app.refresh import Mirror
from app.refresh.indexing import index_some
from app.store.search.waiting import waiting
from app.store.session import Store
from app.store.tables import leaf, task_try, xcom
from tests.airflow.fake import FakeAirflow
from tests.build import keep, make_facts, make_try, make_xcom


def texts(store: Store) -> set[str]:
    with store.reading() as session:
        return set(session.scalars(select(leaf.c.text)))


def test_a_pass_indexes_what_it_reads(server: FakeAirflow, mirror: Mirror, store: Store) -> None:
    run = server.add_run("etl", "r1")
    run.task("load", rendered={"arguments": ["got"], "env_vars": [{"name": "A", "value": "env"}]})
    mirror.refresh()
    assert texts(store) == {"got", "env"}


def test_a_pass_indexes_what_an_older_version_has_stored(mirror: Mirror, store: Store) -> None:
    keep(store, make_facts())
    with store.writing() as session:
        for table in (xcom, task_try):
            session.execute(update(table).values(indexed_by=None))
    mirror.refresh()
    assert {"alpha", "1", "2", "--all"} <= texts(store)
    with store.reading() as session:
        assert waiting(session, most=9) == ()


def test_the_newest_are_first_and_some_at_a_time(store: Store) -> None:
    values = [make_xcom(value=str(at), seconds=at) for at in range(5)]
    keep(store, make_facts(tries=(make_try(),), xcoms=tuple(values)))
    with store.writing() as session:
        session.execute(update(xcom).values(indexed_by=None))
        assert index_some(session, most=2) == 2
        assert {one.value for one in waiting(session, most=9)} == {"0", "1", "2"}
        assert index_some(session, most=9) == 3
        assert index_some(session, most=9) == 0
