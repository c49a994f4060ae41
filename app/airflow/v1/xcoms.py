"""XComs: the index of a run, and values one by one."""

from collections import Counter
from typing import Any

import msgspec

from app.airflow import payloads
from app.airflow.longtext import compact
from app.airflow.v1.asking import AskingV1, path_of_run
from app.airflow.v1.literals import literal
from app.airflow.v1.payloads import xcom_from
from app.airflow.values import read_value
from app.model.errors import NotThere
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey


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
        read = read_value(
            self._at,
            self._get(path, **index, **native),
            limit=self._value_limit,
            what=f"XCom {key} of {instance.task_id} in {instance.dag_id} {instance.run_id}",
        )
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
