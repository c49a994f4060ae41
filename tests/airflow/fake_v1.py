"""`FakeAirflow2`: the same Airflow in memory, speaking API v1 as 2.11.2 was recorded to speak it.

It refuses what 2.11.2 refuses: parameters that its OpenAPI description does not name, and whoever
is not signed in, with 403. It tells task instances in another order each time.
"""

import json
import pprint
from base64 import b64decode
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from tests.airflow.fake import FakeAirflow, Routes
from tests.airflow.fake_runs import FakeInstance, told
from tests.airflow.serving import Answer

#: In these states Airflow before 2.10 tells the number of the try before.
WAITING = ("scheduled", "queued", "up_for_reschedule", "deferred")
#: Fields that the pod operator puts Kubernetes' own objects into.
PRINTED = ("env_vars", "volumes", "container_resources")
_FORM = (
    b'<html><form><input id="csrf_token" name="csrf_token" type="hidden" value="token-of-the-form">'
    b'<input name="username"><input name="password" type="password"></form></html>'
)


class FakeAirflow2(FakeAirflow):
    def __init__(self) -> None:
        super().__init__()
        self.version = "2.11.2"
        self.describes_itself = True
        self.has_form = True  # Its sign-in page asks for a password.
        self.lets_sessions_in = True
        self.sessions: set[str] = set()
        self.listed = 0
        self.is_upgraded = False
        self.interval = timedelta(0)  # Of a run's data: from its logical date on.

    def become_airflow_3(self) -> None:
        """What an upgrade does, with all runs kept."""
        self.version, self.is_upgraded = "3.3.2", True

    # What it knows, as newer and older versions do; the parameters of each list.

    def described(self) -> dict[str, Any]:
        """What of OpenAPI tells versions apart, with references as in 2.11.2."""
        parts = self.parts
        batch = ["dag_ids", *(["dag_run_ids"] if parts >= (2, 8, 4) else [])]
        batch += ["page_limit", "page_offset"] if parts >= (2, 10) else []
        value = ["deserialize", *(["map_index"] if parts >= (2, 8, 4) else [])]
        value += ["stringify"] if parts >= (2, 10) else []
        runs = ["limit", "offset", "state", "order_by", "start_date_gte", "end_date_gte"]
        runs += ["execution_date_gte", "execution_date_lte"]
        runs += ["updated_at_gte"] if parts >= (2, 6) else []
        instances = "/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances"
        paths = {
            "/dags/{dag_id}/dagRuns": runs,
            instances: ["limit", "offset"],
            instances + "/{task_id}/xcomEntries/{xcom_key}": value,
        }
        if parts >= (2, 10):
            paths[instances + "/{task_id}/tries"] = ["limit", "offset"]
        names = {name for each in paths.values() for name in each}
        return {
            "paths": {
                path: {"get": {"parameters": [_reference(name) for name in each]}}
                for path, each in paths.items()
            },
            "components": {
                "parameters": {f"Of_{name}": {"name": name, "in": "query"} for name in names},
                "schemas": {"ListTaskInstanceForm": {"properties": {key: {} for key in batch}}},
            },
        }

    def _knows(self, path: str, query: dict[str, list[str]]) -> bool:
        described = self.described()["paths"].get(path)
        if described is None:
            return True
        known = {one["$ref"].split("Of_")[1] for one in described["get"]["parameters"]}
        return set(query) <= known

    # Who is let in.

    def lets_in(self, headers: Any, path: str) -> bool:
        if self.users is None or not path.startswith("/api/v1/") or path.endswith("/version"):
            return True
        cookie = str(headers.get("Cookie", "")).removeprefix("session=")
        if self.lets_sessions_in and cookie in self.sessions:
            return True
        kind, _, text = str(headers.get("Authorization", "")).partition(" ")
        if kind != "Basic":
            return False
        name, _, password = b64decode(text).decode().partition(":")
        return self.users.get(name) == password

    refusal = 403

    def answer(self, path: str, query: dict[str, list[str]]) -> Answer:
        if path == "/login/" and self.has_form:
            return Answer(200, _FORM, "text/html", {"Set-Cookie": "session=of-the-form; Path=/"})
        if not path.startswith("/api/v1/") and not self.is_upgraded:
            return Answer(404, b"<html>Airflow 404</html>", "text/html")
        return super().answer(path, query)

    def posted(self, path: str, body: bytes) -> Answer:
        if path == "/login/":
            fields = {name: one[0] for name, one in parse_qs(body.decode()).items()}
            if fields.get("csrf_token") != "token-of-the-form":
                return Answer(400, b"<html>The CSRF token is missing.</html>", "text/html")
            if (self.users or {}).get(fields["username"]) != fields["password"]:
                return Answer(302, b"", "text/html", {"Location": "/login/", "Set-Cookie": "s=1"})
            session = f"session-{len(self.sessions) + 1}"
            self.sessions.add(session)
            given = {"Location": "/home", "Set-Cookie": f"session={session}; HttpOnly; Path=/"}
            return Answer(302, b"", "text/html", given)
        if path != "/api/v1/dags/~/dagRuns/~/taskInstances/list":
            return Answer(404, {"title": "Not Found", "status": 404})
        return self._batch(json.loads(body))

    def _batch(self, fields: dict[str, Any]) -> Answer:
        form = self.described()["components"]["schemas"]["ListTaskInstanceForm"]["properties"]
        if not set(fields) <= set(form):
            return Answer(400, {"title": "Bad Request", "status": 400})
        if self.forbidden & set(fields["dag_ids"]):
            return Answer(403, {"title": "Forbidden", "status": 403})
        runs = [
            run for (dag_id, run_id), run in self.runs.items()
            if dag_id in fields["dag_ids"] and run_id in fields["dag_run_ids"]
        ]  # fmt: skip
        rows = [self._instance(one) for run in runs for one in run.instances.values()]
        limit = fields.get("page_limit", 100 if "page_limit" in form else len(rows))
        return Answer(
            200, {"task_instances": self._shuffled(rows)[:limit], "total_entries": len(rows)}
        )

    def _instance(self, one: FakeInstance) -> dict[str, Any]:
        row = _instance(one)
        if self.parts < (2, 10) and one.state in WAITING:
            row["try_number"] -= 1
        return row

    def _shuffled(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self.listed += 1
        turn = self.listed % len(rows) if rows else 0
        return rows[turn:] + rows[:turn]

    # What it answers.

    def get_openapi(self, _query: dict[str, list[str]]) -> Any:
        if not self.describes_itself:
            raise KeyError("not served")
        return self.described()

    def get_dags(self, query: dict[str, list[str]]) -> Any:
        return self._page("dags", [self._dag(dag_id) for dag_id in sorted(self.dags)], query)

    def get_dag(self, _query: dict[str, list[str]], dag_id: str) -> Any:
        _ = self.dags[dag_id]
        return self._dag(dag_id)

    def _dag(self, dag_id: str) -> dict[str, Any]:
        return {
            "dag_id": dag_id,
            "file_token": f"token-of-{dag_id}",
            "fileloc": f"/opt/airflow/dags/{dag_id}.py",
            "is_active": True,
            "is_paused": False,
            "schedule_interval": {"__type": "CronExpression", "value": "0 2 * * *"},
            "tags": [{"name": "lab"}],
            "timetable_description": "At 02:00",
        }

    def get_source(self, _query: dict[str, list[str]], token: str) -> Any:
        return {"content": self.dags[token.removeprefix("token-of-")][-1]["content"]}

    def get_runs(self, query: dict[str, list[str]], _dag_id: str) -> Any:
        if not self._knows("/dags/{dag_id}/dagRuns", query):
            return Answer(400, {"detail": "Extra query parameter(s) not in spec", "status": 400})
        names = {
            "execution_date_gte": "run_after_gte",
            "execution_date_lte": "run_after_lte",
            "start_date_gte": "run_after_gte",
        }
        asked = {names.get(name, name): value for name, value in query.items()}
        if asked.pop("order_by", None) == ["-execution_date"]:
            asked["order_by"] = ["-run_after"]
        if ended := query.get("end_date_gte"):
            since = datetime.fromisoformat(ended[0])
            runs = [run for run in self._readable() if run.end and run.end >= since]
            return self._page("dag_runs", [self._run_row(run.row()) for run in runs], query)
        page = super().get_runs(asked, _dag_id)
        return {**page, "dag_runs": [self._run_row(row) for row in page["dag_runs"]]}

    def get_run(self, _query: dict[str, list[str]], dag_id: str, run_id: str) -> Any:
        return self._run_row(self.runs[dag_id, run_id].row())

    def _run_row(self, row: dict[str, Any]) -> dict[str, Any]:
        kept = {name: row[name] for name in row if name not in ("run_after", "queued_at")}
        del kept["dag_versions"]
        date = datetime.fromisoformat(row["logical_date"])
        return {
            **kept,
            "execution_date": row["logical_date"],
            "data_interval_end": told(date + self.interval),
            "external_trigger": True,
        }

    def get_instances(self, query: dict[str, list[str]], dag_id: str, run_id: str) -> Any:
        # Unlike those of other lists, its pages are as long as they are asked to be.
        rows = [self._instance(one) for one in self.runs[dag_id, run_id].instances.values()]
        limit = int(query.get("limit", ["100"])[0])
        return {"task_instances": self._shuffled(rows)[:limit], "total_entries": len(rows)}

    def get_index(self, query: dict[str, list[str]], dag_id: str, run_id: str) -> Any:
        page = super().get_index(query, dag_id, run_id)
        for row in page["xcom_entries"]:
            del row["run_id"]
            row["execution_date"] = self.runs[dag_id, run_id].row()["logical_date"]
            if not self._tells_map_index():
                del row["map_index"]
        return page

    def _tells_map_index(self) -> bool:
        return self.parts >= (2, 8, 4)

    def get_value(
        self, query: dict[str, list[str]], dag_id: str, run_id: str, task_id: str, key: str
    ) -> Any:
        path = "/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries/{xcom_key}"
        if not self._knows(path, query):
            return Answer(400, {"detail": "Extra query parameter(s) not in spec", "status": 400})
        data: bytes = super().get_value(query, dag_id, run_id, task_id, key)
        if query.get("stringify") == ["false"]:
            return data
        row = json.loads(data)
        value = row["value"]
        if value is None and self.parts < (2, 10):
            return Answer(500, {"detail": "None is not of type 'string'\n\nFailed validating"})
        return {**row, "value": None if value is None else str(value)}

    def get_tries(
        self,
        _query: dict[str, list[str]],
        dag_id: str,
        run_id: str,
        task_id: str,
        map_index: str = "-1",
    ) -> Any:
        found = super().get_tries(_query, dag_id, run_id, task_id, map_index)
        return {**found, "task_instances": [_without(row) for row in found["task_instances"]]}

    def get_log(
        self, query: dict[str, list[str]], dag_id: str, run_id: str, task_id: str, number: str
    ) -> Any:
        index = int(query.get("map_index", ["-1"])[0])
        instance = self.runs[dag_id, run_id].instances[task_id, index]
        looked = "vm\n *** Could not read served logs\n"
        text = "".join(map(_log_lines, instance.logs.get(int(number), ())))
        return Answer(200, (looked + text).encode(), "text/plain")

    def routes(self) -> Routes:
        return super().routes() if self.is_upgraded else _ROUTES


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/Of_{name}"}


def _instance(one: FakeInstance) -> dict[str, Any]:
    row = _without(one.row())
    rendered = {
        name: pprint.pformat(value) if name in PRINTED and value else value
        for name, value in one.rendered.items()
    }
    return {**row, "rendered_fields": rendered, "execution_date": row["start_date"]}


def _without(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in row if name not in ("id", "dag_version", "operator_name")}


def _log_lines(event: dict[str, Any]) -> str:
    """The event as Airflow 2 writes it."""
    level = str(event.get("level", "info")).upper()
    head = f"[2026-11-20T06:00:00.000+0000] {{taskinstance.py:1}} {level} - {event['event']}\n"
    chain = "\nDuring handling of the above exception, another exception occurred:\n\n".join(
        "Traceback (most recent call last):\n"
        '  File "/opt/airflow/x.py", line 1, in run\n    run()\n'
        f"somewhere.{error['exc_type']}: {error['exc_value']}\n"
        for error in reversed(event.get("error_detail") or ())
    )
    return head + chain


_RUN = r"/api/v1/dags/([^/]+)/dagRuns/([^/]+)"
_ROUTES: Routes = (
    (r"/api/v1/version", FakeAirflow2.get_version),
    (r"/api/v1/openapi\.json", FakeAirflow2.get_openapi),
    (r"/api/v1/dags", FakeAirflow2.get_dags),
    (r"/api/v1/dags/([^/]+)", FakeAirflow2.get_dag),
    (r"/api/v1/dagSources/([^/]+)", FakeAirflow2.get_source),
    (r"/api/v1/dags/([^/]+)/tasks", FakeAirflow2.get_tasks),
    (r"/api/v1/dags/([^/]+)/dagRuns", FakeAirflow2.get_runs),
    (_RUN, FakeAirflow2.get_run),
    (_RUN + r"/taskInstances", FakeAirflow2.get_instances),
    (_RUN + r"/taskInstances/~/xcomEntries", FakeAirflow2.get_index),
    (_RUN + r"/taskInstances/([^/]+)/xcomEntries/([^/]+)", FakeAirflow2.get_value),
    (_RUN + r"/taskInstances/([^/]+)/tries", FakeAirflow2.get_tries),
    (_RUN + r"/taskInstances/([^/]+)/(\d+)/tries", FakeAirflow2.get_tries),
    (_RUN + r"/taskInstances/([^/]+)/logs/(\d+)", FakeAirflow2.get_log),
)
