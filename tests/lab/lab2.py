"""A real Airflow 2 beside the same cluster: few DAGs, one webserver worker, one scheduler."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import httpx2

from tests.lab.configuration import HERE, PASSWORDS, Addresses
from tests.lab.configuration2 import DAGS_2, airflow2_environ, dags_folder
from tests.lab.environment import AIRFLOW_2, airflow_python
from tests.lab.metadata import start_metadata
from tests.lab.processes import start_cluster
from tests.lab.rest import FINISHED, Json
from tests.lab.supervisor import Supervisor, free_port

#: Users with a password and a role of their own: see inside2/prepare.py.
READERS = {"one_dag": "password-of-one-dag", "no_xcoms": "password-of-no-xcoms"}


@dataclass(frozen=True, slots=True)
class Lab2:
    """A running lab of Airflow 2. `viewer` is the user that xcomtrace signs in as."""

    state: Path
    addresses: Addresses

    @classmethod
    @contextmanager
    def start(cls, state: Path) -> Iterator[Self]:
        """A lab in this folder; everything it started has ended afterwards.

        Raises:
            StartFailed: with the tail of the log that says why.
        """
        # PostgreSQL may run as another user, which must be able to walk through this folder.
        state.chmod(0o755)
        lab = cls(state.resolve(), Addresses(airflow=free_port(), cluster=free_port()))
        # Both processes have children that they wait for; nothing of theirs is kept.
        with Supervisor(state / "logs", patience=1.0) as supervisor:
            lab._start_processes(supervisor)
            supervisor.wait_until("Airflow 2", lab.is_healthy, seconds=240)
            supervisor.wait_until("the DAGs", lab.knows_all_dags, seconds=120)
            yield lab

    def _start_processes(self, supervisor: Supervisor) -> None:
        python = airflow_python(AIRFLOW_2)
        metadata = start_metadata(self.state, supervisor, sqlite=False)
        environ = airflow2_environ(self.state, python, self.addresses, metadata)
        # The stand-in for Kubernetes is made of what Airflow 3 brings along.
        start_cluster(airflow_python(), self.state, self.addresses.cluster, supervisor)
        prepare = HERE / "inside2" / "prepare.py"
        users = json.dumps({**PASSWORDS, **READERS})
        supervisor.run("prepare", [python, prepare, users], environ)
        where = ["--hostname", "127.0.0.1", "--port", str(self.addresses.airflow)]
        webserver: list[str | Path] = [python, "-m", "airflow", "webserver", *where]
        supervisor.start("webserver", webserver, environ)
        # The log server would listen on every address; the webserver reads the files itself.
        scheduler: list[str | Path] = [python, "-m", "airflow", "scheduler", "--skip-serve-logs"]
        supervisor.start("scheduler", scheduler, environ)

    @property
    def url(self) -> str:
        return self.addresses.airflow_url

    @property
    def username(self) -> str:
        return "viewer"

    @property
    def password(self) -> str:
        return PASSWORDS["viewer"]

    def is_healthy(self) -> bool:
        """Whether the webserver answers and the scheduler has sent a heartbeat."""
        try:
            answer = httpx2.get(f"{self.url}/api/v1/health", timeout=5)
        except httpx2.HTTPError:
            return False
        return answer.is_success and answer.json()["scheduler"]["status"] == "healthy"

    def knows_all_dags(self) -> bool:
        files = {file.name for file in DAGS_2.glob("*.py")}
        found: Json = self._get("dags")
        return files <= {Path(dag["fileloc"]).name for dag in found["dags"]}

    def trigger(self, dag_id: str, run_id: str) -> None:
        body = {"dag_run_id": run_id, "logical_date": datetime.now(UTC).isoformat()}
        with self._client() as client:
            client.post(f"dags/{dag_id}/dagRuns", json=body).raise_for_status()

    def wait(self, dag_id: str, run_id: str, timeout: float = 300) -> str:
        """The run's final state.

        Raises:
            TimeoutError: the run is not over in time.
        """
        end = time.monotonic() + timeout
        while (state := str(self._get(f"dags/{dag_id}/dagRuns/{run_id}")["state"])) not in FINISHED:
            if time.monotonic() > end:
                raise TimeoutError(f"{dag_id} {run_id} is {state} after {timeout:.0f} s")
            time.sleep(1)
        return state

    def task_states(self, dag_id: str, run_id: str) -> dict[str, str | None]:
        """Task id to state; a mapped instance is `task_id[map_index]`."""
        found: Json = self._get(f"dags/{dag_id}/dagRuns/{run_id}/taskInstances")
        return {_shown(one): one["state"] for one in found["task_instances"]}

    def pods(self, run_id: str) -> list[Json]:
        """Every pod that the cluster was asked for by this run, oldest first."""
        lines = (self.state / "pods.jsonl").read_text().splitlines()
        return [pod for pod in map(json.loads, lines) if pod["labels"].get("run_id") == run_id]

    def change_dag(self, dag_id: str, old: str, new: str, timeout: float = 60) -> None:
        """Edits a DAG's file as a deployment would; Airflow has read it when this returns.

        Raises:
            TimeoutError: it does not read it in time.
        """
        file = dags_folder(self.state) / f"{dag_id}.py"
        file.write_text(file.read_text().replace(old, new))
        end = time.monotonic() + timeout
        while new not in self._source(dag_id):
            if time.monotonic() > end:
                raise TimeoutError(f"{dag_id} has not changed after {timeout:.0f} s")
            time.sleep(0.5)

    def _source(self, dag_id: str) -> str:
        with self._client() as client:
            token = client.get(f"dags/{dag_id}").json()["file_token"]
            return client.get(f"dagSources/{token}", headers={"Accept": "text/plain"}).text

    def _get(self, path: str) -> Any:
        with self._client() as client:
            return client.get(path, params={"limit": 100} if "/" not in path else {}).json()

    def _client(self) -> httpx2.Client:
        login = ("admin", PASSWORDS["admin"])
        return httpx2.Client(base_url=f"{self.url}/api/v1/", auth=login, timeout=60, verify=False)


def _shown(instance: Json) -> str:
    index = instance["map_index"]
    task_id: str = instance["task_id"]
    return task_id if index < 0 else f"{task_id}[{index}]"
