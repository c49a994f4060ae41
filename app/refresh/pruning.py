"""Runs that are no longer kept, deleted in short steps while everybody else goes on.

Each step is one transaction, and what is left undone is found again by the next process: so it may
be broken off, or killed, after any of them.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.model.retention import Retention
from app.store.retention.choosing import Doomed, doomed
from app.store.retention.giving_up import give_up
from app.store.retention.measuring import measure, note_measured
from app.store.retention.removing import has_given_up, remove_some
from app.store.retention.room import Room, cut, read_room
from app.store.retention.tidying import tidy
from app.store.search.merging import merge_texts
from app.store.search.partitions import drop_unkept
from app.store.search.unused import forget_paths
from app.store.session import Store

# Seconds that a step should take, so that nobody waits long for SQLite's one write lock.
_STEP = 0.1
# Rows of the first step; those after it take as many as fit into the time.
_FIRST_ROWS = 200
_MOST_ROWS = 20_000
# Runs looked for at once, and of them given up in one step.
_PLANNED = 500
_GIVEN_UP = 20
# Runs measured in one step.
_MEASURED = 20
_TIDY_EVERY = timedelta(hours=1)
_LOOK_EVERY = timedelta(days=1)
_MERGE_EVERY = timedelta(days=1)
# Paths of leaves looked up in one step.
_PATHS = 500
# Pages of a SQLite file cut off, or of its index of texts merged, in one step.
_PAGES = 500
# Of a SQLite file so much may be empty: what is written next goes there.
_EMPTY = 0.05


@dataclass(frozen=True, slots=True)
class Pruned:
    runs: int
    bytes: int  # That these took, about.
    is_done: bool  # Nothing is left that has to go.


@dataclass(slots=True)
class Pruner:
    """Keeps one deployment's runs as `keep` says.

    `wait` sleeps for that many seconds and says whether to stop.
    """

    store: Store
    deployment_pk: int
    keep: Retention
    wait: Callable[[float], bool]
    clock: Callable[[], float] = time.monotonic
    empty: float = _EMPTY
    rows: int = _FIRST_ROWS
    _tidied_at: datetime | None = None
    _looked_at: datetime | None = None
    _merged_at: datetime | None = None
    _is_merging: bool = False
    _gone: list[Doomed] = field(default_factory=list)

    def prune(self, *, now: datetime, seconds: float = float("inf")) -> Pruned:
        """What was done in that time. `now`: by the clock of those who wrote when runs ended.

        Raises StoreError; what was done before stays done.
        """
        self._gone.clear()
        began = last = self.clock()
        is_done = True
        for _ in self._steps(now):
            at = self.clock()
            # Others who wait to write come between two steps.
            if at - began > seconds or self.wait(min(at - last, _STEP) / 2):
                is_done = False
                break
            last = self.clock()
        return Pruned(len(self._gone), sum(run.bytes for run in self._gone), is_done)

    def doomed(self, now: datetime, *, most: int) -> tuple[Doomed, ...]:
        """The runs that are to go, those that ended first."""
        with self.store.reading() as session:
            pk = self.deployment_pk
            return doomed(session, deployment_pk=pk, keep=self.keep, now=now, most=most)

    @property
    def gone(self) -> tuple[Doomed, ...]:
        """The runs that were deleted the last time."""
        return tuple(self._gone)

    def _steps(self, now: datetime) -> Iterator[None]:
        """Each step done, one after the other; nothing between two of them is open."""
        while self.measure():
            yield
        while runs := self.doomed(now, most=_PLANNED):
            for start in range(0, len(runs), _GIVEN_UP):
                self._give_up(runs[start : start + _GIVEN_UP], now)
                yield
        yield from self._remove(now)
        if _is_due(self._tidied_at, _TIDY_EVERY, now):
            while tidy(self.store, deployment_pk=self.deployment_pk, now=now):
                yield
            self._tidied_at = now
        yield from self._forget_paths(now)
        yield from self._merge(now)
        while self._cut():
            yield

    def _remove(self, now: datetime) -> Iterator[None]:
        """The rows of all that were given up: whole weeks of leaves first, where it can be so."""
        with self.store.reading() as session:
            is_any = has_given_up(session)
        if is_any and drop_unkept(self.store, now=now):
            yield
        while True:
            began = self.clock()
            with self.store.writing() as session:
                removed = remove_some(session, most=self.rows)
            if not removed:
                return
            is_quick = self.clock() - began < _STEP / 2
            if removed == self.rows:
                self.rows = min(self.rows * 2, _MOST_ROWS) if is_quick else self.rows // 2 + 1
            yield

    def _forget_paths(self, now: datetime) -> Iterator[None]:
        """Once in a while, after runs were deleted: every path is looked up, every week's part."""
        is_due = bool(self._gone) and _is_due(self._looked_at, _LOOK_EVERY, now)
        last = 0 if is_due else None
        while last is not None:
            last = forget_paths(
                self.store, deployment_pk=self.deployment_pk, after=last, most=_PATHS
            )
            self._looked_at = now
            yield
        if is_due:
            drop_unkept(self.store, now=now)

    def _merge(self, now: datetime) -> Iterator[None]:
        """The index of texts without what was deleted, once in a while: all of it is rewritten."""
        is_first = bool(self._gone) and _is_due(self._merged_at, _MERGE_EVERY, now)
        is_left = is_first or self._is_merging
        while is_left:
            with self.store.writing() as session:
                is_left = merge_texts(session, pages=_PAGES, is_first=is_first)
            self._is_merging, is_first = is_left, False
            self._merged_at = now
            yield

    def measure(self) -> int:
        """How many runs were measured of those that were not; doomed() goes by what it noted."""
        with self.store.reading() as session:
            sizes = measure(session, deployment_pk=self.deployment_pk, most=_MEASURED)
        if sizes:
            with self.store.writing() as session:
                note_measured(session, sizes)
        return len(sizes)

    def _give_up(self, runs: tuple[Doomed, ...], now: datetime) -> None:
        with self.store.writing() as session:
            self._gone += give_up(session, deployment_pk=self.deployment_pk, runs=runs, at=now)

    def _cut(self) -> bool:
        """Whether the SQLite file became shorter: too much of it was empty."""
        room = self._room()
        if not room.is_cut_in_steps or room.free <= room.bytes * self.empty:
            return False
        cut(self.store, pages=_PAGES)
        return self._room().bytes < room.bytes

    def _room(self) -> Room:
        with self.store.reading() as session:
            return read_room(session)


def _is_due(done_at: datetime | None, every: timedelta, now: datetime) -> bool:
    return done_at is None or now - done_at >= every
