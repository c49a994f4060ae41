"""`Questions`: what is asked of an Airflow, whichever version of the REST API it speaks."""

from datetime import datetime
from typing import Any, Protocol

from app.airflow import payloads
from app.model.facts import ListedBy
from app.model.ids import RunKey, TaskInstanceKey, TryKey

#: Instead of a DAG's id: all that this user may read.
ALL = "~"


class Questions(Protocol):
    """Every method raises an AirflowError, one line each, when Airflow does not say it.

    Those that take `dag` tell of this DAG alone, or of all of them (`ALL`), which Airflow may
    refuse to a user with rights on some DAGs only: NotAllowed.
    """

    #: The API's own name, as it stands in its paths: `v1` or `v2`.
    name: str
    #: Whether `task_instances` tells rendered fields; if not, `rendered_instances` does.
    lists_rendered: bool
    #: Whether `return_values` gives those of a mapped task by map index.
    orders_mapped: bool
    #: What `past_runs` goes by.
    lists_runs_by: ListedBy

    def missing(self) -> tuple[str, ...]:
        """What is not told in this version of Airflow and what that means, a sentence each."""

    def changed_runs(self, *, since: datetime, dag: str) -> tuple[payloads.DagRunItem, ...]:
        """Runs changed at or after a time of Airflow's clock; some may come twice."""

    def open_runs(self, *, dag: str) -> tuple[payloads.DagRunItem, ...]:
        """Runs that are queued or running."""

    def past_runs(
        self, *, after: datetime, until: datetime, offset: int, dag: str
    ) -> tuple[payloads.DagRunItem, ...]:
        """One page of runs due between two times (both included), the newest first."""

    def dag_run(self, run: RunKey) -> payloads.DagRunItem:
        """The run as it is now."""

    def task_instances(self, run: RunKey) -> tuple[payloads.TaskInstanceItem, ...]:
        """Every task instance of a run, in its latest try, with the rendered fields."""

    def rendered_instances(
        self, run: RunKey, task_ids: tuple[str, ...]
    ) -> tuple[payloads.TaskInstanceItem, ...]:
        """The instances of these tasks, with the rendered fields in any version."""

    def tries(self, instance: TaskInstanceKey) -> tuple[payloads.TaskInstanceItem, ...]:
        """Every try of a task instance, without rendered fields: Airflow forgets those."""

    def log(self, of: TryKey) -> tuple[payloads.LogLine, ...]:
        """The telling lines of a try's log; see `kept_lines` for which those are.

        Raises NotThere when the try left none.
        """

    def dags(self) -> tuple[payloads.DagItem, ...]:
        """Every DAG this user may read."""

    def latest_version(self, dag_id: str) -> int | None:
        """The number of a DAG's newest version; None when it has none."""

    def newest_versions(self, *, dag: str) -> tuple[payloads.DagVersionItem, ...]:
        """The versions that Airflow made last, of all DAGs, the newest first; a page of them."""

    def source(self, dag_id: str, version_number: int | None) -> str | None:
        """The text of the file that defines a version of a DAG (that file alone, no imports).

        None: as it is now.
        """

    def tasks(self, dag_id: str) -> tuple[payloads.TaskItem, ...]:
        """The tasks of a DAG's newest version."""

    def xcom_index(self, run: RunKey) -> tuple[payloads.XComItem, ...]:
        """The address and time of every XCom of a run, without the values."""

    def xcom_value(self, instance: TaskInstanceKey, key: str) -> payloads.XComValue:
        """One XCom's value as stored: native JSON, secrets and all.

        One that is longer than the value limit comes back truncated, and so does one that Python
        cannot hold (nested too deeply, a number of more than 4,300 digits).
        """

    def return_values(self, run: RunKey, task_ids: tuple[str, ...]) -> dict[str, Any] | None:
        """The return values of many tasks of a finished run, in one request.

        None when this Airflow does not give them.
        """
