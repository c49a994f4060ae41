"""DAG runs: which there are, which changed."""

from collections.abc import Iterator
from datetime import datetime

from app.airflow import payloads
from app.airflow.asking import PAGE_ROWS
from app.airflow.questions import ALL
from app.airflow.v1.asking import AskingV1, Value, path_of, path_of_run
from app.airflow.v1.payloads import DagRunItem, DagRunPage, run_from
from app.model.facts import ListedBy
from app.model.ids import RunKey


class RunQuestions(AskingV1):
    lists_runs_by: ListedBy = "logical_date"

    def changed_runs(self, *, since: datetime, dag: str = ALL) -> tuple[payloads.DagRunItem, ...]:
        """Runs changed at or after a time of Airflow's clock, in the order of their ids.

        A server that cannot tell is asked for those that began or ended since, and for the open
        ones: what it changes in a run that is over (a task's state set by hand) is not noticed.
        """
        time = since.isoformat()
        if self._features.filters_changes:
            return tuple(self._all_runs(dag, updated_at_gte=time))
        began = self._all_runs(dag, start_date_gte=time)
        ended = self._all_runs(dag, end_date_gte=time)
        found = {
            (run.dag_id, run.dag_run_id): run for run in (*began, *ended, *self.open_runs(dag=dag))
        }
        return tuple(found.values())

    def open_runs(self, *, dag: str = ALL) -> tuple[payloads.DagRunItem, ...]:
        return tuple(self._all_runs(dag, state=("queued", "running")))

    def past_runs(
        self, *, after: datetime, until: datetime, offset: int, dag: str = ALL
    ) -> tuple[payloads.DagRunItem, ...]:
        """One page of runs by their logical date, which is never later than when they were due."""
        request = self._get(
            path_of("dags", dag, "dagRuns"),
            execution_date_gte=after.isoformat(),
            execution_date_lte=until.isoformat(),
            order_by="-execution_date",
            limit=PAGE_ROWS,
            offset=offset,
        )
        return tuple(map(run_from, self._page(DagRunPage, "DAG runs", request).dag_runs))

    def dag_run(self, run: RunKey) -> payloads.DagRunItem:
        what = f"DAG run {run.dag_id} {run.run_id}"
        return run_from(self._page(DagRunItem, what, self._get(path_of_run(run))))

    def _all_runs(self, dag: str, **filters: Value) -> Iterator[payloads.DagRunItem]:
        # Without an order of ours they come by id, so none is skipped while we turn the pages.
        path = path_of("dags", dag, "dagRuns")
        found = self._rows(DagRunPage, lambda page: page.dag_runs, "DAG runs", path, **filters)
        return map(run_from, found)
