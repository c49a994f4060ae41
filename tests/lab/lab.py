"""The door to the lab: start it or join one that runs, trigger DAGs, wait, see every pod."""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

import httpx2

from tests.lab.configuration import (
    DAGS,
    PASSWORDS,
    Addresses,
    added_dags,
)
from tests.lab.processes import start_processes
from tests.lab.rest import Json, Rest
from tests.lab.supervisor import Supervisor, free_port

LONGEST_LABEL = 63


@dataclass(frozen=True, slots=True)
class Lab(Rest):
    """A running lab. `viewer` is the user that xcomtrace logs in as; `admin` triggers."""

    @classmethod
    @contextmanager
    def start(
        cls, state: Path, *, airflow_port: int | None = None, sqlite: bool = False
    ) -> Iterator[tuple[Self, Supervisor]]:
        """A lab of our own in this folder; everything it started has ended afterwards.

        With `sqlite`, as on a machine without PostgreSQL.

        Raises:
            StartFailed: with the tail of the log that says why.
        """
        state.mkdir(parents=True, exist_ok=True)
        # PostgreSQL may run as another user, which must be able to walk through this folder.
        state.chmod(0o755)
        addresses = Addresses(airflow=airflow_port or free_port(), cluster=free_port())
        with Supervisor(state / "logs") as supervisor:
            lab = cls(state.resolve(), addresses)
            start_processes(lab.state, addresses, supervisor, sqlite=sqlite)
            supervisor.wait_until("Airflow", lab.is_healthy, seconds=180)
            supervisor.wait_until("the DAGs", lab.knows_all_dags, seconds=180)
            lab.card.write_text(json.dumps(lab._describe(), indent=2))
            try:
                yield lab, supervisor
            finally:
                lab.card.unlink(missing_ok=True)

    @classmethod
    def join(cls, state: Path) -> Self:
        """The lab that runs with this state folder.

        Raises:
            FileNotFoundError: none runs there.
        """
        card = json.loads((state / "lab.json").read_text())
        return cls(state.resolve(), Addresses(card["airflow_port"], card["cluster_port"]))

    @property
    def username(self) -> str:
        return "viewer"

    @property
    def password(self) -> str:
        return PASSWORDS["viewer"]

    @property
    def card(self) -> Path:
        """The file by which others join: address, ports, credentials."""
        return self.state / "lab.json"

    def pods(self, dag_id: str | None = None, run_id: str | None = None) -> list[Json]:
        """Every pod the cluster was asked for, oldest first; of one DAG or one run if named.

        Each has time, accepted, refusal, name, namespace, labels, annotations, image, cmds, args,
        env and the whole pod.
        """
        file = self.state / "pods.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        names = {"dag_id": dag_id, "run_id": run_id}
        wanted = {name: label_of(text) for name, text in names.items() if text is not None}
        return [pod for pod in map(json.loads, lines) if _has_labels(pod, wanted)]

    def add_dag(self, dag_id: str, source: str, timeout: float = 60) -> None:
        """Makes Airflow know one more DAG; `dag_ids` and `trigger_all` leave it out.

        Raises:
            TimeoutError: it does not find it in time.
        """
        (added_dags(self.state) / f"{dag_id}.py").write_text(source)
        end = time.monotonic() + timeout
        with self._client() as client:
            while client.get(f"/api/v2/dags/{dag_id}").status_code != HTTPStatus.OK:
                if time.monotonic() > end:
                    raise TimeoutError(f"{dag_id}: {self.import_errors()}")
                time.sleep(0.3)

    def is_healthy(self) -> bool:
        """Whether the api-server answers and all three others have sent a heartbeat."""
        try:
            answer = httpx2.get(f"{self.url}/api/v2/monitor/health", timeout=5)
        except httpx2.HTTPError:
            return False
        parts = answer.json() if answer.is_success else {}
        return all(_is_healthy(parts, name) for name in ("scheduler", "dag_processor", "triggerer"))

    def knows_all_dags(self) -> bool:
        """Whether the DAG processor has read every file of `dags/`."""
        files = {file.name for file in DAGS.glob("*.py")}
        found: Json = self._get("/api/v2/dags", limit=100)
        return files <= {Path(dag["fileloc"]).name for dag in found["dags"]}

    def _describe(self) -> Json:
        return {
            "url": self.url,
            "airflow_port": self.addresses.airflow,
            "cluster_port": self.addresses.cluster,
            "username": self.username,
            "password": self.password,
            "admin_username": self.admin_username,
            "admin_password": self.admin_password,
            "pods": str(self.state / "pods.jsonl"),
            "pid": os.getpid(),
        }


def _is_healthy(parts: Mapping[str, Any], name: str) -> bool:
    return bool(parts.get(name, {}).get("status") == "healthy")


def _has_labels(pod: Json, wanted: Mapping[str, str]) -> bool:
    labels: dict[str, str] = pod["labels"]
    return wanted.items() <= labels.items()


def label_of(text: str) -> str:
    """The label value that the KubernetesPodOperator makes of an id.

    From `make_safe_label_value` of apache-airflow-providers-cncf-kubernetes 10.25.0: what a label
    cannot hold is dropped, and then a hash keeps two ids apart.
    """
    safe = re.sub(r"^[^a-z0-9A-Z]*|[^a-zA-Z0-9_\-\.]|[^a-z0-9A-Z]*$", "", text)
    if safe == text and len(safe) <= LONGEST_LABEL:
        return safe
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:9]
    return f"{safe[: LONGEST_LABEL - 10]}-{digest}"
