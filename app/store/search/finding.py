"""A query answered: leaves that may fit are taken from an index, the newest first, and checked."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.model.leaves import Found, Leaf
from app.query.matching import matches
from app.query.terms import Query
from app.store.search.batches import Batch
from app.store.search.candidates import Asked, asked, candidates, newest_first
from app.store.search.limits import TimeIsUp, at_most, planned_once
from app.store.search.reading import fulfilling, read_leaves
from app.store.session import ReadSession


def search(
    session: ReadSession,
    query: Query,
    *,
    older: int | None = None,
    most: int = 50,
    seconds: float = 1.0,
) -> Found:
    """The newest leaves that fit the query, of those whose number is below `older`.

    When `seconds` are over it gives what it has; `older` says where to go on.
    """
    wanted = asked(session, query, older=older)
    finder = _Finder(session, wanted, most)
    try:
        with at_most(session, seconds) as until:
            finder.go_through(candidates(session, wanted), until)
    except TimeIsUp:
        finder.go_on_slowly(seconds / 4)
    return finder.found()


@dataclass(slots=True)
class _Finder:
    session: ReadSession
    asked: Asked
    most: int
    hits: list[Leaf] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)  # Not yet looked at.
    reached: int | None = None  # All candidates from here on were found.
    is_done: bool = False  # All there are.

    def go_through(self, batches: Iterator[Batch], until: float) -> None:
        """Look at them up to a time on the monotonic clock, or till the page is full."""
        for batch in batches:
            self.waiting += fulfilling(self.session, batch.numbers, batch.conditions)
            self.reached = batch.reached
            is_late = time.monotonic() > until
            if is_late or len(self.waiting) > self.most:
                self._look_at_waiting()
            if is_late or self.is_full:
                return
        self._look_at_waiting()
        self.is_done = True

    def go_on_slowly(self, seconds: float) -> None:
        """Look at some leaves, one after the other: one index was too slow for a single batch.

        So asking again for what is older comes to an end.
        """
        high = self.asked.high if self.reached is None else self.reached
        rest = newest_first(self.session, replace(self.asked, high=high))
        self.go_through(rest, time.monotonic() + seconds)

    def _look_at_waiting(self) -> None:
        """About as many at a time as are shown."""
        at_once = self.most + 1
        while self.waiting and not self.is_full:
            with planned_once(self.session):
                leaves = read_leaves(self.session, self.waiting[:at_once])
            # Not before they are read, as time may be up meanwhile.
            del self.waiting[:at_once]
            self.hits += [one for one in leaves if matches(self.asked.query, one)]

    @property
    def is_full(self) -> bool:
        # One more than asked for tells that there are more.
        return len(self.hits) > self.most

    def found(self) -> Found:
        page = tuple(self.hits[: self.most])
        if self.is_full:
            return Found(page, older=page[-1].number)
        older = None if self.is_done else self.reached
        return Found(page, older=older, ran_out=older is not None)
