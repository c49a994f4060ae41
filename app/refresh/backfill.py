"""Runs of the past, brought in newest first, some in each pass.

Newest first, because Airflow keeps rendered fields of the newest runs only: every hour that passes
takes some away.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.ingest.runs import run_from
from app.model.facts import Run
from app.refresh.chosen import is_chosen
from app.refresh.forgotten import forgotten_to, still_kept
from app.refresh.visits import Reader
from app.store.deployments import DeploymentState
from app.store.numbers import run_numbers
from app.store.runs import unsealed_runs

# Retention goes by when runs ended, and Airflow lists them by when they were due. What took longer
# and is nearly too old is not worth going through all the lists for.
_LONGEST_RUN = timedelta(days=1)


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
    limits, masking = reader.limits, reader.masking
    after = _begin(reader, state)
    reaches = state.backfilled_to or reader.server_time
    room = min(limits.backfill_at_once, limits.backfill_runs - _stored_runs(reader, state))
    if room <= 0 or reaches < after:
        return Past((), state.backfilled_to, is_done=True)
    found: list[Run] = []
    offset = 0
    while len(found) < room:
        items = reader.airflow.past_runs(after=after, until=reaches, offset=offset)
        chosen = (item for item in items if is_chosen(item, limits.chosen))
        page = tuple(run_from(item, masking=masking) for item in chosen)
        if not items:
            return Past(tuple(found), _earliest(found, state), is_done=True)
        found += still_kept(reader, _not_stored(reader, page), state)
        offset += len(items)
    found = found[:room]
    return Past(tuple(found), _earliest(found, state), is_done=False)


def _begin(reader: Reader, state: DeploymentState) -> datetime:
    """When the oldest runs were due that are brought in: none that would be deleted at once."""
    begin = reader.server_time - timedelta(days=reader.limits.backfill_days)
    until = forgotten_to(state, now=reader.server_time)
    return begin if until is None else max(begin, until - _LONGEST_RUN)


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
