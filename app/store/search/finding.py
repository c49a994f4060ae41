"""A query answered: leaves that may fit are taken from an index, the newest first, and checked."""

import time
from dataclasses import dataclass, field

from app.model.leaves import Found
from app.query.matching import matches
from app.query.terms import Named, Query, Scope
from app.store.search.candidates import Asked, Batch, asked, candidates
from app.store.search.reading import Hit, read_hits, with_tries
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
    finder = _Finder(session, wanted, most, time.monotonic() + seconds)
    for batch in candidates(session, wanted):
        finder.look_at(batch)
        if finder.is_full or finder.is_late:
            return finder.found(batch.reached)
    return finder.found(None)


@dataclass(slots=True)
class _Finder:
    session: ReadSession
    asked: Asked
    most: int
    until: float  # On the monotonic clock.
    hits: list[Hit] = field(default_factory=list)

    def look_at(self, batch: Batch) -> None:
        conditions = (*self.asked.conditions, *batch.conditions)
        hits = read_hits(self.session, batch.numbers, *conditions)
        if self._asks_for_state:
            hits = with_tries(self.session, hits)
        self.hits += [one for one in hits if matches(self.asked.query, one.leaf)]

    @property
    def is_full(self) -> bool:
        # One more than asked for tells that there are more.
        return len(self.hits) > self.most

    @property
    def is_late(self) -> bool:
        return time.monotonic() > self.until

    def found(self, reached: int | None) -> Found:
        """What was found when every candidate from `reached` on was looked at; None: all were."""
        page = self.hits[: self.most]
        leaves = tuple(one.leaf for one in with_tries(self.session, page))
        if self.is_full:
            return Found(leaves, older=page[-1].leaf.number)
        return Found(leaves, older=reached, ran_out=reached is not None)

    @property
    def _asks_for_state(self) -> bool:
        return any(
            isinstance(term.condition, Named) and term.condition.scope == Scope.STATE
            for term in self.asked.query.terms
        )
