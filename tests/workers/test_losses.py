"""What a lost connection leaves: a turn that nobody ended goes on, and one line tells of it."""

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from procrastinate.exceptions import ConnectorException

from app.airflow.client import Airflow
from app.model.errors import StoreError
from app.notify.notifier import Notifier
from app.notify.sending import Sender
from app.poller import Pace, Poller
from app.store.session import Store
from app.workers import Polled, Turn, Workers
from app.workers.losses import handle_error, relay
from app.workers.queue import Queue
from tests.airflow.fake import FakeAirflow
from tests.refresh.mirrors import mirror_of


class Interrupted(Turn):
    """Turns whose first end is lost with the connection."""

    ended = 0

    def end(self, *, pause: float) -> None:
        self.ended += 1
        if self.ended == 1:
            raise StoreError("the database refused: terminating connection")
        super().end(pause=pause)


@pytest.fixture
def turn(store: Store) -> Turn:
    return Interrupted(store)


@pytest.fixture
def workers(
    turn: Turn, store: Store, database_url: str, airflows: dict[str, FakeAirflow]
) -> Iterator[Workers]:
    mirror = mirror_of(Airflow(airflows["one"].url), turn.store, deployment="one")
    turn.of(mirror.deployment_pk)
    polled = {"one": Polled(Poller(mirror, pace=Pace(busy=0.2, idle=0.2), name="one"), turn)}
    notifier = Notifier(store, [], Sender("test"))
    made = Workers(store, Queue(database_url), polled, notifier=notifier, at_once=1)
    made.start()
    yield made
    made.stop()


@pytest.mark.postgres
def test_a_turn_whose_end_is_lost_goes_on(
    workers: Workers, turn: Interrupted, caplog: pytest.LogCaptureFixture
) -> None:
    end = time.monotonic() + 20
    while turn.ended < 3:
        assert time.monotonic() < end, "no pass after the one that was broken off"
        time.sleep(0.05)
    began = time.monotonic()
    workers.stop()
    assert time.monotonic() - began < 5
    said = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in said] == [
        "one: a pass is broken off: the database refused: terminating connection"
    ]
    assert not any(record.exc_info for record in said)


def library() -> logging.Logger:
    made = logging.getLogger("a_library")
    relay(made)
    return made.getChild("worker")


def test_a_library_s_tracebacks_of_lost_connections_are_no_news(
    caplog: pytest.LogCaptureFixture,
) -> None:
    library().error("Job ended", exc_info=ConnectorException("gone"))
    assert [record.levelno for record in caplog.records if record.levelno > logging.DEBUG] == []


def test_a_library_s_other_lines_are_told(caplog: pytest.LogCaptureFixture) -> None:
    log = library()
    log.error("Job ended", exc_info=ValueError("odd"))
    log.warning("Something else")
    assert [record.getMessage() for record in caplog.records] == ["Job ended", "Something else"]


@pytest.mark.parametrize(
    ("error", "lines"), [(ConnectorException("gone"), 0), (ValueError("odd"), 1)]
)
def test_only_the_loss_of_a_task_that_nobody_waits_for_is_no_news(
    error: Exception, lines: int, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(asyncio.new_event_loop()) as loop:
        handle_error(loop, {"message": "Task exception was never retrieved", "exception": error})
    assert len([one for one in caplog.records if one.levelno >= logging.WARNING]) == lines
