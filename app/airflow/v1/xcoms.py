"""XComs: the index of a run, and values one by one."""

from collections import Counter
from typing import Any

import msgspec
import urllib3

from app.airflow import payloads
from app.airflow.connection import Request
from app.airflow.literals import literal
from app.airflow.longtext import compact
from app.airflow.v1.asking import AskingV1, path_of_run
from app.airflow.v1.payloads import xcom_from
from app.airflow.values import read_value
from app.model.errors import NotThere
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey

_INTERNAL_ERROR = 500
# Seen in 2.9.3: the detail of "Response body does not conform to specification".
_NONE = b"None is not of type 'string'"
_LONGEST_ERROR = 10_000


class XComQuestions(AskingV1):
    def xcom_index(self, run: RunKey) -> tuple[payloads.XComItem, ...]:
        """The address and time of every XCom of a run, without the values.

        Without those of mapped tasks where they are not told apart (before Airflow 2.8.4).
        """
        rows = self._rows(
            payloads.XComPage,
            lambda page: page.xcom_entries,
            f"XCom index of {run.dag_id} {run.run_id}",
            path_of_run(run, "taskInstances", "~", "xcomEntries"),
        )
        found = tuple(xcom_from(row, run) for row in rows)
        if self._features.maps_xcoms:
            return found
        times = Counter((row.task_id, row.key) for row in found)
        return tuple(row for row in found if times[row.task_id, row.key] == 1)

    def xcom_value(self, instance: TaskInstanceKey, key: str) -> payloads.XComValue:
        """One XCom's value as JSON, secrets and all; a time or a tuple as the text it is told as.

        Before Airflow 2.10 values come as Python prints them: dicts and lists are read back, of
        all others the text is kept, since that of 42 is also that of "42".
        """
        if instance.map_index != NOT_MAPPED and not self._features.maps_xcoms:
            raise NotThere("this Airflow does not tell the XComs of mapped tasks apart")
        index = {"map_index": instance.map_index} if self._features.maps_xcoms else {}
        native = {"stringify": "false"} if self._features.gives_native_values else {}
        path = path_of_run(instance.run, "taskInstances", instance.task_id, "xcomEntries", key)
        request = self._get(path, **index, **native)
        try:
            read = read_value(
                self._at,
                request if native else _watched(request),
                limit=self._value_limit,
                what=f"XCom {key} of {instance.task_id} in {instance.dag_id} {instance.run_id}",
            )
        except _IsNone:
            return payloads.XComValue(None, None, size=len("null"))
        if read.truncated:
            return read
        value = read.value
        if not native and isinstance(value, str):
            value = literal(value)
        # The answer is indented; how long the value itself is must be measured.
        return msgspec.structs.replace(read, value=value, size=len(compact(value)))

    def return_values(self, _run: RunKey, _task_ids: tuple[str, ...]) -> dict[str, Any] | None:
        """None: API v1 gives values one by one."""
        return None


class _IsNone(Exception):
    """The value is None: before Airflow 2.10 its own description of XComs does not allow for it."""


def _watched(request: Request) -> Request:
    """The request, which raises _IsNone where Airflow fails for that reason."""

    def watched(headers: dict[str, str]) -> urllib3.HTTPResponse:
        response = request(headers)
        if response.status == _INTERNAL_ERROR and _NONE in response.read(_LONGEST_ERROR):
            response.close()
            raise _IsNone
        return response

    return watched
