"""What the JSON says of DAGs, runs and deployments, the source of OpenAPI.

The names are stable: fields may be added, none is renamed.
"""

from dataclasses import dataclass
from datetime import datetime

from app.model.facts import Dag
from app.store.deployments import DeploymentState
from app.store.pages.listings import ListedRun
from app.store.pages.storage import Storage, Stored
from app.web.status_load import load_of
from app.web.text import address


@dataclass(frozen=True, slots=True)
class DagShape:
    dag_id: str
    display_name: str
    schedule: str | None
    is_paused: bool
    is_stale: bool
    fileloc: str
    latest_version: int | None
    tags: list[str]


@dataclass(frozen=True, slots=True)
class RunShape:
    run_id: str
    state: str
    run_type: str
    logical_date: datetime | None
    run_after: datetime | None
    start: datetime | None
    end: datetime | None
    version_number: int | None
    sealed_at: datetime | None
    gone_at: datetime | None
    is_analysed: bool


@dataclass(frozen=True, slots=True)
class StorageShape:
    runs: int
    bytes: int  # That they take in the database, about.
    leaves: int  # Values that are searched.
    unmeasured_runs: int  # Of which `bytes` does not know yet.
    bytes_a_day: int  # By which it grows, of the last seven days.
    oldest_run_ended_at: datetime | None
    retention_days: float | None  # Null: runs are kept however old they are.
    retention_bytes: int | None  # Null: however much they take.
    next_run_goes_at: datetime | None  # Because of its age.
    bytes_left: int | None  # Until the oldest go because of the size; below zero when they do.
    pruned_runs: int  # Deleted since the store began.
    pruned_bytes: int
    pruned_to: datetime | None  # Runs that had ended by then are not mirrored again.
    pruned_at: datetime | None


@dataclass(frozen=True, slots=True)
class DatabaseShape:
    kind: str  # "sqlite" or "postgresql".
    bytes: int | None  # null: not for this reader.
    free_bytes: int | None  # Of them, what is empty and will be written next (SQLite).


@dataclass(frozen=True, slots=True)
class DeploymentShape:
    name: str
    url: str
    airflow_version: str | None
    last_pass_at: datetime | None
    last_pass_seconds: float | None
    lag_seconds: float | None  # Since the last whole pass; null before the first one.
    error: str | None
    failures: int  # Failed passes in a row.
    troubles: list[str]  # What cannot be read though the mirror works, one line each.
    dags: int
    open_runs: int
    sealed_runs: int
    requests: int
    requests_last_hour: int
    requests_busiest_minute: int  # Of that hour.
    requests_allowed: int | None  # In one minute.
    values_fetched: int
    backfilled_to: datetime | None
    backfill_done: bool
    storage: StorageShape


@dataclass(frozen=True, slots=True)
class Dags:
    dags: list[DagShape]


@dataclass(frozen=True, slots=True)
class Runs:
    runs: list[RunShape]


@dataclass(frozen=True, slots=True)
class Status:
    version: str  # Of xcomtrace.
    database: DatabaseShape
    deployments: list[DeploymentShape]


def dag_shape(dag: Dag) -> DagShape:
    return DagShape(
        dag_id=dag.dag_id,
        display_name=dag.display_name,
        schedule=dag.schedule,
        is_paused=dag.is_paused,
        is_stale=dag.is_stale,
        fileloc=dag.fileloc,
        latest_version=dag.latest_version,
        tags=list(dag.tags),
    )


def run_shape(listed: ListedRun) -> RunShape:
    run = listed.run
    return RunShape(
        run_id=run.key.run_id,
        state=run.state,
        run_type=run.run_type,
        logical_date=run.logical_date,
        run_after=run.run_after,
        start=run.start,
        end=run.end,
        version_number=run.version_number,
        sealed_at=listed.sealed_at,
        gone_at=listed.gone_at,
        is_analysed=listed.is_analysed,
    )


def database_shape(stored: Stored) -> DatabaseShape:
    kind = "sqlite" if stored.is_file else "postgresql"
    if stored.room is None:
        return DatabaseShape(kind, None, None)
    return DatabaseShape(kind, stored.room.bytes, stored.room.free)


def storage_shape(state: DeploymentState, storage: Storage) -> StorageShape:
    return StorageShape(
        runs=storage.runs,
        bytes=storage.bytes,
        leaves=storage.leaves,
        unmeasured_runs=storage.unmeasured,
        bytes_a_day=storage.bytes_a_day,
        oldest_run_ended_at=storage.oldest,
        retention_days=state.keep_days,
        retention_bytes=state.keep_bytes,
        next_run_goes_at=storage.next_at(state.keep),
        bytes_left=storage.room(state.keep),
        pruned_runs=state.pruned_runs,
        pruned_bytes=state.pruned_bytes,
        pruned_to=state.pruned_to,
        pruned_at=state.pruned_at,
    )


def deployment_shape(
    state: DeploymentState, storage: Storage, troubles: list[str], now: datetime
) -> DeploymentShape:
    last, load = state.last_pass_at, load_of(state, now)
    return DeploymentShape(
        name=state.name,
        url=address(state.url),
        airflow_version=state.airflow_version,
        last_pass_at=last,
        last_pass_seconds=state.last_pass_seconds,
        lag_seconds=(now - last).total_seconds() if last else None,
        error=state.error,
        failures=state.failures,
        troubles=troubles,
        dags=state.dags,
        open_runs=state.open_runs,
        sealed_runs=state.sealed_runs,
        requests=state.requests,
        requests_last_hour=load.requests,
        requests_busiest_minute=load.busiest,
        requests_allowed=state.requests_allowed,
        values_fetched=state.values_fetched,
        backfilled_to=state.backfilled_to,
        backfill_done=state.backfill_done,
        storage=storage_shape(state, storage),
    )
