"""XComs: the index of a run, and values, one by one or many at once."""

from collections.abc import Iterable
from typing import Any

import urllib3
from airflow_client.client.api.dag_run_api import DagRunApi
from airflow_client.client.api.x_com_api import XComApi

from app.airflow import payloads
from app.airflow.asking import PAGE_ROWS, Asking, rows
from app.airflow.connection import TIMEOUT
from app.airflow.decoding import decoded
from app.airflow.payloads import XComValue
from app.airflow.values import read_value
from app.model.errors import BadAnswer, NotAllowed, NotThere
from app.model.facts import FINISHED_RUN_STATES
from app.model.ids import RunKey, TaskInstanceKey

# Bytes of the return values of many tasks that are read at once.
_LONGEST_LINE = 8_000_000


class XComQuestions(Asking):
    def xcom_index(self, run: RunKey) -> tuple[payloads.XComItem, ...]:
        """The address and time of every XCom of a run, without the values."""

        def page(_cursor: str | None, offset: int) -> payloads.XComPage:
            return self._page(
                payloads.XComPage,
                f"XCom index of {run.dag_id} {run.run_id}",
                lambda headers: XComApi(self._at.api).get_xcom_entries_without_preload_content(
                    run.dag_id,
                    run.run_id,
                    "~",
                    limit=PAGE_ROWS,
                    offset=offset,
                    _headers=headers,
                    _request_timeout=TIMEOUT,
                ),
            )

        return tuple(rows(page, lambda each: each.xcom_entries))

    def xcom_value(self, instance: TaskInstanceKey, key: str) -> XComValue:
        """One XCom's value as stored: native JSON, secrets and all.

        One that is longer than the value limit comes back truncated, and so does one that Python
        cannot hold (nested too deeply, a number of more than 4,300 digits).
        """
        return read_value(
            self._at,
            lambda headers: XComApi(self._at.api).get_xcom_entry_without_preload_content(
                instance.dag_id,
                instance.task_id,
                instance.run_id,
                key,
                map_index=instance.map_index,
                _headers=headers,
                _request_timeout=TIMEOUT,
            ),
            limit=self._value_limit,
            what=f"XCom {key} of {instance.task_id} in {instance.dag_id} {instance.run_id}",
        )

    def return_values(self, run: RunKey, task_ids: tuple[str, ...]) -> dict[str, Any] | None:
        """The return values of many tasks of a finished run, in one request (`/wait`, 3.1 and up).

        None when this Airflow does not give them: it is older, the run has begun again, or they
        are more than can be read at once. A mapped task has the list of its instances' values, from
        3.3 on by map index, before that by nothing one could go by: the latest first, and not all.
        """

        def request(headers: dict[str, str]) -> urllib3.HTTPResponse:
            return DagRunApi(self._at.api).wait_dag_run_until_finished_without_preload_content(
                run.dag_id,
                run.run_id,
                1.0,
                list(task_ids),
                _headers=headers,
                _request_timeout=TIMEOUT,
            )

        try:
            with self._at.answer(request) as response:
                text = _first_line(self._at.pieces(response), limit=_LONGEST_LINE)
            line = decoded(text, payloads.WaitLine, what="results")
        except (NotThere, NotAllowed, BadAnswer):
            return None
        return line.results or {} if line.state in FINISHED_RUN_STATES else None


def _first_line(pieces: Iterable[bytes], *, limit: int) -> bytes:
    # Of a run that has begun again the server would send a line each second until its end.
    read: list[bytes] = []
    size = 0
    for piece in pieces:
        read.append(piece)
        size += len(piece)
        if b"\n" in piece or size > limit:
            break
    return b"".join(read).partition(b"\n")[0] if size <= limit else b""
