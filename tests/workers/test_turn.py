"""One process's turn, and what becomes of it when another one takes over."""

import threading
import time
from collections.abc import Iterator

import pytest

from app.model.errors import Outpaced, StoreError
from app.store.deployments import ensure_deployment, note_failure, read_deployment
from app.store.session import Store, WriteSession
from app.workers import Turn
from tests.build import after


@pytest.fixture
def turns(store: Store, database_url: str) -> Iterator[tuple[Turn, Turn]]:
    """The same deployment's, in two processes."""
    with store.writing() as session:
        pk = ensure_deployment(session, name="one", url="http://airflow.test")
    another = Store(database_url)
    both = Turn(another), Turn(store)
    for turn in both:
        turn.of(pk)
    yield both
    another.close()


def write(session: WriteSession) -> None:
    note_failure(session, deployment_pk=1, at=after(0), error="x")


def failures(store: Store) -> int:
    with store.reading() as session:
        return read_deployment(session, deployment_pk=1).failures


@pytest.mark.postgres
def test_it_is_one_process_s_turn_when_a_pass_is_due(turns: tuple[Turn, Turn]) -> None:
    one, other = turns
    assert one.is_due()
    assert one.take(if_due=True)
    assert not other.is_due()
    assert not other.take(if_due=True)


@pytest.mark.postgres
def test_the_next_pass_is_due_after_a_pause(turns: tuple[Turn, Turn]) -> None:
    one, other = turns
    one.take(if_due=True)
    one.end(pause=0.5)
    assert not other.take(if_due=True)
    time.sleep(0.6)
    assert other.take(if_due=True)


@pytest.mark.postgres
def test_filling_back_leaves_the_time_of_the_next_pass_as_it_is(turns: tuple[Turn, Turn]) -> None:
    one, other = turns
    one.take(if_due=True)
    one.end(pause=30)
    assert other.take(if_due=False)
    assert not other.is_due()


@pytest.mark.postgres
def test_whose_turn_is_over_is_refused(turns: tuple[Turn, Turn], store: Store) -> None:
    one, other = turns
    one.take(if_due=True)
    with one.store.writing() as session:
        write(session)
    other.take(if_due=False)
    with pytest.raises(Outpaced, match="another process"), one.store.writing() as session:
        write(session)
    with other.store.writing() as session:
        write(session)
    assert failures(store) == 2


@pytest.mark.postgres
def test_a_turn_that_is_over_does_not_say_when_the_next_is_due(turns: tuple[Turn, Turn]) -> None:
    one, other = turns
    one.take(if_due=True)
    other.take(if_due=False)
    one.end(pause=0)
    assert not other.is_due()


@pytest.mark.postgres
def test_a_turn_begins_after_what_the_one_before_writes(turns: tuple[Turn, Turn]) -> None:
    one, other = turns
    one.take(if_due=True)
    taken = threading.Event()

    def take() -> None:
        other.take(if_due=False)
        taken.set()

    with one.store.writing() as session:
        write(session)
        thread = threading.Thread(target=take)
        thread.start()
        assert not taken.wait(0.5)
    assert taken.wait(5)
    thread.join()


@pytest.mark.postgres
def test_who_pauses_in_the_middle_of_writing_loses_what_it_wrote(
    turns: tuple[Turn, Turn], store: Store
) -> None:
    one, other = turns
    one.take(if_due=True)
    took: list[float] = []

    def write_and_pause() -> None:
        with one.store.writing() as session:
            write(session)
            began = time.monotonic()
            assert other.take(if_due=False)
            took.append(time.monotonic() - began)

    with pytest.raises(StoreError):
        write_and_pause()
    assert 5 < took[0] < 15
    assert failures(store) == 0
