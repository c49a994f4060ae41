"""The door to the lab: start it or join one that runs, trigger DAGs, wait, see every pod."""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

import httpx2

from tests.lab.configuration import (
    DAGS,
    DAGS_BUNDLE,
    PASSWORDS,
    Addresses,
    added_dags,
    connection_extra,
)
from tests.lab.processes import start_processes
from tests.lab.supervisor import Supervisor, free_port

LONGEST_LABEL = 63
# A day on which `orders_export` finds no orders; see images/exporter.
BAD_DAY = date(2025, 11, 21)
# The tag of DAGs that another DAG starts.
ON_DEMAND = "on demand"
FINISHED = ("success", "failed")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lab:
    """A running lab. `viewer` is the user that xcomtrace logs in as; `admin` triggers."""

    state: Path
    addresses: Addresses

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
    def url(self) -> str:
        return self.addresses.airflow_url

    @property
    def username(self) -> str:
        return "viewer"

    @property
    def password(self) -> str:
        return PASSWORDS["viewer"]

    @property
    def admin_username(self) -> str:
        return "admin"

    @property
    def admin_password(self) -> str:
        return PASSWORDS["admin"]

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

    def dag_ids(self) -> list[str]:
        return sorted(dag["dag_id"] for dag in self._dags())

    def _own_dag_ids(self) -> list[str]:
        tags = {dag["dag_id"]: {tag["name"] for tag in dag["tags"]} for dag in self._dags()}
        return sorted(dag_id for dag_id, names in tags.items() if ON_DEMAND not in names)

    def _dags(self) -> list[Json]:
        found: Json = self._get("/api/v2/dags", limit=100)
        return [dag for dag in found["dags"] if dag["bundle_name"] == DAGS_BUNDLE]

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

    def add_connection(self, connection_id: str, extra: Json) -> None:
        """Makes a connection to the lab's cluster with something more in its extra."""
        whole = json.dumps(connection_extra(self.state) | extra)
        body = {"connection_id": connection_id, "conn_type": "kubernetes", "extra": whole}
        with self._client() as client:
            client.post("/api/v2/connections", json=body).raise_for_status()

    def trigger(self, dag_id: str, run_id: str, logical_date: datetime | None = None) -> None:
        """Starts a run; `{{ ds }}` in its templates is the day of the logical date (now)."""
        when = logical_date or datetime.now(UTC)
        body = {"dag_run_id": run_id, "logical_date": when.isoformat()}
        with self._client() as client:
            client.post(f"/api/v2/dags/{dag_id}/dagRuns", json=body).raise_for_status()

    def trigger_all(self, run_id: str) -> list[str]:
        """Starts a run with this id in every DAG that no other DAG starts; the DAGs' ids.

        The logical date lies on BAD_DAY, whatever day it is.
        """
        # The time of day keeps two logical dates apart, as Airflow wants them.
        dag_ids, when = self._own_dag_ids(), datetime.combine(BAD_DAY, datetime.now(UTC).timetz())
        for dag_id in dag_ids:
            self.trigger(dag_id, run_id, when)
        return dag_ids

    def wait(self, dag_id: str, run_id: str, timeout: float = 300) -> str:
        """The run's final state.

        Raises:
            TimeoutError: the run is not over in time.
        """
        end = time.monotonic() + timeout
        while (state := self.run_state(dag_id, run_id)) not in FINISHED:
            if time.monotonic() > end:
                raise TimeoutError(f"{dag_id} {run_id} is {state} after {timeout:.0f} s")
            time.sleep(1)
        return state

    def run_state(self, dag_id: str, run_id: str) -> str:
        run: Json = self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")
        return str(run["state"])

    def task_states(self, dag_id: str, run_id: str) -> dict[str, str | None]:
        """Task id to state; a mapped instance is `task_id[map_index]`."""
        instances = self.task_instances(dag_id, run_id)
        return {_shown(instance): instance["state"] for instance in instances}

    def task_instances(self, dag_id: str, run_id: str) -> list[Json]:
        """A run's task instances as Airflow tells them, with their rendered fields."""
        found: Json = self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances", limit=100)
        instances: list[Json] = found["task_instances"]
        return instances

    def xcom_entries(self, dag_id: str, run_id: str) -> list[Json]:
        """The index of a run's XComs, without their values."""
        where = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/~/xcomEntries"
        found: Json = self._get(where, limit=100)
        entries: list[Json] = found["xcom_entries"]
        return entries

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str, *, map_index: int = -1) -> Any:
        """The value of an XCom as Airflow stores it."""
        where = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/{key}"
        return self._get(where, map_index=map_index)["value"]

    def change_xcom(self, dag_id: str, run_id: str, task_id: str, key: str, value: Any) -> None:
        """Edits an XCom, as a user may in Airflow's own pages."""
        where = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/{key}"
        with self._client() as client:
            client.patch(where, json={"value": value}).raise_for_status()

    def clear(self, dag_id: str, run_id: str, task_ids: list[str]) -> None:
        """Lets these tasks run again, and no others."""
        body = {
            "dag_run_id": run_id,
            "task_ids": task_ids,
            "dry_run": False,
            "only_failed": False,
        }
        with self._client() as client:
            where = f"/api/v2/dags/{dag_id}/clearTaskInstances"
            client.post(where, json=body).raise_for_status()

    def log(self, dag_id: str, run_id: str, task_id: str, *, try_number: int = 1) -> str:
        """The log of a try: the text of each event and of its exceptions."""
        where = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{try_number}"
        lines: list[Json] = self._get(where)["content"]
        errors = (error for line in lines for error in line.get("error_detail") or ())
        texts = [line["event"] for line in lines]
        return "\n".join(texts + [error["exc_value"] for error in errors])

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

    def import_errors(self) -> list[str]:
        found: Json = self._get("/api/v2/importErrors")
        return [error["stack_trace"] for error in found["import_errors"]]

    def _get(self, path: str, **parameters: int | str) -> Any:
        with self._client() as client:
            return client.get(path, params=parameters).raise_for_status().json()

    def _client(self) -> httpx2.Client:
        login = {"username": self.admin_username, "password": self.admin_password}
        answer = httpx2.post(f"{self.url}/auth/token", json=login, timeout=60)
        token = answer.raise_for_status().json()["access_token"]
        return httpx2.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=60
        )

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


def _shown(instance: Json) -> str:
    index = instance["map_index"]
    task_id: str = instance["task_id"]
    return task_id if index < 0 else f"{task_id}[{index}]"
