"""An Airflow 3 whose users have FAB's roles: an api-server alone, over DAGs that never run."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx2

from tests.lab.configuration import HERE, Addresses, machine, secret
from tests.lab.environment import AIRFLOW_3_FAB, airflow_python
from tests.lab.supervisor import Supervisor, free_port

#: Users, their passwords; their roles: see inside3fab/prepare.py.
USERS = {
    name: f"password-of-{name}" for name in ("admin", "viewer", "some_dags", "no_xcoms", "nobody")
}
_FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"


@dataclass(frozen=True, slots=True)
class Fab3:
    """A running api-server."""

    url: str
    pid: int = 0  # Of its only process.

    @classmethod
    @contextmanager
    def start(
        cls, state: Path, *, dags: Path = HERE / "dags3fab", filled_by: Sequence[str] = ()
    ) -> Iterator[Self]:
        """In this folder; what it started has ended afterwards.

        `filled_by`: a script in Airflow's environment, and its arguments, that runs before.

        Raises:
            StartFailed: with the tail of the log that says why.
        """
        python, port = airflow_python(AIRFLOW_3_FAB), free_port()
        fab = cls(Addresses(airflow=port, cluster=0).airflow_url)
        environ = _environ(state, python, fab.url, dags)
        with Supervisor(state / "logs", patience=1.0) as supervisor:
            prepare = HERE / "inside3fab" / "prepare.py"
            supervisor.run("prepare", [python, prepare, json.dumps(USERS)], environ)
            if filled_by:
                supervisor.run("fill", [python, *filled_by], environ)
            where = ["--workers", "1", "--host", "127.0.0.1", "--port", str(port)]
            supervisor.start("api", [python, "-m", "airflow", "api-server", *where], environ)
            supervisor.wait_until("Airflow", fab.answers, seconds=120)
            yield cls(fab.url, supervisor.pid_of("api"))

    def answers(self) -> bool:
        try:
            return bool(httpx2.get(f"{self.url}/api/v2/version", timeout=5).is_success)
        except httpx2.HTTPError:
            return False

    def push(self, dag_id: str, run_id: str, value: Any) -> None:
        """Makes a run whose task `make` has pushed the value; nothing runs it."""
        runs = f"/api/v2/dags/{dag_id}/dagRuns"
        body = {"key": "return_value", "value": value}
        with self._as_admin() as admin:
            admin.post(runs, json={"dag_run_id": run_id, "logical_date": None}).raise_for_status()
            where = f"{runs}/{run_id}/taskInstances/make/xcomEntries"
            admin.post(where, json=body).raise_for_status()

    def _as_admin(self) -> httpx2.Client:
        login = {"username": "admin", "password": USERS["admin"]}
        answer = httpx2.post(f"{self.url}/auth/token", json=login, timeout=30).raise_for_status()
        shown = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        return httpx2.Client(base_url=self.url, headers=shown, timeout=30)


def _environ(state: Path, python: Path, url: str, dags: Path) -> dict[str, str]:
    return {
        **machine(python),
        "AIRFLOW_HOME": str(state / "airflow"),
        "AIRFLOW__CORE__AUTH_MANAGER": _FAB,
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__FERNET_KEY": secret("fernet"),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{state / 'airflow.db'}",
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__SECRET_KEY": secret("api"),
        "AIRFLOW__API_AUTH__JWT_SECRET": secret("jwt"),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(state / "airflow" / "logs"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
