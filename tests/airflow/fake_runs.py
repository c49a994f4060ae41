"""The DAG runs of a FakeAirflow, and what happens in them."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, Self

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
FINISHED = ("success", "failed")


class Clock(Protocol):
    now: datetime

    def stamp(self) -> datetime:
        """A time for one change, later than every time given before."""


@dataclass
class FakeInstance:
    run: "FakeRun"
    task_id: str
    map_index: int = -1
    state: str | None = "success"
    try_number: int = 1
    start: datetime | None = START
    end: datetime | None = START
    rendered: dict[str, Any] = field(default_factory=dict)
    earlier: list[dict[str, Any]] = field(default_factory=list)
    logs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    def push(self, key: str, value: Any = None, *, text: bytes | None = None) -> Self:
        """Push an XCom: a value, or the JSON text itself when no value could give it."""
        raw = json.dumps(value).encode() if text is None else text
        self.run.xcoms[self.task_id, self.map_index, key] = (self.run.airflow.stamp(), raw)
        return self

    def fails(self, *events: dict[str, Any], state: str = "failed") -> Self:
        """End the try in failure; its log has these events."""
        self.state = state
        self.logs[self.try_number] = list(events)
        self.run.touch()
        return self

    def retries(self, **now: Any) -> Self:
        """Begin the next try as Airflow does: the old one is history, its XComs are deleted."""
        self.earlier.append({**self.row(), "state": "failed"})
        self.earlier[-1].pop("rendered_fields")
        for key in [key for key in self.run.xcoms if key[:2] == (self.task_id, self.map_index)]:
            del self.run.xcoms[key]
        self.try_number += 1
        for name, value in {"state": "running", "end": None, **now}.items():
            setattr(self, name, value)
        self.run.touch()
        return self

    def row(self) -> dict[str, Any]:
        return {
            "id": f"{self.task_id}{self.map_index}{self.try_number}",
            "task_id": self.task_id,
            "dag_id": self.run.dag_id,
            "dag_run_id": self.run.run_id,
            "map_index": self.map_index,
            "start_date": told(self.start),
            "end_date": told(self.end),
            "state": self.state,
            "try_number": self.try_number,
            "max_tries": 2,
            "hostname": "vm",
            "operator": "KubernetesPodOperator",
            "operator_name": "KubernetesPodOperator",
            "queued_when": told(self.start),
            "rendered_map_index": None,
            "rendered_fields": self.rendered,
            "dag_version": {"version_number": self.run.version},
        }


@dataclass
class FakeRun:
    airflow: Clock
    dag_id: str
    run_id: str
    state: str = "success"
    run_after: datetime = START
    end: datetime | None = START
    version: int = 1
    conf: Any = None
    updated_at: datetime = START
    instances: dict[tuple[str, int], FakeInstance] = field(default_factory=dict)
    #: (task, map index, key) to (timestamp, JSON text).
    xcoms: dict[tuple[str, int, str], tuple[datetime, bytes]] = field(default_factory=dict)

    def task(self, task_id: str, map_index: int = -1, **more: Any) -> FakeInstance:
        return self.instances.setdefault(
            (task_id, map_index), FakeInstance(self, task_id, map_index, **more)
        )

    def touch(self, **now: Any) -> None:
        """Change the run as Airflow's scheduler would, which it notices."""
        for name, value in now.items():
            setattr(self, name, value)
        self.updated_at = self.airflow.now

    def finishes(self, state: str = "success") -> None:
        self.touch(state=state, end=self.airflow.now)

    def row(self) -> dict[str, Any]:
        return {
            "dag_run_id": self.run_id,
            "dag_id": self.dag_id,
            "logical_date": told(self.run_after),
            "queued_at": told(self.run_after),
            "start_date": told(self.run_after),
            "end_date": told(self.end),
            "run_after": told(self.run_after),
            "run_type": "manual",
            "state": self.state,
            "conf": self.conf or {},
            "dag_versions": [{"version_number": self.version}],
        }


def told(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone(UTC).isoformat().replace("+00:00", "Z")
