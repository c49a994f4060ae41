"""`kill -9` at any moment of a back-fill: nothing half is ever stored, nothing is missing after."""

import signal
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from app.store.schema import SchemaState, migrate, schema_state
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.polling import polling
from tests.refresh.mirrors import deployment, stored, truth
from tests.waiting import until

RUNS = 150
# At which of a process's requests it is killed, and seconds from there: while it begins, while it
# reads a chunk of twenty runs, and while it writes one (its last value is the twentieth or so).
MOMENTS = (
    ("version", 1, 0.0),
    ("taskInstances", 1, 0.0),
    ("xcomEntries/key", 1, 0.0),
    ("xcomEntries/key", 10, 0.0),
    ("xcomEntries/key", 20, 0.0),
    ("xcomEntries/key", 20, 0.02),
    ("xcomEntries/key", 20, 0.05),
    ("xcomEntries/key", 20, 0.1),
    ("xcomEntries/key", 20, 0.2),
    ("xcomEntries/key", 30, 0.0),
)


def fill(server: FakeAirflow) -> None:
    """Runs that ended long ago, the first one newest, and one that goes on."""
    server.add_dag("etl", "source", tasks=("pod", "load"))
    for number in range(RUNS):
        at = server.now - timedelta(hours=number + 1)
        run = server.add_run("etl", f"r{number}", run_after=at, end=at, updated_at=at)
        pod = run.task("pod", rendered={"arguments": [f"--n={number}"]})
        pod.push("return_value", {"n": number, "list": list(range(20))}).push("key", number)
        run.task("load").push("return_value", f"value of {number}")
    server.add_run("etl", "open", state="running").task("pod").push("key", "x")


@pytest.mark.timeout(600)
def test_the_store_equals_airflow_after_any_kill(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'store.sqlite'}"
    migrate(database)
    store = Store(database)
    with FakeAirflow() as server:
        fill(server)
        for path, nth, delay in MOMENTS:
            with polling(server.url, database) as process:
                kill = threading.Timer(delay, process.send_signal, [signal.SIGKILL])
                server.before(path, kill.start, nth=nth)
                process.wait(timeout=120)
            assert process.returncode == -signal.SIGKILL
            assert_nothing_is_half(store, server)
        assert deployment(store).backfill_done is False
        with polling(server.url, database):
            until(
                lambda: deployment(store).backfill_done, what="the past is not there", seconds=120
            )
        assert stored(store, server) == truth(server)
        assert schema_state(store) is SchemaState.CURRENT
    store.close()


def assert_nothing_is_half(store: Store, server: FakeAirflow) -> None:
    """Each run is stored whole or not at all, and what is behind the mark is stored."""
    there, found = truth(server), stored(store, server)
    assert {at: there[at] for at, run in found.items() if run is not None} == {
        at: run for at, run in found.items() if run is not None
    }
    reached = deployment(store).backfilled_to
    behind = [at for at, run in server.runs.items() if reached and run.run_after >= reached]
    assert [at for at in behind if found[at] is None] == []
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
