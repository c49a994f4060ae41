"""How much one pass may take on."""

from dataclasses import dataclass, field
from datetime import timedelta

from app.model.retention import Retention
from app.refresh.chosen import ChosenDags


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a pass; the defaults suit an Airflow with some thousand runs a day."""

    chosen: ChosenDags = field(default_factory=ChosenDags)  # The others are not read.
    backfill_days: float = 30.0  # How far back runs are mirrored; 0: none.
    backfill_runs: int = 1_000  # No more runs than these are brought in by back-filling.
    backfill_at_once: int = 40  # Runs back-filled in one pass.
    read_ahead: int = 8  # Of these, runs that are read while those before are written.
    runs_at_once: int = 20  # Runs whose data is written in one transaction.
    logs_at_once: int = 100  # Logs read for these: one at a time, about 20 a second.
    definitions_at_once: int = 20  # DAGs without a run whose source is read in one pass.
    analyses_at_once: int = 200  # Runs analysed in one pass.
    indexed_at_once: int = 2_000  # Older XComs, and as many tries, put into the index in one pass.
    lessons_at_once: int = 200  # Runs that contracts learn from in one pass.
    looks_at_once: int = 50  # DAGs looked at before they run, in one pass.
    #: Between two readings of the DAG list.
    dags_every: timedelta = timedelta(seconds=60)
    keep: Retention = field(default_factory=Retention)  # Runs beyond it are deleted.
    prune_seconds: float = 1.0  # Spent in one pass on deleting what is no longer kept.
    #: Between two looks for it.
    prune_every: timedelta = timedelta(seconds=60)
    #: Between two looks for runs that Airflow has deleted, and between two pages of such a look.
    deleted_every: timedelta = timedelta(minutes=10)
    deleted_page_every: timedelta = timedelta(seconds=10)
