"""A query answered: leaves that may fit are taken from an index, the newest first, and checked."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.model.leaves import Found
from app.query.matching import matches
from app.query.terms import Named, Query, Scope
from app.store.search.candidates import Asked, Batch, asked, candidates, newest_first
from app.store.search.limits import TimeIsUp, at_most
from app.store.search.reading import Hit, fulfilling, read_hits, with_tries
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
    hits: list[Hit] = field(default_factory=list)
    reached: int | None = None  # All candidates from here on were looked at.
    is_done: bool = False  # All there are.

    def go_through(self, batches: Iterator[Batch], until: float) -> None:
        """Look at them up to a time on the monotonic clock, or till the page is full."""
        for batch in batches:
            for numbers in self._slices(batch):
                self._look_at(numbers)
                self.reached = numbers[-1]
                if self.is_full or time.monotonic() > until:
                    return
            self.reached = batch.reached
            if time.monotonic() > until:
                return
        self.is_done = True

    def go_on_slowly(self, seconds: float) -> None:
        """Look at some leaves, one after the other: one index was too slow for a single batch.

        So asking again for what is older comes to an end.
        """
        high = self.asked.high if self.reached is None else self.reached
        rest = newest_first(self.session, replace(self.asked, high=high))
        self.go_through(rest, time.monotonic() + seconds)

    def _slices(self, batch: Batch) -> Iterator[Sequence[int]]:
        """The batch's numbers that fulfil its conditions, about as many at a time as are shown."""
        numbers = fulfilling(self.session, batch.numbers, batch.conditions)
        for start in range(0, len(numbers), self.most + 1):
            yield numbers[start : start + self.most + 1]

    def _look_at(self, numbers: Sequence[int]) -> None:
        hits = read_hits(self.session, numbers)
        if self._asks_for_state:
            hits = with_tries(self.session, hits)
        self.hits += [one for one in hits if matches(self.asked.query, one.leaf)]

    @property
    def is_full(self) -> bool:
        # One more than asked for tells that there are more.
        return len(self.hits) > self.most

    def found(self) -> Found:
        page = self.hits[: self.most]
        told = page if self._asks_for_state else with_tries(self.session, page)
        leaves = tuple(one.leaf for one in told)
        if self.is_full:
            return Found(leaves, older=page[-1].leaf.number)
        older = None if self.is_done else self.reached
        return Found(leaves, older=older, ran_out=older is not None)

    @property
    def _asks_for_state(self) -> bool:
        return any(
            isinstance(term.condition, Named) and term.condition.scope == Scope.STATE
            for term in self.asked.query.terms
        )
