"""`Airflow`: one method for each question we ask of the REST API, version 2 (Airflow 3)."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar

import urllib3
from airflow_client.client.api.dag_api import DAGApi
from airflow_client.client.api.dag_run_api import DagRunApi
from airflow_client.client.api.dag_source_api import DagSourceApi
from airflow_client.client.api.dag_version_api import DagVersionApi
from airflow_client.client.api.task_api import TaskApi
from airflow_client.client.api.task_instance_api import TaskInstanceApi
from airflow_client.client.api.version_api import VersionApi
from airflow_client.client.api.x_com_api import XComApi

from app.airflow import payloads
from app.airflow.auth import Anonymous, Credentials
from app.airflow.connection import TIMEOUT, Connection, Request
from app.airflow.decoding import decoded
from app.airflow.errors import not_airflow
from app.airflow.loglines import kept_lines
from app.airflow.payloads import XComValue
from app.model.errors import (
    AirflowError,
    BadAnswer,
    LoginFailed,
    NotAirflow,
    NotAllowed,
    NotThere,
    WrongVersion,
)
from app.model.facts import FINISHED_RUN_STATES
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey, TryKey

T = TypeVar("T")

#: Rows of a page; Airflow cuts longer ones to this without saying so ([api] maximum_page_limit).
PAGE_ROWS = 100
#: Default for the largest value read whole, in bytes.
VALUE_LIMIT = 8_000_000
# Characters of a longer value that are kept to be shown.
_PREVIEW = 2_000
# Packed pages save the network; a value comes unpacked, so that its length is told beforehand.
_PACKED = {"Accept-Encoding": "gzip"}
_LINES = {"Accept": "application/x-ndjson"}


class _Page(Protocol):
    @property
    def total_entries(self) -> int | None: ...


#: Asks for the page at a cursor (None: none) and, without one, at an offset.
_Fetch: TypeAlias = Callable[[str | None, int], T]


class Airflow:
    """What an Airflow 3 says about itself.

    Every method raises an AirflowError, one line each, when it does not say it. Safe to call from
    several threads; no more than four requests are under way at once.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials | None = None,
        *,
        ca_file: str | None = None,
        value_limit: int = VALUE_LIMIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at = Connection(url, credentials or Anonymous(), ca_file=ca_file, clock=clock)
        self._value_limit = value_limit
        self._dags = DAGApi(self._at.api)
        self._versions = DagVersionApi(self._at.api)
        self._sources = DagSourceApi(self._at.api)
        self._tasks = TaskApi(self._at.api)
        self._runs = DagRunApi(self._at.api)
        self._instances = TaskInstanceApi(self._at.api)
        self._xcoms = XComApi(self._at.api)

    @property
    def url(self) -> str:
        return self._at.url

    @property
    def requests(self) -> int:
        """Requests made so far, sign-ins and refused ones included."""
        return self._at.requests

    @property
    def server_time(self) -> datetime | None:
        """Airflow's own clock, by the `Date` of its latest answer, to the second below."""
        return self._at.server_time

    def close(self) -> None:
        self._at.close()

    def many(self, calls: Iterable[Callable[[], T]]) -> list[T]:
        """The results of independent calls, in order, four at a time; raises the first error."""
        return self._at.many(iter(calls))

    def version(self) -> payloads.Version:
        """Which Airflow this is, asked without signing in where it lets us.

        Raises WrongVersion for Airflow 2 and NotAirflow for anything else.
        """
        try:
            version = self._version("v2")
        except (NotThere, NotAirflow) as error:
            raise self._what_else_it_is(error) from error
        if not version.version:
            raise not_airflow(self.url, path="/api/v2/version")
        if version.version.split(".")[0] in ("1", "2"):
            raise _wrong_version(version.version)
        return version

    def _version(self, api: str) -> payloads.Version:
        def request(headers: dict[str, str]) -> urllib3.HTTPResponse:
            if api == "v2":
                return VersionApi(self._at.api).get_version_without_preload_content(
                    _headers=headers, _request_timeout=TIMEOUT
                )
            return self._at.get("/api/v1/version", headers)

        try:
            body = self._at.body(request, signed_in=False)
        except (LoginFailed, NotAllowed):
            body = self._at.body(request)
        return decoded(body.data, payloads.Version, what="version")

    def _what_else_it_is(self, error: AirflowError) -> AirflowError:
        try:
            return _wrong_version(self._version("v1").version)
        except (NotThere, BadAnswer):
            return not_airflow(self.url, path="/api/v2/version")
        except AirflowError:
            return error

    def dags(self) -> tuple[payloads.DagItem, ...]:
        """Every DAG this user may read."""

        def page(_cursor: str | None, offset: int) -> payloads.DagPage:
            return self._page(
                payloads.DagPage,
                "DAG list",
                lambda headers: self._dags.get_dags_without_preload_content(
                    limit=PAGE_ROWS,
                    offset=offset,
                    order_by=["dag_id"],
                    _headers=headers,
                    _request_timeout=TIMEOUT,
                ),
            )

        return tuple(_rows(page, lambda each: each.dags))

    def latest_version(self, dag_id: str) -> int | None:
        """The number of a DAG's newest version; None when it has none yet."""
        page = self._page(
            payloads.DagVersionPage,
            f"versions of {dag_id}",
            lambda headers: self._versions.get_dag_versions_without_preload_content(
                dag_id,
                limit=1,
                order_by=["-version_number"],
                _headers=headers,
                _request_timeout=TIMEOUT,
            ),
        )
        return page.dag_versions[0].version_number if page.dag_versions else None

    def source(self, dag_id: str, version_number: int) -> str | None:
        """The text of the file that defines a version of a DAG (that file alone, no imports)."""
        return self._page(
            payloads.DagSource,
            f"source of {dag_id}",
            lambda headers: self._sources.get_dag_source_without_preload_content(
                dag_id,
                version_number=version_number,
                accept="application/json",
                _headers=headers,
                _request_timeout=TIMEOUT,
            ),
            heavy=True,
        ).content

    def tasks(self, dag_id: str) -> tuple[payloads.TaskItem, ...]:
        """The tasks of a DAG's newest version."""
        return self._page(
            payloads.TaskPage,
            f"tasks of {dag_id}",
            lambda headers: self._tasks.get_tasks_without_preload_content(
                dag_id, _headers=headers, _request_timeout=TIMEOUT
            ),
        ).tasks

    def changed_runs(self, *, since: datetime) -> tuple[payloads.DagRunItem, ...]:
        """Runs changed at or after a time of Airflow's clock.

        Ordered by id and without an upper bound, so that a run that changes while we turn the
        pages can come twice but not be skipped.
        """
        return tuple(self._all_runs(updated_at_gte=since, order_by=["id"]))

    def open_runs(self) -> tuple[payloads.DagRunItem, ...]:
        """Runs that are queued or running."""
        return tuple(self._all_runs(state=["queued", "running"], order_by=["id"]))

    def past_runs(
        self, *, after: datetime, until: datetime, offset: int
    ) -> tuple[payloads.DagRunItem, ...]:
        """One page of runs due between two times (both included), the newest first."""
        return self._page(
            payloads.DagRunPage,
            "DAG runs",
            lambda headers: self._runs.get_dag_runs_without_preload_content(
                "~",
                run_after_gte=after,
                run_after_lte=until,
                order_by=["-run_after"],
                limit=PAGE_ROWS,
                offset=offset,
                _headers=headers,
                _request_timeout=TIMEOUT,
            ),
        ).dag_runs

    def _all_runs(self, **filters: Any) -> Iterator[payloads.DagRunItem]:
        def page(cursor: str | None, offset: int) -> payloads.DagRunPage:
            return self._page(
                payloads.DagRunPage,
                "DAG runs",
                lambda headers: self._runs.get_dag_runs_without_preload_content(
                    "~",
                    limit=PAGE_ROWS,
                    **_place(cursor, offset),
                    **filters,
                    _headers=headers,
                    _request_timeout=TIMEOUT,
                ),
            )

        return _rows(page, lambda each: each.dag_runs)

    def dag_run(self, run: RunKey) -> payloads.DagRunItem:
        return self._page(
            payloads.DagRunItem,
            f"DAG run {run.dag_id} {run.run_id}",
            lambda headers: self._runs.get_dag_run_without_preload_content(
                run.dag_id, run.run_id, _headers=headers, _request_timeout=TIMEOUT
            ),
        )

    def task_instances(self, run: RunKey) -> tuple[payloads.TaskInstanceItem, ...]:
        """Every task instance of a run, in its latest try, with the rendered fields."""

        def page(cursor: str | None, offset: int) -> payloads.TaskInstancePage:
            return self._page(
                payloads.TaskInstancePage,
                f"task instances of {run.dag_id} {run.run_id}",
                lambda headers: self._instances.get_task_instances_without_preload_content(
                    run.dag_id,
                    run.run_id,
                    limit=PAGE_ROWS,
                    **_place(cursor, offset),
                    order_by=["id"],
                    _headers=headers,
                    _request_timeout=TIMEOUT,
                ),
            )

        return tuple(_rows(page, lambda each: each.task_instances))

    def tries(self, instance: TaskInstanceKey) -> tuple[payloads.TaskInstanceItem, ...]:
        """Every try of a task instance, without rendered fields: Airflow forgets those."""

        def request(headers: dict[str, str]) -> urllib3.HTTPResponse:
            at = (instance.dag_id, instance.run_id, instance.task_id)
            if instance.map_index == NOT_MAPPED:
                return self._instances.get_task_instance_tries_without_preload_content(
                    *at, map_index=NOT_MAPPED, _headers=headers, _request_timeout=TIMEOUT
                )
            return self._instances.get_mapped_task_instance_tries_without_preload_content(
                *at, instance.map_index, _headers=headers, _request_timeout=TIMEOUT
            )

        return self._page(
            payloads.TaskInstancePage,
            f"tries of {instance.task_id} in {instance.dag_id} {instance.run_id}",
            request,
        ).task_instances

    def xcom_index(self, run: RunKey) -> tuple[payloads.XComItem, ...]:
        """The address and time of every XCom of a run, without the values."""

        def page(_cursor: str | None, offset: int) -> payloads.XComPage:
            return self._page(
                payloads.XComPage,
                f"XCom index of {run.dag_id} {run.run_id}",
                lambda headers: self._xcoms.get_xcom_entries_without_preload_content(
                    run.dag_id,
                    run.run_id,
                    "~",
                    limit=PAGE_ROWS,
                    offset=offset,
                    order_by=["timestamp"],
                    _headers=headers,
                    _request_timeout=TIMEOUT,
                ),
            )

        return tuple(_rows(page, lambda each: each.xcom_entries))

    def xcom_value(self, instance: TaskInstanceKey, key: str) -> XComValue:
        """One XCom's value as stored: native JSON, secrets and all.

        No more than the value limit is read; a longer value comes back truncated, and so does one
        that Python cannot hold (nested too deeply, a number of more than 4,300 digits).
        """
        body = self._at.body(
            lambda headers: self._xcoms.get_xcom_entry_without_preload_content(
                instance.dag_id,
                instance.task_id,
                instance.run_id,
                key,
                map_index=instance.map_index,
                _headers=headers,
                _request_timeout=TIMEOUT,
            ),
            limit=self._value_limit,
        )
        if body.cut:
            return _preview(body.data, size=body.length or len(body.data))
        try:
            entry = decoded(
                body.data,
                payloads.XComEntry,
                what=f"XCom {key} of {instance.task_id} in {instance.dag_id} {instance.run_id}",
            )
        except BadAnswer as error:
            if _is_json_at_fault(error):
                raise
            return _preview(body.data, size=len(body.data))
        return XComValue(entry.timestamp, entry.value, size=_value_size(body.data, entry.value))

    def return_values(self, run: RunKey, task_ids: tuple[str, ...]) -> dict[str, Any] | None:
        """The return values of many tasks of a finished run, in one request (`/wait`, 3.1 and up).

        None when this Airflow does not give them: it is older, the run has begun again, or they
        are more than can be read at once. A mapped task has the list of its instances' values.
        """

        def request(headers: dict[str, str]) -> urllib3.HTTPResponse:
            return self._runs.wait_dag_run_until_finished_without_preload_content(
                run.dag_id,
                run.run_id,
                1.0,
                list(task_ids),
                _headers=headers,
                _request_timeout=TIMEOUT,
            )

        try:
            with self._at.answer(request) as response:
                text = _first_line(self._at.pieces(response), limit=self._value_limit)
            line = decoded(text, payloads.WaitLine, what="results")
        except (NotThere, NotAllowed, BadAnswer):
            return None
        return line.results or {} if line.state in FINISHED_RUN_STATES else None

    def log(self, of: TryKey) -> tuple[payloads.LogLine, ...]:
        """The telling lines of a try's log; see `kept_lines` for which those are.

        Raises NotThere when the try left none.
        """

        def request(headers: dict[str, str]) -> urllib3.HTTPResponse:
            return self._instances.get_log_without_preload_content(
                of.instance.dag_id,
                of.instance.run_id,
                of.instance.task_id,
                of.try_number,
                full_content=True,
                map_index=of.instance.map_index,
                accept="application/x-ndjson",
                _headers=headers,
                _request_timeout=TIMEOUT,
            )

        with self._at.answer(request, headers=_LINES, heavy=True) as response:
            return kept_lines(self._at.pieces(response))

    def _page(self, into: type[T], what: str, request: Request, *, heavy: bool = False) -> T:
        return self._at.whole(
            lambda headers: request({**_PACKED, **headers}), into, what=what, heavy=heavy
        )


_P = TypeVar("_P", bound=_Page)
_R = TypeVar("_R")


def _rows(fetch: _Fetch[_P], rows_of: Callable[[_P], tuple[_R, ...]]) -> Iterator[_R]:
    """The rows of all pages: by cursor where the server gives one, by offset where it does not.

    A server that knows no cursor ignores ours (3.0 to 3.2.1) and tells how many rows there are.
    """
    cursor: str | None = ""
    seen = 0
    while True:
        page = fetch(cursor, seen)
        rows = rows_of(page)
        yield from rows
        seen += len(rows)
        cursor = getattr(page, "next_cursor", None)
        if cursor is None and (not rows or seen >= (page.total_entries or 0)):
            return


def _place(cursor: str | None, offset: int) -> dict[str, Any]:
    return {"offset": offset} if cursor is None else {"cursor": cursor}


def _first_line(pieces: Iterable[bytes], *, limit: int) -> bytes:
    # Of a run that has begun again the server would send a line each second until its end.
    text = b""
    for piece in pieces:
        text += piece
        if b"\n" in piece or len(text) > limit:
            break
    return text.partition(b"\n")[0] if len(text) <= limit else b""


def _wrong_version(version: str) -> WrongVersion:
    return WrongVersion(f"this is Airflow {version or '2'}: xcomtrace needs Airflow 3")


def _preview(text: bytes, *, size: int) -> XComValue:
    # Inside a JSON string a quotation mark is escaped, so the first `"value":` is the field itself.
    _, _, value = text[: _PREVIEW * 4 + 2_000].partition(b'"value":')
    return XComValue(
        None, value.decode("utf-8", "replace")[:_PREVIEW].strip(), size=size, truncated=True
    )


def _value_size(text: bytes, value: Any) -> int:
    start = text.find(b'"value":')
    # The value stands last in Airflow 3's answer; where it does not, its own text is measured.
    if start >= 0 and text.rstrip().endswith(b"}") and b'"timestamp"' in text[:start]:
        return len(text[start + len(b'"value":') :].strip()) - 1
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=True))


def _is_json_at_fault(error: BadAnswer) -> bool:
    return isinstance(error.__cause__, json.JSONDecodeError)
