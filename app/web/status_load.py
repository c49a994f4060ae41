"""What we ask of an Airflow, as the status page tells it; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.store.deployments import DeploymentState
from app.store.load import LATELY
from app.web import text


@dataclass(frozen=True, slots=True)
class Load:
    """Of the last hour."""

    requests: int
    busiest: int  # Requests in one minute.
    minutes: int  # Of which something is known.


def load_of(state: DeploymentState, now: datetime) -> Load:
    counts = {
        minute: count
        for told, count in state.requests_by_minute.items()
        if (minute := datetime.fromisoformat(told)) > now - LATELY
    }
    since = min(counts, default=now)
    minutes = int((now - since).total_seconds() // 60) + 1 if counts else 0
    return Load(sum(counts.values()), max(counts.values(), default=0), minutes)


def load_line(state: DeploymentState, now: datetime) -> str:
    """`about 310 in the last hour, 1 240 at most, of 6 000 allowed`; empty: nothing is known."""
    load = load_of(state, now)
    if not load.minutes:
        return ""
    mean, most = (text.thousands(n) for n in (round(load.requests / load.minutes), load.busiest))
    since = text.count(load.minutes, "minute")
    if timedelta(minutes=load.minutes) >= LATELY:
        since = "hour"
    of = f", of {text.thousands(state.requests_allowed)} allowed" if state.requests_allowed else ""
    return f"about {mean} in the last {since}, {most} at most{of}"
