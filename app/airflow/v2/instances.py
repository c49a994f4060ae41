"""Task instances: what they are now, their earlier tries, the logs."""

import urllib3
from airflow_client.client.api.task_instance_api import TaskInstanceApi

from app.airflow import payloads
from app.airflow.asking import PAGE_ROWS, Asking, place, rows
from app.airflow.connection import TIMEOUT
from app.airflow.loglines import kept_lines
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey, TryKey

_LINES = {"Accept": "application/x-ndjson"}


class InstanceQuestions(Asking):
    @property
    def _api(self) -> TaskInstanceApi:
        return TaskInstanceApi(self._at.api)

    def task_instances(self, run: RunKey) -> tuple[payloads.TaskInstanceItem, ...]:
        """Every task instance of a run, in its latest try, with the rendered fields."""

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

        return tuple(rows(page, lambda each: each.task_instances))

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
