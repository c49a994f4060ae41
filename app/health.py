"""Is the mirror kept up? Asked every few seconds by supervisors, so it is quick to load."""

from dataclasses import dataclass
from datetime import datetime

from app.store.deployments import read_deployments
from app.store.session import Store

#: Seconds without a pass, good or bad, after which nobody seems to poll: the longest back-off of
#: the poller is 300 s, and a pass over many runs takes its time.
SILENCE = 900.0


@dataclass(frozen=True, slots=True)
class Health:
    """Whether it is kept up, and since when it is, one line."""

    ok: bool
    line: str


def health(store: Store, *, now: datetime) -> Health:
    """Whether a pass was tried lately, good or bad: an Airflow that is away is not our illness.

    Raises StoreError.
    """
    with store.reading() as session:
        tried = [one.last_try_at for one in read_deployments(session) if one.last_try_at]
    if not tried:
        return Health(ok=False, line="no pass has been made yet")
    seconds = (now - max(tried)).total_seconds()
    return Health(ok=seconds < SILENCE, line=f"the last pass ended {seconds:.0f} s ago")
