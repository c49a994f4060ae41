"""What Airflow told us, secrets already masked. Every time is an aware UTC datetime."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from app.model.ids import RunKey, TaskInstanceKey, TryKey
from app.model.values import Json

#: States in which Airflow leaves a task instance alone.
FINISHED_STATES = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
#: Earlier runs that a pull with include_prior_dates is followed into; Airflow has no such limit.
MOST_PRIOR_RUNS = 20
#: States in which Airflow leaves a DAG run alone.
FINISHED_RUN_STATES = frozenset({"success", "failed"})
#: A time of a run by which Airflow puts a list of runs in order and cuts it.
ListedBy: TypeAlias = Literal["run_after", "logical_date"]


#: The major version since which pulls without task_ids, or of prior dates, find something else.
AIRFLOW_3 = 3


@dataclass(frozen=True, slots=True)
class Dag:
    dag_id: str
    display_name: str = ""
    schedule: str | None = None  # Airflow's summary: a cron line, "@daily", "Asset", or nothing.
    is_paused: bool = False
    is_stale: bool = False  # Airflow no longer finds it in any file.
    fileloc: str = ""  # The file's path relative to its bundle when Airflow tells it.
    latest_version: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A task as its DAG version defines it."""

    task_id: str
    operator: str = ""
    template_fields: tuple[str, ...] = ()
    downstream: frozenset[str] = frozenset()  # Ids of the tasks directly after this one.
    is_mapped: bool = False
    trigger_rule: str = "all_success"
    retries: int = 0


@dataclass(frozen=True, slots=True)
class DagVersion:
    """One version of a DAG: its source text and its tasks, as far as Airflow gave them."""

    dag_id: str
    version_number: int
    source: str | None = None  # The DAG's own file only; None when we may not read it.
    tasks: tuple[Task, ...] = ()  # Airflow tells the tasks of the latest version only.
    problem: str | None = None  # Why its source tells us nothing, one line.


@dataclass(frozen=True, slots=True)
class Run:
    key: RunKey
    state: str
    run_type: str = ""
    logical_date: datetime | None = None
    run_after: datetime | None = None
    queued_at: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    version_number: int | None = None  # The newest DAG version that ran in it.
    conf: Json = None

    @property
    def is_open(self) -> bool:
        return self.state not in FINISHED_RUN_STATES


@dataclass(frozen=True, slots=True)
class Try:
    """One try of a task instance with the rendered fields seen while they were its own."""

    key: TryKey
    state: str | None  # None while the scheduler has not looked at it.
    operator: str = ""
    start: datetime | None = None
    end: datetime | None = None
    queued_at: datetime | None = None
    max_tries: int = 0
    version_number: int | None = None
    hostname: str = ""
    rendered_map_index: str | None = None
    #: Template field name to rendered value. None: never seen for this try, or not to be trusted.
    rendered: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class XComKey:
    """One version of one XCom: an XCom pushed again has a new timestamp."""

    instance: TaskInstanceKey
    key: str
    timestamp: datetime


@dataclass(frozen=True, slots=True)
class XCom:
    at: XComKey
    value: Json  # Masked; a preview when `truncated`.
    size: int = 0  # Bytes of the JSON text as Airflow sent it.
    truncated: bool = False
    is_gone: bool = False  # Airflow has since deleted it; we keep it.
    sha256: str | None = None  # Of that JSON text, when it is too long to be kept.


@dataclass(frozen=True, slots=True)
class LogEvent:
    timestamp: datetime | None
    level: str
    logger: str
    text: str  # Masked.
    error_type: str = ""  # The exception's class name without its module.
    error_text: str = ""  # Masked.


@dataclass(frozen=True, slots=True)
class TryLog:
    key: TryKey
    events: tuple[LogEvent, ...]


@dataclass(frozen=True, slots=True, order=True)
class Reach:
    """XComs of another run that a pull is after: of one task, under one key.

    `is_prior`: those of the newest runs up to the run's own date; `run_id` is the puller's.
    """

    dag_id: str
    run_id: str
    task_id: str
    key: str
    is_prior: bool = False


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Everything lineage may know about one run."""

    run: Run
    tasks: tuple[Task, ...] = ()
    source: str | None = None
    version_number: int | None = None
    tries: tuple[Try, ...] = ()  # Every try we saw, the latest of each instance included.
    xcoms: tuple[XCom, ...] = ()  # Every version we kept, of this run.
    logs: tuple[TryLog, ...] = ()
    airflow_major: int = AIRFLOW_3
    #: Task ids of the deployment's other DAGs, for pulls across DAGs.
    other_dags: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: What was looked up in other runs, with the stored runs it reaches, the newest first.
    reached: Mapping[Reach, tuple[RunKey, ...]] = field(default_factory=dict)
    #: XComs of those runs.
    other_xcoms: tuple[XCom, ...] = ()
    #: Tries of those runs, so that a flow can name its producer's try.
    other_tries: tuple[Try, ...] = ()
    #: Whether the two below were looked for; they are only where an analysis asked for them.
    knows_past: bool = False
    past_tries: tuple[Try, ...] = ()  # Of some tasks, in the runs of the DAG before this one.
    past_xcoms: tuple[XCom, ...] = ()
