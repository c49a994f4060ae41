"""The lab's processes, started in the order they need each other."""

import os
from pathlib import Path

from tests.lab.configuration import Addresses, airflow_environ
from tests.lab.environment import airflow_python
from tests.lab.metadata import start_metadata
from tests.lab.supervisor import Supervisor, is_listening

ROOT = Path(__file__).parents[2]
COMPONENTS = ("scheduler", "dag-processor", "triggerer")


def start_processes(
    state: Path, addresses: Addresses, supervisor: Supervisor, *, sqlite: bool
) -> None:
    """Starts everything; the cluster answers, Airflow may need some seconds more.

    Raises:
        StartFailed: one ended; with the tail of its log.
    """
    python = airflow_python()
    metadata = start_metadata(state, supervisor, sqlite=sqlite)
    environ = airflow_environ(state, python, addresses, metadata)
    start_cluster(python, state, addresses.cluster, supervisor)
    supervisor.run("migrate", [python, "-m", "airflow", "db", "migrate"], environ)
    api_server = _api_server_command(python, addresses.airflow)
    supervisor.start("api-server", api_server, environ)
    for name in COMPONENTS:
        supervisor.start(name, _component_command(python, name), environ)


def start_cluster(python: Path, state: Path, port: int, supervisor: Supervisor) -> None:
    command: list[str | Path] = [python, "-m", "tests.lab.cluster", "--state", state]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    supervisor.start("cluster", [*command, "--port", str(port)], environ)
    supervisor.wait_until("the cluster", lambda: is_listening(port), seconds=60)


def _api_server_command(python: Path, port: int) -> list[str | Path]:
    where = ["--host", "127.0.0.1", "--port", str(port)]
    return [python, "-m", "airflow", "api-server", "--workers", "1", *where]


def _component_command(python: Path, name: str) -> list[str | Path]:
    # The log server would listen on every address; the api-server reads the files itself.
    quiet = [] if name == "dag-processor" else ["--skip-serve-logs"]
    return [python, "-m", "airflow", name, *quiet]
