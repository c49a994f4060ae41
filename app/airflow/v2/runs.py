"""DAG runs: which there are, which changed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from airflow_client.client.api.dag_run_api import DagRunApi

from app.airflow import payloads
from app.airflow.asking import PAGE_ROWS, Asking, place, rows
from app.airflow.connection import TIMEOUT
from app.airflow.questions import ALL
from app.model.facts import ListedBy
from app.model.ids import RunKey


class RunQuestions(Asking):
    lists_runs_by: ListedBy = "run_after"

    def changed_runs(self, *, since: datetime, dag: str = ALL) -> tuple[payloads.DagRunItem, ...]:
        """Runs changed at or after a time of Airflow's clock.

        Ordered by id and without an upper bound, so that a run that changes while we turn the
        pages can come twice but not be skipped.
        """
        return tuple(self._all_runs(dag, updated_at_gte=since, order_by=["id"]))

    def open_runs(self, *, dag: str = ALL) -> tuple[payloads.DagRunItem, ...]:
        """Runs that are queued or running."""
        return tuple(self._all_runs(dag, state=["queued", "running"], order_by=["id"]))

    def past_runs(
        self, *, after: datetime, until: datetime, offset: int, dag: str = ALL
    ) -> tuple[payloads.DagRunItem, ...]:
        """One page of runs due between two times (both included), the newest first."""
        return self._page(
            payloads.DagRunPage,
            "DAG runs",
            lambda headers: DagRunApi(self._at.api).get_dag_runs_without_preload_content(
                dag,
                run_after_gte=after,
                run_after_lte=until,
                order_by=["-run_after"],
                limit=PAGE_ROWS,
                offset=offset,
                _headers=headers,
                _request_timeout=TIMEOUT,
            ),
        ).dag_runs

    def dag_run(self, run: RunKey) -> payloads.DagRunItem:
        return self._page(
            payloads.DagRunItem,
            f"DAG run {run.dag_id} {run.run_id}",
            lambda headers: DagRunApi(self._at.api).get_dag_run_without_preload_content(
                run.dag_id, run.run_id, _headers=headers, _request_timeout=TIMEOUT
            ),
        )

    def _all_runs(self, dag: str, **filters: Any) -> Iterator[payloads.DagRunItem]:
        def page(cursor: str | None, offset: int) -> payloads.DagRunPage:
            return self._page(
                payloads.DagRunPage,
                "DAG runs",
                lambda headers: DagRunApi(self._at.api).get_dag_runs_without_preload_content(
                    dag,
                    limit=PAGE_ROWS,
                    **place(cursor, offset),
                    **filters,
                    _headers=headers,
                    _request_timeout=TIMEOUT,
                ),
            )

        return rows(page, lambda each: each.dag_runs)
