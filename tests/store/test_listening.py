"""Changes are heard of in the moment in which any process commits them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from app.store.deployments import ensure_deployment
from app.store.listening import Ears
from app.store.session import Store
from app.store.touched import Touched, note
from tests.postgres import Postgres


@pytest.fixture
def stores(postgres: Postgres) -> Iterator[tuple[Store, Store]]:
    """The same database in two processes."""
    with postgres.database() as url:
        both = Store(url), Store(url)
        yield both
        for store in both:
            store.close()


def change(store: Store) -> None:
    with store.writing() as session:
        note(session, [Touched(ensure_deployment(session, name="one", url="http://x"))])


def hears(store: Store) -> bool:
    heard = store.changed.wait(5)
    store.changed.clear()
    return heard


def test_what_this_process_commits_is_heard_of_on_either_store(store: Store) -> None:
    change(store)
    assert store.changed.is_set()


def test_what_is_rolled_back_is_not(store: Store) -> None:
    def change_in_vain() -> None:
        with store.writing() as session:
            note(session, [Touched(ensure_deployment(session, name="one", url="http://x"))])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_in_vain()
    assert not store.changed.is_set()


@pytest.mark.postgres
def test_what_another_process_commits_is_heard_of(stores: tuple[Store, Store]) -> None:
    one, other = stores
    ears = Ears(one)
    ears.start()
    assert hears(one)  # Once it listens.
    for _ in range(3):
        change(other)
        assert hears(one)
    ears.stop()


@pytest.mark.postgres
def test_a_lost_connection_is_made_anew(stores: tuple[Store, Store]) -> None:
    one, other = stores
    ears = Ears(one)
    ears.start()
    assert hears(one)
    with other.writing() as session:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'"
        assert session.execute(text(ended)).all()
    assert hears(one)  # It listens again.
    change(other)
    assert hears(one)
    ears.stop()
