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
from app.ingest.logs import masked_log_text
from app.ingest.masking import masked, masked_text
from app.ingest.tries import instance_key, may_have_rendered, try_key, with_fields
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


def record(airflow: Airflow, *, choice: Choice, at: datetime) -> Recording:
    """What Airflow says about the chosen DAGs and their newest finished runs.

    Reads only. Raises AirflowError when it does not answer, NotThere when a named DAG is unknown.
    """
    version = airflow.version().version
    dags = _chosen(airflow.dags(), choice.dag_ids)
    runs = _newest(airflow.changed_runs(since=_EVER), {dag.dag_id for dag in dags}, choice)
    return Recording(
        Header(airflow_version=version, recorded_at=at),
        dags=tuple(_dag(airflow, dag) for dag in dags),
        runs=tuple(_run(airflow, run) for run in runs),
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


def _dag(airflow: Airflow, dag: DagItem) -> RecordedDag:
    # Airflow 2 keeps no versions: what its DAG is now is the first.
    latest = airflow.latest_version(dag.dag_id) or (0 if airflow.numbers_versions else 1)
    return RecordedDag(
        # A path of the machine it ran on is nobody's business.
        dag=msgspec.structs.replace(dag, fileloc=dag.relative_fileloc),
        tasks=airflow.tasks(dag.dag_id),
        versions=tuple(_version(airflow, dag.dag_id, number + 1) for number in range(latest)),
    )


def _version(airflow: Airflow, dag_id: str, number: int) -> RecordedVersion:
    try:
        source = airflow.source(dag_id, number)
    except (NotAllowed, NotThere):
        source = None
    return RecordedVersion(number, None if source is None else masked_text(source))


def _run(airflow: Airflow, run: DagRunItem) -> RecordedRun:
    key = RunKey(run.dag_id, run.dag_run_id)
    xcoms = tuple(_xcom(airflow, item) for item in airflow.xcom_index(key))
    tries = tuple(_tries(airflow, key))
    returned = {
        (xcom.index.task_id, xcom.index.map_index)
        for xcom in xcoms
        if xcom.index.key == "return_value"
    }
    wanted = [item for item in tries if _is_telling(item, returned)]
    return RecordedRun(
        run=msgspec.structs.replace(run, conf=masked(run.conf)),
        tries=tries,
        xcoms=xcoms,
        logs=tuple(log for item in wanted if (log := _log(airflow, item))),
    )


def _xcom(airflow: Airflow, item: XComItem) -> RecordedXCom:
    at = xcom_key(item)
    instance = at.instance if at else TaskInstanceKey(item.dag_id, item.run_id, item.task_id)
    return RecordedXCom(item, masked(airflow.xcom_value(instance, item.key).value))


def _tries(airflow: Airflow, run: RunKey) -> Iterator[TaskInstanceItem]:
    for latest in _latest(airflow, run):
        if (latest.try_number or 0) > 1:
            for item in airflow.tries(instance_key(latest)):
                if item.try_number != latest.try_number:
                    yield _neutral(item)
        yield _neutral(latest)


def _latest(airflow: Airflow, run: RunKey) -> tuple[TaskInstanceItem, ...]:
    listed = airflow.task_instances(run)
    if airflow.lists_rendered:
        return listed
    begun = dict.fromkeys(item.task_id for item in listed if may_have_rendered(item))
    return with_fields(listed, airflow.rendered_instances(run, tuple(begun)))


def _neutral(item: TaskInstanceItem) -> TaskInstanceItem:
    fields = masked(item.rendered_fields)
    return msgspec.structs.replace(item, rendered_fields=fields, hostname="worker-1")


def _is_telling(item: TaskInstanceItem, returned: set[tuple[str, int | None]]) -> bool:
    """Whether a log may explain something: the try failed, or ended and returned nothing."""
    if not item.try_number or item.start_date is None:
        return False
    return item.state in _TELLING_STATES or (item.task_id, item.map_index) not in returned


def _log(airflow: Airflow, item: TaskInstanceItem) -> RecordedLog | None:
    key = try_key(item)
    try:
        lines = airflow.log(key)
    except NotThere:
        return None
    return RecordedLog(
        task_id=key.instance.task_id,
        map_index=key.instance.map_index,
        try_number=key.try_number,
        lines=tuple(_line(line) for line in lines),
    )


def _line(line: LogLine) -> LogLine:
    errors = line.error_detail
    return msgspec.structs.replace(
        line,
        event=masked_log_text(line.event or ""),
        error_detail=errors and tuple(_error(error) for error in errors),
    )


def _error(error: LogError) -> LogError:
    return msgspec.structs.replace(error, exc_value=masked_log_text(error.exc_value or ""))
