"""Whether somebody polls into this database, and how the last passes went."""

from collections.abc import Iterator
from datetime import datetime

from app.doctor.finding import Finding, Level
from app.health import SILENCE
from app.model.errors import StoreError
from app.store.deployments import DeploymentState, read_deployments
from app.store.polled import is_polled
from app.store.session import Store


def look_at_polling(store: Store, *, url: str, now: datetime) -> Iterator[Finding]:
    """`url` is the database's. Nothing where the database does not answer or has no tables."""
    try:
        with store.reading() as session:
            states = read_deployments(session)
        polled = is_polled(store, url)
    except StoreError:
        return
    if polled:
        yield Finding(Level.OK, "polling", "a poller is at work")
    else:
        advice = "Start `xcomtrace serve`, or `xcomtrace poll` beside a dashboard."
        yield Finding(Level.WARN, "polling", "nobody polls into this database", advice)
    for state in states:
        yield _pass(state, now)


def _pass(state: DeploymentState, now: datetime) -> Finding:
    what = f"passes of {state.name}"
    counts = f"{state.passes} whole, {state.failed_passes} failed"
    if state.last_try_at is None:
        return Finding(Level.WARN, what, "none has been made yet")
    silence = (now - state.last_try_at).total_seconds()
    line = f"the last one ended {silence:.0f} s ago ({counts})"
    if state.error is not None:
        told = f"{state.failures} failed in a row, {line}: {state.error}"
        return Finding(Level.FAIL, what, told, "What is said of its Airflow below tells more.")
    if silence > SILENCE:
        return Finding(Level.WARN, what, line, "Look whether its poller runs.")
    return Finding(Level.OK, what, line)
