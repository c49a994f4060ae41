"""`FakeAirflow`: an Airflow 3 in memory that speaks API v2 over real HTTP on loopback.

Shapes are those recorded from 3.3.2 (airflow-facts.md). Tests change its state between and even
during requests, count what it was asked, and have it misbehave.

    with FakeAirflow() as airflow:
        run = airflow.add_run("etl", "r1", state="running")
        run.task("extract", state="success").push("return_value", {"key1": "a"})
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any, TypeAlias
from urllib.parse import unquote

from tests.airflow.fake_runs import FINISHED, START, FakeRun, told
from tests.airflow.serving import Answer, Fault, Handler, Served

Routes: TypeAlias = tuple[tuple[str, Callable[..., Any]], ...]


class FakeAirflow(Served):
    def __init__(self) -> None:
        self.now = START + timedelta(days=1)
        self.runs: dict[tuple[str, str], FakeRun] = {}
        self.dags: dict[str, list[dict[str, Any]]] = {}  # Each version: source and tasks.
        self.requests: list[str] = []
        self.forbidden: set[str] = set()  # DAG ids that our user may not read.
        self.refuses_all = False  # As for a user with rights on some DAGs only.
        self.serves_cursor = True
        self.serves_wait = True
        self.users: dict[str, str] | None = None  # None: everybody is let in.
        self.tokens: set[str] = set()
        self.most_at_once = 0
        self.version = "3.3.2"
        self.page_limit = 100
        self._under_way = 0
        self._lock = threading.RLock()
        self._faults: list[tuple[re.Pattern[str], Fault, int]] = []
        self._before: list[list[Any]] = []  # Path, change, and at which request.

    # What tests do with it.

    def bound(self) -> type[BaseHTTPRequestHandler]:
        return type("BoundHandler", (Handler,), {"airflow": self})

    @property
    def parts(self) -> tuple[int, ...]:
        """The numbers of its version."""
        return tuple(int(part) for part in self.version.split("."))

    def changing(self) -> threading.RLock:
        """Hold it (`with`) to change several things while requests come in: none sees a part."""
        return self._lock

    def tick(self, seconds: float = 1.0) -> None:
        self.now += timedelta(seconds=seconds)

    def stamp(self) -> datetime:
        """A time for one change, later than every time given before."""
        self.now += timedelta(microseconds=1)
        return self.now

    def add_dag(self, dag_id: str, source: str = "", tasks: tuple[str, ...] = ()) -> None:
        """A DAG, or its next version."""
        rows = [
            {
                "task_id": task,
                "operator_name": "KubernetesPodOperator",
                "template_fields": ["arguments", "env_vars"],
                "downstream_task_ids": list(tasks[place + 1 : place + 2]),
                "trigger_rule": "all_success",
                "retries": 0.0,
                "is_mapped": False,
            }
            for place, task in enumerate(tasks)
        ]
        self.dags.setdefault(dag_id, []).append({"content": source, "tasks": rows})

    def add_run(self, dag_id: str, run_id: str, **more: Any) -> FakeRun:
        if dag_id not in self.dags:
            self.add_dag(dag_id)
        more.setdefault("end", None if more.get("state", "success") not in FINISHED else START)
        run = FakeRun(self, dag_id, run_id, **{"updated_at": self.now, **more})
        self.runs[dag_id, run_id] = run
        return run

    def fails(self, path: str, fault: Fault, *, times: int = 1) -> None:
        """Answer the next requests whose path (with query) matches in this way."""
        self._faults.append((re.compile(path), fault, times))

    def before(self, path: str, change: Callable[[], None], *, nth: int = 1) -> None:
        """Change something just before the nth request from now whose path matches is answered."""
        self._before.append([re.compile(path), change, nth])

    def asked(self, pattern: str) -> list[str]:
        """The requests so far whose path matches, in order."""
        return [request for request in self.requests if re.search(pattern, request)]

    def counts(self) -> Counter[str]:
        return Counter(request.split("?")[0] for request in self.requests)

    # What it answers.

    def receives(self, path: str) -> Fault | None:
        with self._lock:
            self.requests.append(path)
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
            for entry in [each for each in self._before if each[0].search(path)]:
                entry[2] -= 1
                if entry[2] == 0:
                    self._before.remove(entry)
                    entry[1]()
            for place, (pattern, fault, times) in enumerate(self._faults):
                if pattern.search(path):
                    self._faults[place : place + 1] = (
                        [(pattern, fault, times - 1)] if times > 1 else []
                    )
                    return fault
        return None

    def has_answered(self) -> None:
        with self._lock:
            self._under_way -= 1

    refusal = 401

    def lets_in(self, headers: Any, path: str) -> bool:
        if self.users is None or path in ("/api/v2/version", "/auth/token"):
            return True
        return str(headers.get("Authorization", "")).removeprefix("Bearer ") in self.tokens

    def answer(self, path: str, query: dict[str, list[str]]) -> Answer:
        with self._lock:
            for pattern, method in self.routes():
                if found := re.fullmatch(pattern, path):
                    parts = [unquote(part) for part in found.groups()]
                    is_of_all = bool(re.search(r"/dags/~/(dagRuns|dagVersions)$", path))
                    if (self.refuses_all and is_of_all) or (parts and parts[0] in self.forbidden):
                        return Answer(403, {"detail": "Forbidden"})
                    try:
                        body = method(self, query, *parts)
                    except KeyError:
                        return Answer(404, {"detail": "not found"})
                    return body if isinstance(body, Answer) else Answer(200, body)
        return Answer(404, {"detail": "Not Found"})

    def posted(self, path: str, body: bytes) -> Answer:
        if path == "/api/v2/dags/~/dagRuns/~/taskInstances/list":
            return self._batch(json.loads(body))
        if path != "/auth/token":
            return Answer(404, {"detail": "Not Found"})
        fields = json.loads(body)
        if (self.users or {}).get(fields["username"]) != fields["password"]:
            return Answer(401, {"detail": "Invalid credentials"})
        token = f"token-{len(self.tokens) + 1}"
        self.tokens.add(token)
        return Answer(201, {"access_token": token})

    def _batch(self, fields: dict[str, Any]) -> Answer:
        with self._lock:
            rows = [
                one.row()
                for run in self._readable()
                if run.dag_id in fields["dag_ids"] and run.run_id in fields["dag_run_ids"]
                for one in run.instances.values()
                if one.task_id in fields["task_ids"]
            ]
        start = fields["page_offset"]
        page = rows[start : start + fields["page_limit"]]
        return Answer(200, {"task_instances": page, "total_entries": len(rows)})

    def routes(self) -> Routes:
        """Patterns of paths, and what answers to each."""
        return _ROUTES

    def _page(
        self, name: str, rows: list[dict[str, Any]], query: dict[str, list[str]]
    ) -> dict[str, Any]:
        limit = min(int(query.get("limit", ["50"])[0]), self.page_limit)
        if self.serves_cursor and "cursor" in query:
            start = int(query["cursor"][0] or 0) if query["cursor"] else 0
            more = start + limit < len(rows)
            return {
                name: rows[start : start + limit],
                # As in 3.2.2; 3.3 tells it.
                "total_entries": None,
                "next_cursor": str(start + limit) if more else None,
            }
        start = int(query.get("offset", ["0"])[0])
        return {name: rows[start : start + limit], "total_entries": len(rows)}

    def _readable(self) -> list[FakeRun]:
        return [run for run in self.runs.values() if run.dag_id not in self.forbidden]

    def get_version(self, _query: dict[str, list[str]]) -> Any:
        return {"version": self.version, "git_version": None}

    def get_dags(self, query: dict[str, list[str]]) -> Any:
        rows = [
            {"dag_id": dag_id, "dag_display_name": dag_id, "is_paused": False, "tags": []}
            for dag_id in sorted(self.dags)
        ]
        return self._page("dags", rows, query)

    def get_versions(self, query: dict[str, list[str]], dag_id: str) -> Any:
        dag_ids = sorted(self.dags) if dag_id == "~" else [dag_id]
        rows = [
            {"dag_id": one, "version_number": number}
            for one in dag_ids
            for number in range(len(self.dags[one]), 0, -1)
        ]
        return self._page("dag_versions", rows, query)

    def get_source(self, query: dict[str, list[str]], dag_id: str) -> Any:
        number = int(query["version_number"][0])
        return {"content": self.dags[dag_id][number - 1]["content"], "version_number": number}

    def get_tasks(self, _query: dict[str, list[str]], dag_id: str) -> Any:
        return {"tasks": self.dags[dag_id][-1]["tasks"]}

    def get_runs(self, query: dict[str, list[str]], dag_id: str) -> Any:
        runs = [run for run in self._readable() if dag_id in ("~", run.dag_id)]
        if since := query.get("updated_at_gte"):
            runs = [run for run in runs if run.updated_at >= datetime.fromisoformat(since[0])]
        if states := query.get("state"):
            runs = [run for run in runs if run.state in states]
        if after := query.get("run_after_gte"):
            runs = [run for run in runs if run.run_after >= datetime.fromisoformat(after[0])]
        if until := query.get("run_after_lte"):
            runs = [run for run in runs if run.run_after <= datetime.fromisoformat(until[0])]
        if query.get("order_by") == ["-run_after"]:
            runs = sorted(runs, key=lambda run: run.run_after, reverse=True)
        return self._page("dag_runs", [run.row() for run in runs], query)

    def get_run(self, _query: dict[str, list[str]], dag_id: str, run_id: str) -> Any:
        return self.runs[dag_id, run_id].row()

    def get_instances(self, query: dict[str, list[str]], dag_id: str, run_id: str) -> Any:
        rows = [one.row() for one in self.runs[dag_id, run_id].instances.values()]
        if self.parts < (3, 3):
            rows = [{**row, "rendered_fields": {}} for row in rows]
        return self._page("task_instances", rows, query)

    def get_index(self, query: dict[str, list[str]], dag_id: str, run_id: str) -> Any:
        run = self.runs[dag_id, run_id]
        rows = [
            {
                "key": key,
                "timestamp": told(timestamp),
                "map_index": map_index,
                "task_id": task_id,
                "dag_id": dag_id,
                "run_id": run_id,
            }
            for (task_id, map_index, key), (timestamp, _) in run.xcoms.items()
        ]
        return self._page("xcom_entries", rows, query)

    def get_value(
        self, query: dict[str, list[str]], dag_id: str, run_id: str, task_id: str, key: str
    ) -> Any:
        map_index = int(query.get("map_index", ["-1"])[0])
        timestamp, text = self.runs[dag_id, run_id].xcoms[task_id, map_index, key]
        head = {"key": key, "timestamp": told(timestamp), "map_index": map_index}
        return json.dumps(head).encode()[:-1] + b', "value":' + text + b"}"

    def get_wait(self, query: dict[str, list[str]], dag_id: str, run_id: str) -> Any:
        if not self.serves_wait:
            raise KeyError("older than 3.1")
        run = self.runs[dag_id, run_id]
        values: dict[str, Any] = {}
        # Before 3.3 the latest comes first.
        rows = sorted(run.xcoms.items(), reverse=self.parts < (3, 3))
        for (task_id, map_index, key), (_, text) in rows:
            if key == "return_value" and task_id in query["result"]:
                value = json.loads(text)
                if map_index < 0:
                    values[task_id] = value
                else:
                    values.setdefault(task_id, []).append(value)
        line = {"state": run.state, **({"results": values} if values else {})}
        return json.dumps(line).encode() + b"\n"

    def get_tries(
        self,
        _query: dict[str, list[str]],
        dag_id: str,
        run_id: str,
        task_id: str,
        map_index: str = "-1",
    ) -> Any:
        one = self.runs[dag_id, run_id].instances[task_id, int(map_index)]
        latest = {name: value for name, value in one.row().items() if name != "rendered_fields"}
        return {"task_instances": [*one.earlier, latest], "total_entries": len(one.earlier) + 1}

    def get_log(
        self, query: dict[str, list[str]], dag_id: str, run_id: str, task_id: str, number: str
    ) -> Any:
        index = int(query.get("map_index", ["-1"])[0])
        events = self.runs[dag_id, run_id].instances[task_id, index].logs[int(number)]
        return "".join(json.dumps(event) + "\n" for event in events).encode()


class OlderAirflow3(FakeAirflow):
    """Airflow 3.1.8: no cursors, and no rendered fields in its list of task instances."""

    def __init__(self) -> None:
        super().__init__()
        self.version = "3.1.8"
        self.serves_cursor = False


_RUN = r"/api/v2/dags/([^/]+)/dagRuns/([^/]+)"
_ROUTES: Routes = (
    (r"/api/v2/version", FakeAirflow.get_version),
    (r"/api/v2/dags", FakeAirflow.get_dags),
    (r"/api/v2/dags/([^/]+)/dagVersions", FakeAirflow.get_versions),
    (r"/api/v2/dagSources/([^/]+)", FakeAirflow.get_source),
    (r"/api/v2/dags/([^/]+)/tasks", FakeAirflow.get_tasks),
    (r"/api/v2/dags/([^/]+)/dagRuns", FakeAirflow.get_runs),
    (_RUN, FakeAirflow.get_run),
    (_RUN + r"/wait", FakeAirflow.get_wait),
    (_RUN + r"/taskInstances", FakeAirflow.get_instances),
    (_RUN + r"/taskInstances/~/xcomEntries", FakeAirflow.get_index),
    (_RUN + r"/taskInstances/([^/]+)/xcomEntries/([^/]+)", FakeAirflow.get_value),
    (_RUN + r"/taskInstances/([^/]+)/tries", FakeAirflow.get_tries),
    (_RUN + r"/taskInstances/([^/]+)/(\d+)/tries", FakeAirflow.get_tries),
    (_RUN + r"/taskInstances/([^/]+)/logs/(\d+)", FakeAirflow.get_log),
)
