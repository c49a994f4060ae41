"""DAGs: the list, the source and the tasks. Airflow 2 keeps no versions of them."""

from app.airflow import payloads
from app.airflow.connection import Connection
from app.airflow.questions import ALL
from app.airflow.v1.asking import AskingV1, path_of
from app.airflow.v1.features import Features
from app.airflow.v1.payloads import DagItem, DagPage, dag_from
from app.model.errors import NotThere

_JSON = {"Accept": "application/json"}


class DagQuestions(AskingV1):
    def __init__(self, at: Connection, *, value_limit: int, features: Features) -> None:
        super().__init__(at, value_limit=value_limit, features=features)
        self._file_tokens: dict[str, str] = {}  # By DAG: what its source is asked for by.

    def dags(self) -> tuple[payloads.DagItem, ...]:
        found = tuple(
            self._rows(DagPage, lambda page: page.dags, "DAG list", "dags", order_by="dag_id")
        )
        self._file_tokens = {dag.dag_id: dag.file_token for dag in found if dag.file_token}
        return tuple(map(dag_from, found))

    def latest_version(self, _dag_id: str) -> int | None:
        """None: no version has a number."""
        return None

    def newest_versions(self, *, dag: str = ALL) -> tuple[payloads.DagVersionItem, ...]:
        """Nothing: no version has a number."""
        _ = dag
        return ()

    def source(self, dag_id: str, version_number: int | None) -> str | None:
        """The text of the DAG's file as it is now, whichever version is named."""
        _ = version_number
        request = self._get(path_of("dagSources", self._file_token(dag_id)))
        return self._page(
            payloads.DagSource,
            f"source of {dag_id}",
            lambda headers: request({**headers, **_JSON}),
            heavy=True,
        ).content

    def tasks(self, dag_id: str) -> tuple[payloads.TaskItem, ...]:
        request = self._get(path_of("dags", dag_id, "tasks"))
        return self._page(payloads.TaskPage, f"tasks of {dag_id}", request).tasks

    def _file_token(self, dag_id: str) -> str:
        if dag_id not in self._file_tokens:
            found = self._page(DagItem, f"DAG {dag_id}", self._get(path_of("dags", dag_id)))
            if found.file_token is None:
                raise NotThere(f"Airflow does not tell which file {dag_id} is in")
            self._file_tokens[dag_id] = found.file_token
        return self._file_tokens[dag_id]
