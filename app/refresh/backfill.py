"""Runs of the past, brought in newest first, some in each pass.

Newest first, because Airflow keeps rendered fields of the newest runs only: every hour that passes
takes some away.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.ingest.runs import run_from
from app.model.facts import Run
from app.refresh.visits import Reader
from app.store.deployments import DeploymentState
from app.store.numbers import run_numbers
from app.store.runs import unsealed_runs


@dataclass(frozen=True, slots=True)
class Past:
    """The next runs to bring in, and how far back the mirror reaches with them."""

    runs: tuple[Run, ...]
    reaches: datetime | None
    is_done: bool


def next_past(reader: Reader, state: DeploymentState) -> Past:
    """The newest runs that are not stored yet, as many as one pass takes on.

    Many runs are due at the same moment (midnight), so the time reached says only that runs later
    than it are stored: the search begins with it again and leaves out what is there.
    """
    limits = reader.limits
    after = reader.server_time - timedelta(days=limits.backfill_days)
    reaches = state.backfilled_to or reader.server_time
    room = min(limits.backfill_at_once, limits.backfill_runs - _stored_runs(reader, state))
    if room <= 0 or reaches < after:
        return Past((), state.backfilled_to, is_done=True)
    found: list[Run] = []
    offset = 0
    while len(found) < room:
        items = reader.airflow.past_runs(after=after, until=reaches, offset=offset)
        page = tuple(run_from(item) for item in items if item.dag_id and item.dag_run_id)
        if not items:
            return Past(tuple(found), _earliest(found, state), is_done=True)
        found += _not_stored(reader, page)
        offset += len(items)
    found = found[:room]
    return Past(tuple(found), _earliest(found, state), is_done=False)


def _stored_runs(reader: Reader, state: DeploymentState) -> int:
    with reader.store.reading() as session:
        return state.sealed_runs + len(unsealed_runs(session, deployment_pk=reader.deployment_pk))


def _not_stored(reader: Reader, runs: tuple[Run, ...]) -> list[Run]:
    with reader.store.reading() as session:
        stored = run_numbers(
            session, deployment_pk=reader.deployment_pk, runs=[run.key for run in runs]
        )
    return [run for run in runs if run.key not in stored]


def _earliest(runs: list[Run], state: DeploymentState) -> datetime | None:
    times = [run.run_after for run in runs if run.run_after is not None]
    return min(times, default=state.backfilled_to)
