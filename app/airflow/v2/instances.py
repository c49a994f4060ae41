"""Task instances: what they are now, their earlier tries, the logs."""

import msgspec
import urllib3
from airflow_client.client.api.task_instance_api import TaskInstanceApi

from app.airflow import payloads
from app.airflow.asking import PAGE_ROWS, Asking, place, rows
from app.airflow.connection import TIMEOUT
from app.airflow.literals import native_fields
from app.airflow.loglines import kept_lines
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey, TryKey

_BATCH = "/api/v2/dags/~/dagRuns/~/taskInstances/list"
# Rows of a page there; Airflow cuts none of them to its own limit.
_BATCH_ROWS = 1_000
_LINES = {"Accept": "application/x-ndjson"}


class InstanceQuestions(Asking):
    @property
    def _api(self) -> TaskInstanceApi:
        return TaskInstanceApi(self._at.api)

    def task_instances(self, run: RunKey) -> tuple[payloads.TaskInstanceItem, ...]:
        """Every task instance of a run, in its latest try; from 3.3 on with the rendered fields.

        Airflow 3.0 to 3.2 leave them empty in this list, whatever they are.
        """

        def page(cursor: str | None, offset: int) -> payloads.TaskInstancePage:
            return self._page(
                payloads.TaskInstancePage,
                f"task instances of {run.dag_id} {run.run_id}",
                lambda headers: TaskInstanceApi(
                    self._at.api
                ).get_task_instances_without_preload_content(
                    run.dag_id,
                    run.run_id,
                    limit=PAGE_ROWS,
                    **place(cursor, offset),
                    order_by=["id"],
                    _headers=headers,
                    _request_timeout=TIMEOUT,
                ),
            )

        return tuple(map(_native, rows(page, lambda each: each.task_instances)))

    def rendered_instances(
        self, run: RunKey, task_ids: tuple[str, ...]
    ) -> tuple[payloads.TaskInstanceItem, ...]:
        """The instances of these tasks with their rendered fields, by the one list that has them.

        Airflow writes a line into its audit log for each such request.
        """
        fields = {
            "dag_ids": [run.dag_id],
            "dag_run_ids": [run.run_id],
            "task_ids": task_ids,
            "page_limit": _BATCH_ROWS,
            "order_by": "id",
        }

        def page(_cursor: str | None, offset: int) -> payloads.TaskInstancePage:
            return self._page(
                payloads.TaskInstancePage,
                f"rendered fields of {run.dag_id} {run.run_id}",
                lambda headers: self._at.post(_BATCH, headers, {**fields, "page_offset": offset}),
            )

        return tuple(map(_native, rows(page, lambda each: each.task_instances)))

    def tries(self, instance: TaskInstanceKey) -> tuple[payloads.TaskInstanceItem, ...]:
        """Every try of a task instance, without rendered fields: Airflow forgets those."""

        def request(headers: dict[str, str]) -> urllib3.HTTPResponse:
            at = (instance.dag_id, instance.run_id, instance.task_id)
            if instance.map_index == NOT_MAPPED:
                return TaskInstanceApi(
                    self._at.api
                ).get_task_instance_tries_without_preload_content(
                    *at, map_index=NOT_MAPPED, _headers=headers, _request_timeout=TIMEOUT
                )
            return TaskInstanceApi(
                self._at.api
            ).get_mapped_task_instance_tries_without_preload_content(
                *at, instance.map_index, _headers=headers, _request_timeout=TIMEOUT
            )

        return self._page(
            payloads.TaskInstancePage,
            f"tries of {instance.task_id} in {instance.dag_id} {instance.run_id}",
            request,
        ).task_instances

    def log(self, of: TryKey) -> tuple[payloads.LogLine, ...]:
        """The telling lines of a try's log; see `kept_lines` for which those are.

        Raises NotThere when the try left none.
        """

        def request(headers: dict[str, str]) -> urllib3.HTTPResponse:
            return self._api.get_log_without_preload_content(
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


def _native(item: payloads.TaskInstanceItem) -> payloads.TaskInstanceItem:
    return msgspec.structs.replace(item, rendered_fields=native_fields(item.rendered_fields))
