"""Which runs a pass visits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from app.airflow.client import Airflow
from app.ingest.runs import run_from, run_key
from app.model.facts import Run
from app.model.ids import RunKey
from app.refresh.attempts import answers
from app.refresh.visits import Reader
from app.store.facts import read_run
from app.store.runs import open_runs, sealed_runs, unsealed_runs

# Airflow stamps a change before it commits it, by the clock of whichever host wrote it: a change
# can come to light this long after its time. Longer is not rare, it is a broken clock.
OVERLAP = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Listed:
    """The runs that Airflow lists as changed."""

    runs: tuple[Run, ...]

    @property
    def keys(self) -> frozenset[RunKey]:
        return frozenset(run.key for run in self.runs)


def changed(airflow: Airflow, *, since: datetime | None) -> Listed:
    """Runs that changed since the watermark, by Airflow's own time.

    Before the first pass there is no watermark: then the open runs are what counts, back-filling
    brings in the finished ones.
    """
    items = airflow.open_runs() if since is None else airflow.changed_runs(since=since - OVERLAP)
    return Listed(tuple(run_from(item) for item in items if item.dag_id and item.dag_run_id))


def to_visit(
    reader: Reader, listed: Listed, *, listed_before: frozenset[RunKey]
) -> tuple[Run, ...]:
    """The listed runs and those of ours that are not sealed, the newest first.

    A sealed run that is listed as it was stored is left out when the last pass saw it listed too:
    it is still in the overlap. When the last pass did not, something in it has changed.
    """
    with reader.store.reading() as session:
        pk = reader.deployment_pk
        sealed = sealed_runs(session, deployment_pk=pk, keys=listed.keys)
        others = sorted(unsealed_runs(session, deployment_pk=pk) - listed.keys)
        still_open = open_runs(session, deployment_pk=pk)
        stored = [read_run(session, deployment_pk=pk, run=key) for key in others]
    news = (
        run for run in listed.runs if sealed.get(run.key) != run or run.key not in listed_before
    )
    finished = (run for run in stored if run.key not in still_open)
    unlisted = [run.key for run in stored if run.key in still_open]
    runs = {run.key: run for run in (*news, *finished, *_as_they_are(reader, unlisted, stored))}
    return tuple(sorted(runs.values(), key=_age))


def _as_they_are(reader: Reader, keys: list[RunKey], stored: list[Run]) -> tuple[Run, ...]:
    """Runs that were open when last seen and are not listed as changed.

    Queued ones can be many and rest for hours, so they are listed together; what is not open any
    more (its change came to light too late, or it was deleted) is asked for by itself. A run that
    does not answer is visited as it was stored: the visit finds out whether it is gone.
    """
    if not keys:
        return ()
    found = {run_key(item): run_from(item) for item in reader.airflow.open_runs()}
    calls = {key: partial(reader.airflow.dag_run, key) for key in keys if key not in found}
    single = answers(reader.airflow, calls, troubles=reader.troubles, run_of=lambda key: key)
    now = found | {key: run_from(item) for key, item in single.items()}
    before = {run.key: run for run in stored}
    return tuple(now.get(key, before[key]) for key in keys)


def _age(run: Run) -> tuple[float, RunKey]:
    return (-run.run_after.timestamp() if run.run_after else 0.0, run.key)
