"""A real Airflow of any recorded version: its processes, and what its admin does to it."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import httpx2

from tests.airflow.recording.versions import Version
from tests.lab.configuration import HERE, PASSWORDS, Addresses, airflow_environ
from tests.lab.configuration2 import airflow2_environ
from tests.lab.environment import airflow_python
from tests.lab.metadata import Metadata, start_metadata
from tests.lab.processes import start_cluster
from tests.lab.supervisor import Supervisor, free_port

OURS = Path(__file__).parent
#: Small, so that pages are turned: the longest list of a run has some twenty rows.
PAGE_LIMIT = "10"
_PREPARE_2 = HERE / "inside2" / "prepare.py"
# The components of Airflow 3; the log server would listen on every address.
_QUIET = "--skip-serve-logs"
_PARTS = (("scheduler", _QUIET), ("dag-processor",), ("triggerer", _QUIET))


@dataclass(frozen=True, slots=True)
class Running:
    """An Airflow that answers, and knows the DAGs of `dags/`."""

    version: Version
    python: Path
    state: Path
    addresses: Addresses
    environ: Mapping[str, str]

    @classmethod
    @contextmanager
    def start(cls, version: Version, python: Path, state: Path) -> Iterator[Self]:
        """Everything it started has ended afterwards.

        Raises:
            StartFailed: with the tail of the log that says why.
        """
        # PostgreSQL may run as another user, which must be able to walk through this folder.
        state.chmod(0o755)
        addresses = Addresses(airflow=free_port(), cluster=free_port())
        with Supervisor(state / "logs", patience=3.0) as supervisor:
            metadata = start_metadata(state, supervisor, sqlite=False)
            environ = _environ(version, python, state, addresses, metadata)
            # The stand-in for Kubernetes is made of what the lab's Airflow 3 brings along.
            start_cluster(airflow_python(), state, addresses.cluster, supervisor)
            running = cls(version, python, state, addresses, environ)
            running._start_processes(supervisor)
            supervisor.wait_until("Airflow", running.is_healthy, seconds=240)
            supervisor.wait_until("the DAGs", running.knows_its_dags, seconds=120)
            yield running

    def _start_processes(self, supervisor: Supervisor) -> None:
        if self.version.is_2:
            # Beside the original lie settings that import what only the lab's own versions have.
            prepare = self.state / "prepare.py"
            prepare.write_text(_PREPARE_2.read_text())
            command: list[str | Path] = [self.python, prepare, json.dumps(PASSWORDS)]
            supervisor.run("prepare", command, self.environ)
            where = ["--hostname", "127.0.0.1", "--port", str(self.addresses.airflow)]
            self._start(supervisor, "webserver", *where)
            self._start(supervisor, "scheduler", _QUIET)
            return
        supervisor.run("migrate", [*self._airflow, "db", "migrate"], self.environ)
        where = ["--host", "127.0.0.1", "--port", str(self.addresses.airflow), "--workers", "1"]
        self._start(supervisor, "api-server", *where)
        for name, *more in _PARTS:
            self._start(supervisor, name, *more)

    def _start(self, supervisor: Supervisor, name: str, *more: str) -> None:
        supervisor.start(name, [*self._airflow, name, *more], self.environ)

    @property
    def _airflow(self) -> list[str | Path]:
        return [self.python, "-m", "airflow"]

    @property
    def dags(self) -> Path:
        return self.state / "dags"

    # What its admin does.

    def is_healthy(self) -> bool:
        path = "api/v1/health" if self.version.is_2 else "api/v2/monitor/health"
        try:
            answer = httpx2.get(f"{self.addresses.airflow_url}/{path}", timeout=5)
        except httpx2.HTTPError:
            return False
        parts = ["scheduler"] if self.version.is_2 else ["scheduler", "dag_processor"]
        return answer.is_success and all(
            (answer.json().get(part) or {}).get("status") == "healthy" for part in parts
        )

    def knows_its_dags(self) -> bool:
        files = {file.stem for file in self.dags.glob("*.py")}
        return files <= {dag["dag_id"] for dag in self.get("dags").get("dags", ())}

    def get(self, path: str) -> Any:
        with self._client() as client:
            return client.get(path).json()

    def post(self, path: str, body: object) -> None:
        with self._client() as client:
            answer = client.post(path, json=body)
            assert answer.is_success, answer.text

    def trigger(self, dag_id: str, run_id: str) -> None:
        body = {"dag_run_id": run_id, "logical_date": datetime.now(UTC).isoformat()}
        self.post(f"dags/{dag_id}/dagRuns", body)

    def clear(self, dag_id: str, run_id: str, task_id: str) -> None:
        body = {
            "dag_run_id": run_id,
            "task_ids": [task_id],
            "dry_run": False,
            "only_failed": False,
            "reset_dag_runs": True,
        }
        self.post(f"dags/{dag_id}/clearTaskInstances", body)

    def open(self, gate: str) -> None:
        """What waits for it in `recorded_retries` goes on."""
        (self.state / "gates" / gate).touch()

    def states(self, dag_id: str, run_id: str) -> dict[str, str | None]:
        """Task to state; of a mapped one that of any instance."""
        found = self.get(f"dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=100")
        return {one["task_id"]: one["state"] for one in found["task_instances"]}

    def truth(self) -> Any:
        """What its database has, not asked through the REST API."""
        script = OURS / "inside" / "truth.py"
        done = subprocess.run(  # noqa: S603 # our own script
            [self.python, script],
            env=dict(self.environ),
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.returncode, done.stderr
        return json.loads(done.stdout.strip().split("\n")[-1])

    def _client(self) -> httpx2.Client:
        at, password = self.addresses.airflow_url, PASSWORDS["admin"]
        if self.version.is_2:
            login = ("admin", password)
            return httpx2.Client(base_url=f"{at}/api/v1/", auth=login, timeout=60, verify=False)
        answer = httpx2.post(
            f"{at}/auth/token", json={"username": "admin", "password": password}, timeout=60
        )
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        return httpx2.Client(base_url=f"{at}/api/v2/", headers=headers, timeout=60, verify=False)


def wait_until(what: str, ready: Callable[[], bool], *, seconds: float = 240) -> None:
    """Raises TimeoutError when it is not so in time."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"not after {seconds:.0f} s: {what}")
        time.sleep(0.5)


def _environ(
    version: Version, python: Path, state: Path, addresses: Addresses, metadata: Metadata
) -> dict[str, str]:
    for name in ("dags", "gates"):
        (state / name).mkdir()
    environ = (airflow2_environ if version.is_2 else airflow_environ)(
        state, python, addresses, metadata
    )
    for file in (state / "dags").glob("*"):
        file.unlink()
    for file in (OURS / "dags").glob("*.py"):
        (state / "dags" / file.name).write_text(file.read_text())
    # So do these.
    (state / "airflow" / "config" / "airflow_local_settings.py").write_text("")
    bundle = {
        "name": "dags-folder",
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(state / "dags"), "refresh_interval": 1},
    }
    return environ | {
        "XCOMTRACE_GATES": str(state / "gates"),
        "AIRFLOW__API__MAXIMUM_PAGE_LIMIT": PAGE_LIMIT,
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps([bundle]),
        "AIRFLOW__CORE__DAGS_FOLDER": str(state / "dags"),
    }
