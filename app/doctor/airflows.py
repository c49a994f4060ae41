"""Whether an Airflow may be read, and what its clock says."""

from collections.abc import Callable, Iterator
from datetime import datetime

from app.airflow.client import Airflow
from app.checkup import check_airflow
from app.doctor.finding import Finding, Level
from app.refresh import ChosenDags

# Seconds. The mirror goes by Airflow's clock, so a difference breaks nothing; ages on pages and
# how far the mirror is behind go by ours.
_FAR = 30.0


def look_at_airflow(
    airflow: Airflow, chosen: ChosenDags, *, name: str, now: Callable[[], datetime]
) -> Iterator[Finding]:
    what = f"Airflow of {name}"
    for step in check_airflow(airflow, chosen):
        yield Finding(Level.OK if step.ok else Level.FAIL, what, step.line)
    if airflow.server_time is not None:
        yield _clock(what, (now() - airflow.server_time).total_seconds())


def _clock(what: str, ahead: float) -> Finding:
    # Its time is told in whole seconds, and some time ago.
    line = f"its clock and ours differ by {abs(ahead):.0f} s"
    if abs(ahead) <= _FAR:
        return Finding(Level.OK, what, line)
    advice = "Set both by NTP: ages and how far the mirror is behind are told by our clock."
    return Finding(Level.WARN, what, line, advice)
