"""Airflow's REST API as the tests of the lab use it: trigger, wait, look, change."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx2

from tests.lab.configuration import DAGS_BUNDLE, PASSWORDS, Addresses, connection_extra

# A day on which `orders_export` finds no orders; see images/exporter.
BAD_DAY = date(2025, 11, 21)
# The tag of DAGs that another DAG starts.
ON_DEMAND = "on demand"
FINISHED = ("success", "failed")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rest:
    """What Airflow says and does when `admin` asks; of the lab with this state folder."""

    state: Path
    addresses: Addresses

    @property
    def url(self) -> str:
        return self.addresses.airflow_url

    @property
    def admin_username(self) -> str:
        return "admin"

    @property
    def admin_password(self) -> str:
        return PASSWORDS["admin"]

    def dag_ids(self) -> list[str]:
        return sorted(dag["dag_id"] for dag in self._dags())

    def _own_dag_ids(self) -> list[str]:
        tags = {dag["dag_id"]: {tag["name"] for tag in dag["tags"]} for dag in self._dags()}
        return sorted(dag_id for dag_id, names in tags.items() if ON_DEMAND not in names)

    def _dags(self) -> list[Json]:
        found: Json = self._get("/api/v2/dags", limit=100)
        return [dag for dag in found["dags"] if dag["bundle_name"] == DAGS_BUNDLE]

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

    def import_errors(self) -> list[str]:
        found: Json = self._get("/api/v2/importErrors")
        return [error["stack_trace"] for error in found["import_errors"]]

    def _get(self, path: str, **parameters: int | str) -> Any:
        with self._client() as client:
            return client.get(path, params=parameters).raise_for_status().json()

    def _client(self) -> httpx2.Client:
        login = {"username": self.admin_username, "password": self.admin_password}
        with _opened(self.url) as http:
            token = http.post("/auth/token", json=login).raise_for_status().json()["access_token"]
        return _opened(self.url, {"Authorization": f"Bearer {token}"})


def _opened(url: str, headers: dict[str, str] | None = None) -> httpx2.Client:
    # There is no TLS on loopback, and to load the certificates costs 50 ms each time.
    return httpx2.Client(base_url=url, headers=headers, timeout=60, verify=False)


def _shown(instance: Json) -> str:
    index = instance["map_index"]
    task_id: str = instance["task_id"]
    return task_id if index < 0 else f"{task_id}[{index}]"
