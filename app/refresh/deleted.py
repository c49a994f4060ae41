"""Runs that Airflow has deleted since they ended here, found by going through its list of runs.

A run that is over is not read again, and `airflow db clean` writes no word of what it takes, so
nothing else would tell.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from app.airflow.payloads import DagRunItem
from app.ingest.runs import run_key
from app.model.facts import ListedBy
from app.model.ids import RunKey
from app.refresh.visits import Reader
from app.store.runs import first_listed, listed_between

# Runs that are missing in the list and are asked for by themselves, in one pass.
_AT_ONCE = 50
# So many of a DAG that are there all the same tell that our user may not see it: the others are
# not asked for.
_HIDDEN = 5


@dataclass(slots=True)
class _Walk:
    """Down to where the list was gone through, the newest runs first."""

    until: datetime
    offset: int = 0
    listed: set[RunKey] = field(default_factory=set)  # At that time, which may fill pages.
    kept: set[RunKey] = field(default_factory=set)  # Missing there, but not deleted.


class DeletedRuns:
    """Goes through Airflow's list of runs, a page in a pass, and through all of it now and then."""

    def __init__(self) -> None:
        self._walk: _Walk | None = None
        self._next: datetime | None = None  # By Airflow's clock.

    def look(self, reader: Reader) -> frozenset[RunKey]:
        """Runs that are found to be deleted now; most passes ask for nothing.

        A list leaves out what was deleted, and what our user may no longer see: so each run that is
        missing is asked for by itself. Raises AirflowError.
        """
        now, limits = reader.server_time, reader.limits
        if self._next is None:
            self._next = now + limits.deleted_every
        if now < self._next:
            return frozenset()
        self._walk = self._walk or _Walk(until=now)
        gone, is_done = _step(reader, self._walk)
        self._next = now + (limits.deleted_every if is_done else limits.deleted_page_every)
        if is_done:
            self._walk = None
        return gone


def _step(reader: Reader, walk: _Walk) -> tuple[frozenset[RunKey], bool]:
    """What is gone of the next page, and whether it was the last."""
    by = reader.airflow.lists_runs_by
    with reader.store.reading() as session:
        first = first_listed(session, deployment_pk=reader.deployment_pk, by=by)
    if first is None:
        return frozenset(), True
    items = reader.airflow.past_runs(after=first, until=walk.until, offset=walk.offset)
    walk.listed |= {run_key(item) for item in items}
    reached = min(_times(items, by), default=None)
    missing = _missing(reader, walk, reached)
    some = missing[:_AT_ONCE]
    gone = reader.gone(some)
    walk.kept |= set(some) - gone
    if len(some) == len(missing):
        _go_on(walk, reached, len(items))
    return gone, not items and len(some) == len(missing)


def _times(items: Iterable[DagRunItem], by: ListedBy) -> Iterable[datetime]:
    return (time for item in items if (time := getattr(item, by)) is not None)


def _missing(reader: Reader, walk: _Walk, reached: datetime | None) -> list[RunKey]:
    """Runs of ours that the list should have shown by now; those at `reached` may come yet."""
    with reader.store.reading() as session:
        ours = listed_between(
            session,
            deployment_pk=reader.deployment_pk,
            by=reader.airflow.lists_runs_by,
            after=reached,
            until=walk.until,
        )
    missing = (ours - walk.listed) - walk.kept
    kept = Counter(run.dag_id for run in walk.kept)
    chosen = reader.limits.chosen
    return sorted(run for run in missing if run.dag_id in chosen and kept[run.dag_id] < _HIDDEN)


def _go_on(walk: _Walk, reached: datetime | None, many: int) -> None:
    if reached is None or reached == walk.until:
        walk.offset += many
    else:
        walk.until, walk.offset, walk.listed = reached, 0, set()
