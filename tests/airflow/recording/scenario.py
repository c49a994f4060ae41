"""What happens while an Airflow is recorded, and when the mirror passes over it."""

import platform
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.airflow.auth import Password
from app.airflow.client import Airflow
from app.store.schema import migrate
from app.store.session import Store
from tests.airflow.mirroring import recorded_mirror
from tests.airflow.recording.exchanges import Exchange
from tests.airflow.recording.proxy import Proxy
from tests.airflow.recording.running import Running, wait_until
from tests.lab.configuration import PASSWORDS

FLOWS, RETRIES, CHANGES = "recorded_flows", "recorded_retries", "recorded_changes"
_ENDED = {"success", "failed", "skipped", "upstream_failed"}
_ADDED = '    BashOperator(task_id="added", bash_command="true", do_xcom_push=False)\n'


def recorded(airflow: Running) -> tuple[list[Exchange], dict[str, Any]]:
    """Every exchange of the mirror's passes, and what was really so after the last of them."""
    replaced = {
        str(airflow.state): "/lab",
        str(airflow.python.parents[1]): "/airflow",
        platform.node(): "worker-1",
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        Proxy(airflow.addresses.airflow, replaced=replaced) as proxy,
    ):
        refresh = _passes(proxy, Path(folder))
        for turn, _ in enumerate(_happenings(airflow), 1):
            proxy.turn = turn
            refresh()
    return proxy.exchanges, airflow.truth()


def _passes(proxy: Proxy, folder: Path) -> Callable[[], None]:
    url = f"sqlite:///{folder / 'store.sqlite'}"
    migrate(url)
    airflow = Airflow(proxy.url, Password("viewer", PASSWORDS["viewer"]))
    mirror = recorded_mirror(airflow, Store(url))

    def refresh() -> None:
        for trouble in mirror.refresh().troubles:
            print(trouble)  # noqa: T201 # it may be what this version is recorded for

    return refresh


def _happenings(airflow: Running) -> Iterator[None]:
    """Yields when a pass is due."""
    airflow.post("pools", {"name": "narrow", "slots": 1})
    airflow.trigger(RETRIES, "r1")
    _wait_for(airflow, RETRIES, {"retried": "up_for_retry", "holds": "running"})
    yield
    for dag_id in (FLOWS, CHANGES):
        airflow.trigger(dag_id, "r1")
    for dag_id in (FLOWS, CHANGES):
        _wait_for_end(airflow, dag_id, "r1")
    waiting = {"retried": "scheduled", "holds": "running", "looks": "up_for_reschedule"}
    _wait_for(airflow, RETRIES, waiting)
    yield
    airflow.open("slot")
    _wait_for(airflow, RETRIES, {"retried": "running", "looks": "up_for_reschedule"})
    yield
    for gate in ("retry", "sensor"):
        airflow.open(gate)
    _wait_for_end(airflow, RETRIES, "r1")
    _deploy(airflow)
    airflow.trigger(CHANGES, "r2")
    _wait_for_end(airflow, CHANGES, "r2")
    airflow.clear(CHANGES, "r1", "takes")
    _wait_for_end(airflow, CHANGES, "r1")
    yield
    # What was at rest in the pass before is looked at once more.
    yield


def _wait_for(airflow: Running, dag_id: str, states: dict[str, str]) -> None:
    wait_until(
        f"{dag_id} is {states}", lambda: states.items() <= airflow.states(dag_id, "r1").items()
    )


def _wait_for_end(airflow: Running, dag_id: str, run_id: str) -> None:
    wait_until(
        f"{dag_id} {run_id} is over",
        lambda: airflow.get(f"dags/{dag_id}/dagRuns/{run_id}")["state"] in _ENDED,
    )


def _deploy(airflow: Running) -> None:
    """A new version of a DAG, which has a task more."""
    file = airflow.dags / f"{CHANGES}.py"
    file.write_text(file.read_text() + _ADDED)
    wait_until(
        "the new version is known",
        lambda: len(airflow.get(f"dags/{CHANGES}/tasks").get("tasks", ())) == 3,
    )
