"""DAGs: the list, and each version's source and tasks."""

from airflow_client.client.api.dag_api import DAGApi
from airflow_client.client.api.dag_source_api import DagSourceApi
from airflow_client.client.api.dag_version_api import DagVersionApi
from airflow_client.client.api.task_api import TaskApi

from app.airflow import payloads
from app.airflow.asking import PAGE_ROWS, Asking, rows
from app.airflow.connection import TIMEOUT
from app.airflow.questions import ALL
from app.model.errors import NotAllowed

# Stands in a source's place for who may not read every DAG of its file.
_REDACTED = "REDACTED - you do not have read permission"


class DagQuestions(Asking):
    def dags(self) -> tuple[payloads.DagItem, ...]:
        """Every DAG this user may read."""

        def page(_cursor: str | None, offset: int) -> payloads.DagPage:
            return self._page(
                payloads.DagPage,
                "DAG list",
                lambda headers: DAGApi(self._at.api).get_dags_without_preload_content(
                    limit=PAGE_ROWS,
                    offset=offset,
                    order_by=["dag_id"],
                    _headers=headers,
                    _request_timeout=TIMEOUT,
                ),
            )

        return tuple(rows(page, lambda each: each.dags))

    def latest_version(self, dag_id: str) -> int | None:
        """The number of a DAG's newest version; None when it has none yet."""
        page = self._page(
            payloads.DagVersionPage,
            f"versions of {dag_id}",
            lambda headers: DagVersionApi(self._at.api).get_dag_versions_without_preload_content(
                dag_id,
                limit=1,
                order_by=["-version_number"],
                _headers=headers,
                _request_timeout=TIMEOUT,
            ),
        )
        return page.dag_versions[0].version_number if page.dag_versions else None

    def newest_versions(self, *, dag: str = ALL) -> tuple[payloads.DagVersionItem, ...]:
        """The versions that Airflow made last, of all DAGs, the newest first; a page of them."""
        return self._page(
            payloads.DagVersionPage,
            "versions of all DAGs",
            lambda headers: DagVersionApi(self._at.api).get_dag_versions_without_preload_content(
                dag,
                limit=PAGE_ROWS,
                order_by=["-id"],  # Airflow's ids of versions begin with their time.
                _headers=headers,
                _request_timeout=TIMEOUT,
            ),
        ).dag_versions

    def source(self, dag_id: str, version_number: int | None) -> str | None:
        """The text of the file that defines a version of a DAG (that file alone, no imports).

        Raises NotAllowed when others stand in the file that the user may not read.
        """
        source = self._page(
            payloads.DagSource,
            f"source of {dag_id}",
            lambda headers: DagSourceApi(self._at.api).get_dag_source_without_preload_content(
                dag_id,
                version_number=version_number,
                accept="application/json",
                _headers=headers,
                _request_timeout=TIMEOUT,
            ),
            heavy=True,
        ).content
        if source is not None and source.startswith(_REDACTED):
            raise NotAllowed(
                f"Airflow does not show the source of {dag_id}: its file holds DAGs that the user"
                " may not read"
            )
        return source

    def tasks(self, dag_id: str) -> tuple[payloads.TaskItem, ...]:
        """The tasks of a DAG's newest version."""
        return self._page(
            payloads.TaskPage,
            f"tasks of {dag_id}",
            lambda headers: TaskApi(self._at.api).get_tasks_without_preload_content(
                dag_id, _headers=headers, _request_timeout=TIMEOUT
            ),
        ).tasks
