"""Runs that are no longer kept: though Airflow may list them for years, they do not come back."""

from collections.abc import Iterable
from datetime import datetime

from app.model.facts import Run
from app.refresh.visits import Reader
from app.store.deployments import DeploymentState
from app.store.numbers import run_numbers


def forgotten_to(state: DeploymentState, *, now: datetime) -> datetime | None:
    """Runs that had ended by then are not taken in; None: all are. `now` by Airflow's clock."""
    times = (state.pruned_to, state.keep.oldest(now))
    return max((time for time in times if time is not None), default=None)


def still_kept(reader: Reader, runs: Iterable[Run], state: DeploymentState) -> tuple[Run, ...]:
    """The runs without those that are over, no longer kept, and not stored.

    A run that Airflow begins again (a clear) is open: it is news, however old it is.
    """
    runs, until = tuple(runs), forgotten_to(state, now=reader.server_time)
    if until is None:
        return runs
    old = {run.key for run in runs if not run.is_open and run.end and run.end <= until}
    with reader.store.reading() as session:
        stored = run_numbers(session, deployment_pk=reader.deployment_pk, runs=old)
    return tuple(run for run in runs if run.key not in old or run.key in stored)
