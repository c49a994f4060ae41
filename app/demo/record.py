"""A recording made of a real Airflow: read through our own client, masked, written down."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase

import msgspec

from app.airflow.client import Airflow
from app.airflow.payloads import DagItem, DagRunItem, LogError, LogLine, TaskInstanceItem, XComItem
from app.demo.recording import (
    Header,
    RecordedDag,
    RecordedLog,
    RecordedRun,
    RecordedVersion,
    RecordedXCom,
    Recording,
)
from app.ingest.masking import Masking, SecretsMasked
from app.ingest.tries import (
    instance_key,
    map_label,
    may_have_rendered,
    try_key,
    with_fields,
)
from app.ingest.xcoms import xcom_key
from app.model.errors import NotAllowed, NotThere
from app.model.facts import FINISHED_RUN_STATES
from app.model.ids import RunKey, TaskInstanceKey

# Before the first Airflow: every run there is has changed since.
_EVER = datetime(2014, 1, 1, tzinfo=UTC)
_TELLING_STATES = frozenset({"failed", "up_for_retry"})


@dataclass(frozen=True, slots=True)
class Choice:
    """What is recorded."""

    dag_ids: tuple[str, ...] = ()  # Empty: every DAG.
    run_ids: tuple[str, ...] = ("*",)  # Patterns of the shell, such as `scheduled__*`.
    runs_per_dag: int = 6  # The newest of those.


def record(
    airflow: Airflow, *, choice: Choice, at: datetime, masking: Masking | None = None
) -> Recording:
    """What Airflow says about the chosen DAGs and their newest finished runs.

    Reads only. Raises AirflowError when it does not answer, NotThere when a named DAG is unknown.
    """
    reading = _Reading(airflow, masking or SecretsMasked())
    version = airflow.version().version
    dags = _chosen(airflow.dags(), choice.dag_ids)
    runs = _newest(airflow.changed_runs(since=_EVER), {dag.dag_id for dag in dags}, choice)
    return Recording(
        Header(airflow_version=version, recorded_at=at),
        dags=tuple(reading.dag(dag) for dag in dags),
        runs=tuple(reading.run(run) for run in runs),
    )


def _chosen(dags: tuple[DagItem, ...], dag_ids: tuple[str, ...]) -> tuple[DagItem, ...]:
    unknown = sorted(set(dag_ids) - {dag.dag_id for dag in dags})
    if unknown:
        raise NotThere(f"Airflow has no DAG {unknown[0]}")
    return tuple(dag for dag in dags if not dag_ids or dag.dag_id in dag_ids)


def _newest(
    runs: tuple[DagRunItem, ...], dag_ids: set[str], choice: Choice
) -> Iterator[DagRunItem]:
    """Finished runs that have begun, the oldest first."""
    chosen = [run for run in runs if run.start_date and _is_chosen(run, choice)]
    chosen.sort(key=lambda run: run.start_date or _EVER)
    for dag_id in sorted(dag_ids):
        of_dag = [run for run in chosen if run.dag_id == dag_id]
        yield from of_dag[max(0, len(of_dag) - choice.runs_per_dag) :]


def _is_chosen(run: DagRunItem, choice: Choice) -> bool:
    matches = any(fnmatchcase(run.dag_run_id, pattern) for pattern in choice.run_ids)
    return matches and run.state in FINISHED_RUN_STATES


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads one Airflow, and masks what it reads."""

    airflow: Airflow
    masking: Masking

    def dag(self, dag: DagItem) -> RecordedDag:
        # Airflow 2 keeps no versions: what its DAG is now is the first.
        latest = self.airflow.latest_version(dag.dag_id) or (
            0 if self.airflow.numbers_versions else 1
        )
        return RecordedDag(
            # A path of the machine it ran on is nobody's business.
            dag=msgspec.structs.replace(dag, fileloc=dag.relative_fileloc),
            tasks=self.airflow.tasks(dag.dag_id),
            versions=tuple(self._version(dag.dag_id, number + 1) for number in range(latest)),
        )

    def run(self, run: DagRunItem) -> RecordedRun:
        key = RunKey(run.dag_id, run.dag_run_id)
        xcoms = tuple(self._xcom(item) for item in self.airflow.xcom_index(key))
        tries = tuple(self._tries(key))
        returned = {
            (xcom.index.task_id, xcom.index.map_index)
            for xcom in xcoms
            if xcom.index.key == "return_value"
        }
        wanted = [item for item in tries if _is_telling(item, returned)]
        return RecordedRun(
            run=msgspec.structs.replace(run, conf=self.masking.value(run.conf)),
            tries=tries,
            xcoms=xcoms,
            logs=tuple(log for item in wanted if (log := self._log(item))),
        )

    def _version(self, dag_id: str, number: int) -> RecordedVersion:
        try:
            source = self.airflow.source(dag_id, number)
        except (NotAllowed, NotThere):
            source = None
        return RecordedVersion(number, None if source is None else self.masking.source(source))

    def _xcom(self, item: XComItem) -> RecordedXCom:
        at = xcom_key(item)
        instance = at.instance if at else TaskInstanceKey(item.dag_id, item.run_id, item.task_id)
        value = self.airflow.xcom_value(instance, item.key).value
        return RecordedXCom(item, self.masking.value(value))

    def _tries(self, run: RunKey) -> Iterator[TaskInstanceItem]:
        for latest in self._latest(run):
            if (latest.try_number or 0) > 1:
                for item in self.airflow.tries(instance_key(latest)):
                    if item.try_number != latest.try_number:
                        yield self._neutral(item)
            yield self._neutral(latest)

    def _latest(self, run: RunKey) -> tuple[TaskInstanceItem, ...]:
        listed = self.airflow.task_instances(run)
        if self.airflow.lists_rendered:
            return listed
        begun = dict.fromkeys(item.task_id for item in listed if may_have_rendered(item))
        return with_fields(listed, self.airflow.rendered_instances(run, tuple(begun)))

    def _neutral(self, item: TaskInstanceItem) -> TaskInstanceItem:
        return msgspec.structs.replace(
            item,
            rendered_fields=self.masking.fields(item.rendered_fields),
            rendered_map_index=map_label(item, masking=self.masking),
            hostname="worker-1",
        )

    def _log(self, item: TaskInstanceItem) -> RecordedLog | None:
        key = try_key(item)
        try:
            lines = self.airflow.log(key)
        except NotThere:
            return None
        return RecordedLog(
            task_id=key.instance.task_id,
            map_index=key.instance.map_index,
            try_number=key.try_number,
            lines=tuple(self._line(line) for line in lines),
        )

    def _line(self, line: LogLine) -> LogLine:
        errors = line.error_detail
        return msgspec.structs.replace(
            line,
            event=self.masking.log(line.event or ""),
            logger=line.logger and self.masking.log(line.logger),
            error_detail=errors and tuple(self._error(error) for error in errors),
        )

    def _error(self, error: LogError) -> LogError:
        return msgspec.structs.replace(
            error,
            exc_type=error.exc_type and self.masking.error_type(error.exc_type),
            exc_value=self.masking.log(error.exc_value or ""),
        )


def _is_telling(item: TaskInstanceItem, returned: set[tuple[str, int | None]]) -> bool:
    """Whether a log may explain something: the try failed, or ended and returned nothing."""
    if not item.try_number or item.start_date is None:
        return False
    return item.state in _TELLING_STATES or (item.task_id, item.map_index) not in returned
