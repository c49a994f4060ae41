"""Which runs a pass visits."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from app.airflow.client import Airflow
from app.ingest.masking import Masking
from app.ingest.runs import run_from, run_key
from app.model.facts import FINISHED_RUN_STATES, Run
from app.model.ids import RunKey
from app.refresh.attempts import answers
from app.refresh.chosen import ChosenDags, is_chosen
from app.refresh.visits import Reader
from app.store.facts import read_run
from app.store.runs import open_runs, unsealed_runs

# Airflow stamps a change before it commits it, by the clock of whichever host wrote it: a change
# can come to light this long after its time. Longer is not rare, it is a broken clock.
OVERLAP = timedelta(seconds=120)


#: Runs at rest that were listed by the last pass: the row, and how often it was visited as such.
Resting: TypeAlias = Mapping[RunKey, tuple[Run, int]]

# States in which nothing of a run changes: it has ended, or waits for its turn.
_AT_REST = FINISHED_RUN_STATES | {"queued"}
# Visits to a run at rest while it is listed: the pass that finds it so, and the next one.
_VISITS_WHILE_LISTED = 2


def changed(
    airflow: Airflow, *, since: datetime | None, chosen: ChosenDags, masking: Masking
) -> dict[RunKey, Run]:
    """Runs of the chosen DAGs that changed since the watermark, by Airflow's own time.

    Before the first pass there is no watermark: then the open runs are what counts, back-filling
    brings in the finished ones.
    """
    items = airflow.open_runs() if since is None else airflow.changed_runs(since=since - OVERLAP)
    runs = (run_from(item, masking=masking) for item in items if is_chosen(item, chosen))
    return {run.key: run for run in runs}


def to_visit(reader: Reader, listed: Mapping[RunKey, Run], *, resting: Resting) -> tuple[Run, ...]:
    """The runs of this pass, the newest first.

    - Listed ones. A run at rest stays listed for as long as lists overlap, and says nothing new;
      it is visited twice and then left alone until it is listed no more.
    - Those of ours that are not listed and not sealed. A finished one is visited this last time:
      nothing that happened before escapes it. An open one is visited because its change may come
      to light too late to be listed, unless it still waits for its turn: those can be thousands.
    """
    with reader.store.reading() as session:
        pk = reader.deployment_pk
        still_open = open_runs(session, deployment_pk=pk) - listed.keys()
        others = (unsealed_runs(session, deployment_pk=pk) | resting.keys()) - listed.keys()
        stored = {key: read_run(session, deployment_pk=pk, run=key) for key in sorted(others)}
    news = [run for run in listed.values() if resting.get(run.key) != (run, _VISITS_WHILE_LISTED)]
    finished = [run for key, run in stored.items() if key not in still_open]
    unlisted = {key: run for key, run in stored.items() if key in still_open}
    return tuple(sorted((*news, *finished, *_as_they_are(reader, unlisted)), key=_age))


def now_resting(listed: Mapping[RunKey, Run], *, before: Resting) -> Resting:
    """The listed runs at rest, after a pass that visited those it had to."""
    return {
        key: (run, min(_visits(before, run) + 1, _VISITS_WHILE_LISTED))
        for key, run in listed.items()
        if run.state in _AT_REST
    }


def _visits(before: Resting, run: Run) -> int:
    row, visits = before.get(run.key, (None, 0))
    return visits if row == run else 0


def _as_they_are(reader: Reader, stored: Mapping[RunKey, Run]) -> tuple[Run, ...]:
    """Those to visit of the runs that were open when last seen and are not listed as changed.

    Open ones are listed together; what is not open any more (its change came to light too late,
    or it was deleted) is asked for by itself. A run that does not answer is visited as it was
    stored: the visit finds out whether it is gone.
    """
    if not stored:
        return ()
    read = partial(run_from, masking=reader.masking)
    found = {run_key(item): read(item) for item in reader.airflow.open_runs()}
    calls = {key: partial(reader.airflow.dag_run, key) for key in stored if key not in found}
    single = answers(reader.airflow, calls, troubles=reader.troubles, run_of=lambda key: key)
    now = found | {key: read(item) for key, item in single.items()}
    return tuple(
        now.get(key, run)
        for key, run in stored.items()
        if not _is_same(now.get(key), run) or run.state not in _AT_REST
    )


def _is_same(now: Run | None, stored: Run) -> bool:
    """Whether Airflow tells what is stored; the number of its DAG version may be our own."""
    if now is None or now.version_number is not None:
        return now == stored
    return now == replace(stored, version_number=None)


def _age(run: Run) -> tuple[float, RunKey]:
    return (-run.run_after.timestamp() if run.run_after else 0.0, run.key)
