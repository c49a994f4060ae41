"""Which version of an XCom a try read, and what became of that XCom since; pure.

Airflow tells neither. What was there when the try began is what it read; where the rendered field
shows that to be wrong, what came until the try's end did come in time. The tracer looks at the same
two moments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.lineage.fields import at, preview
from app.model.facts import Try, XCom
from app.model.findings import Evidence, Flow
from app.model.values import Json

#: Clocks of workers and of Airflow's server differ: a push so soon after a try's end is its own.
GRACE = timedelta(seconds=5)


class How(StrEnum):
    """How an XCom became another after it was read."""

    RAN_AGAIN = "ran again"  # Another try of its task pushed it.
    RUNS_AGAIN = "runs again"  # Another try began, which took it away, and has pushed none.
    PUSHED_AGAIN = "pushed again"  # By the same try.
    BY_HAND = "by hand"  # No try was at work: somebody did, in Airflow's pages or its API.
    DELETED = "deleted"  # Likewise.


@dataclass(frozen=True, slots=True)
class Since:
    """An XCom that is no longer what a field read."""

    flow: Flow
    then: XCom  # The version that was read.
    latest: XCom
    how: How
    by: Try | None  # The producer's try that did it, if one did.

    @property
    def now(self) -> XCom | None:
        """What Airflow has now; None: nothing."""
        return None if self.latest.is_gone else self.latest

    @property
    def is_same(self) -> bool | None:
        """Whether the part that was read is the same; None when a value is not known whole."""
        if self.then.truncated or self.latest.truncated:
            return None
        path = self.flow.producer.path
        return not self.latest.is_gone and part(self.then, path) == part(self.latest, path)


def since(
    flow: Flow, *, versions: Sequence[XCom], tries: Sequence[Try], reader: Try
) -> Since | None:
    """What became of the XCom after it was read; None while it is what was read.

    `versions` of the XCom and `tries` of its task in order; `reader`: the flow's own try.
    """
    then = version_read(flow, versions=versions, reader=reader)
    if then is None or (then is versions[-1] and not then.is_gone):
        return None
    latest = versions[-1]
    how, by = _how(then, latest, tries)
    return Since(flow, then, latest, how, by)


def version_read(flow: Flow, *, versions: Sequence[XCom], reader: Try) -> XCom | None:
    """The version that gave the flow its value; None when it is none of these."""
    found = read_by(versions, reader)
    if found is None or flow.evidence is not Evidence.CONFIRMED or found.truncated:
        return found
    later = standing_at(versions, reader.end)
    path = flow.producer.path
    is_other = later is not None and not later.truncated and _shown(found, path) != flow.value
    return later if later is not None and is_other and _shown(later, path) == flow.value else found


def read_by(versions: Sequence[XCom], reader: Try) -> XCom | None:
    """The version that was there when the reader began, else the one at its end."""
    return standing_at(versions, reader.start) or standing_at(versions, reader.end)


def standing_at(versions: Sequence[XCom], moment: datetime | None) -> XCom | None:
    """The last version that had been pushed by then."""
    seen = [one for one in versions if moment is not None and one.at.timestamp <= moment]
    return seen[-1] if seen else None


def owner(pushed: XCom, tries: Sequence[Try]) -> Try | None:
    """The last of the producer's tries that had begun when it was pushed."""
    begun = [one for one in tries if one.start and one.start <= pushed.at.timestamp]
    return begun[-1] if begun else None


def is_by_hand(pushed: XCom, by: Try | None) -> bool:
    """Whether the try that could have pushed it had ended before."""
    return by is not None and by.end is not None and pushed.at.timestamp > by.end + GRACE


def _how(then: XCom, latest: XCom, tries: Sequence[Try]) -> tuple[How, Try | None]:
    by = owner(latest, tries)
    if latest.is_gone:
        later = [one for one in tries if one.start and one.start > latest.at.timestamp]
        return (How.RUNS_AGAIN, later[-1]) if later else (How.DELETED, None)
    if is_by_hand(latest, by):
        return How.BY_HAND, None
    return (How.PUSHED_AGAIN if by == owner(then, tries) else How.RAN_AGAIN), by


def part(xcom: XCom, path: Sequence[str | int]) -> tuple[Json, ...]:
    """What stands at the path, alone in a tuple; empty when nothing does."""
    try:
        return (at(xcom.value, tuple(path)),)
    except LookupError:
        return ()


def _shown(xcom: XCom, path: Sequence[str | int]) -> str:
    return "".join(map(preview, part(xcom, path)))
