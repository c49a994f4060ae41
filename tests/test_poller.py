"""When passes happen, and what becomes of those that fail."""

import logging
import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from app.airflow.client import Airflow
from app.model.facts import RunFacts
from app.model.findings import Analysis
from app.poller import Pace, Poller
from app.refresh import Mirror
from app.refresh.findings import Findings
from app.store.load import noted_requests
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.faults import status
from tests.refresh.mirrors import deployment, mirror_of, stored, truth

PACE = Pace(busy=3, idle=15, longest=300)


@pytest.fixture
def mirror(server: FakeAirflow, store: Store) -> Mirror:
    return mirror_of(Airflow(server.url), store)


@pytest.fixture
def poller(mirror: Mirror) -> Poller:
    return Poller(mirror, pace=PACE, jitter=lambda: 1.0)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "app.poller"]


def test_open_runs_are_a_reason_to_come_back_soon(server: FakeAirflow, poller: Poller) -> None:
    poller.one_pass()
    assert poller.one_pass() == PACE.idle
    run = server.add_run("etl", "r1", state="running")
    server.tick(3)
    assert poller.one_pass() == PACE.busy
    run.finishes()
    server.tick(3)
    assert poller.one_pass() == PACE.idle


def test_failures_wait_longer_each_time_up_to_a_bound(server: FakeAirflow, poller: Poller) -> None:
    server.fails("version", status(503), times=100)
    assert [poller.one_pass() for _ in range(8)] == [6, 12, 24, 48, 96, 192, 300, 300]


def test_pollers_do_not_come_back_all_at_once(server: FakeAirflow, mirror: Mirror) -> None:
    server.fails("version", status(503), times=2)
    assert Poller(mirror, pace=PACE, jitter=lambda: 0.0).one_pass() == 3
    assert Poller(mirror, pace=PACE, jitter=lambda: 0.5).one_pass() == 4.5


def test_a_busy_airflow_is_left_alone_as_long_as_it_asks(
    server: FakeAirflow, poller: Poller
) -> None:
    server.fails("version", status(429, Retry_After="120"))
    assert poller.one_pass() == 120


def test_a_success_ends_the_waiting(server: FakeAirflow, poller: Poller) -> None:
    server.fails("version", status(503), times=3)
    for _ in range(3):
        poller.one_pass()
    assert poller.one_pass() in (PACE.busy, PACE.idle)
    server.fails("version", status(503))
    assert poller.one_pass() == 6


def test_a_failure_is_logged_once_and_stands_on_the_status_page(
    server: FakeAirflow, poller: Poller, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.fails("version", status(503), times=3)
    for _ in range(3):
        poller.one_pass()
    (line,) = lines(caplog)
    assert "503" in line
    state = deployment(store)
    assert (state.error, state.failures) == (line, 3)
    poller.one_pass()
    assert deployment(store).error is None
    assert lines(caplog)[1:] == ["Airflow is mirrored again"]


def test_another_failure_is_news(
    server: FakeAirflow, poller: Poller, caplog: pytest.LogCaptureFixture
) -> None:
    server.fails("version", status(503), times=2)
    poller.one_pass()
    poller.one_pass()
    server.fails("version", status(502))
    poller.one_pass()
    assert len(lines(caplog)) == 2


def test_what_single_items_refused_is_logged_once(
    server: FakeAirflow, poller: Poller, caplog: pytest.LogCaptureFixture
) -> None:
    server.add_dag("private")
    server.forbidden.add("private")
    poller.one_pass()
    server.tick(100)
    poller.one_pass()
    assert len([line for line in lines(caplog) if "private" in line]) == 1


def test_what_nobody_foresaw_does_not_end_the_mirror(
    server: FakeAirflow, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_facts: RunFacts) -> Analysis:
        raise RuntimeError("s3cret detail")

    server.add_run("etl", "r1")
    mirror = mirror_of(Airflow(server.url), store, findings=Findings(broken, 1))
    assert Poller(mirror, pace=PACE, jitter=lambda: 1.0).one_pass() == 6
    assert deployment(store).error == ("a pass failed unexpectedly (RuntimeError): see the log")
    assert caplog.records[0].exc_info is not None
    assert stored(store, server) == truth(server)


def test_a_store_that_cannot_be_written_does_not_end_the_mirror(
    server: FakeAirflow, poller: Poller, store: Store
) -> None:
    server.add_run("etl", "r1")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE dag_run RENAME TO elsewhere")
        connection.exec_driver_sql("ALTER TABLE deployment RENAME TO nowhere")
    assert poller.one_pass() == 6
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO dag_run")
        connection.exec_driver_sql("ALTER TABLE nowhere RENAME TO deployment")
    poller.one_pass()
    assert stored(store, server) == truth(server)


def test_a_full_disk_is_told_and_nothing_is_lost(
    server: FakeAirflow, poller: Poller, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    server.add_run("etl", "r0").task("a").push("k", "x")
    poller.one_pass()
    run = server.add_run("etl", "r1")
    for number in range(50):
        run.task(f"t{number}").push("k", "x" * 20_000)
    server.tick(3)

    def stay_small(connection: DBAPIConnection, _record: object) -> None:
        connection.cursor().execute("PRAGMA max_page_count=100")

    event.listen(store.engine, "connect", stay_small)
    store.engine.dispose()
    poller.one_pass()
    assert any("disk is full" in line for line in lines(caplog))
    assert stored(store, server)["etl", "r0"] == truth(server)["etl", "r0"]
    event.remove(store.engine, "connect", stay_small)
    store.engine.dispose()
    poller.one_pass()
    assert stored(store, server) == truth(server)


def test_the_thread_goes_on_until_it_is_stopped(
    server: FakeAirflow, mirror: Mirror, store: Store
) -> None:
    passed = threading.Semaphore(0)
    release = threading.Semaphore(0)

    def wait(_seconds: float) -> bool:
        passed.release()
        release.acquire()
        return False

    poller = Poller(mirror, pace=PACE, wait=wait)
    server.add_run("etl", "r1")
    poller.start()
    for _ in range(3):
        assert passed.acquire(timeout=20)
        release.release()
    assert passed.acquire(timeout=20)
    release.release()
    poller.stop()
    assert not poller._thread.is_alive()
    assert stored(store, server) == truth(server)


def test_a_stopped_poller_does_not_tell_of_a_failure(
    poller: Poller, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    poller.start()
    poller.stop()
    assert deployment(store).error is None
    assert [line for line in lines(caplog) if "closed" in line] == []
    assert isinstance(deployment(store).last_pass_at, datetime | None)


def test_a_past_that_waits_is_told_once_and_what_it_asked_is_noted(
    server: FakeAirflow, poller: Poller, mirror: Mirror, caplog: pytest.LogCaptureFixture
) -> None:
    at = server.now - timedelta(days=1)
    server.add_run("etl", "r1", run_after=at, end=at, updated_at=at)
    poller.one_pass(fills_back=False)
    server.fails("run_after", status(503), times=10)
    for _ in range(2):
        poller.fill_back(until=lambda: False)
    (line,) = lines(caplog)
    assert line.startswith("Runs of the past wait: ")
    with mirror.store.reading() as session:
        noted = noted_requests(session, deployment_pk=mirror.deployment_pk)
    assert sum(noted.values()) == len(server.requests)
