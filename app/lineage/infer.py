"""Flows that only the values tell, where the source says nothing about a field.

A value proves something when chance does not put it there: it is rare, one place alone can have
given it, upstream and in time, and nothing says that the field had it from elsewhere: neither the
DAG's source, nor a task that had it before, nor the runs before this one. Where any of that is
open, the places that gave the same value are candidates, and nothing is called a flow.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from app.lineage.fields import leaves, preview, text_of
from app.lineage.likeness.past import Claim, Past, Precedent
from app.lineage.likeness.rarity import Rarities, Rarity
from app.lineage.likeness.reading import Reading, was_given
from app.lineage.likeness.spots import (
    Fields,
    Spot,
    is_argument,
    is_one_or_nothing,
    needed,
    needed_by_all_of_it,
)
from app.lineage.likeness.values import Match, Place, Values, stands_in
from app.lineage.resolve import RunIndex
from app.model.facts import Try
from app.model.findings import Candidates, Consumer, Evidence, Flow, Producer
from app.model.masks import MASK

#: Bits that are no words: less may be a name that people gave to things that stay the same.
_LEAST_TELLING = 6.0
#: Those of a number: people choose ports and seeds of five digits, hardly ever longer ones.
_LEAST_TELLING_OF_NUMBER = 19.0
#: Bits that a value of which nothing is a word needs less.
_FOR_TELLING = 2.0
#: Earlier runs that held the same and make a value one that stays the same.
_CONSTANT = 1
#: Places of one value; a value that more of them hold proves nothing.
_MOST_CANDIDATES = 20


@dataclass(slots=True)
class Inferred:
    """What the values of one try's fields tell."""

    flows: list[Flow] = field(default_factory=list)
    candidates: list[Candidates] = field(default_factory=list)


class Inference:
    """Looks for the values of a run's XComs in the fields of its tries.

    `wanted`: tasks whose earlier runs would say more; none when those are known.
    """

    def __init__(self, index: RunIndex) -> None:
        self.wanted: set[str] = set()
        self._index = index
        self._reading = Reading(index)
        self._rarities = Rarities(index.facts)
        self._source = index.facts.source or ""
        self._is_literal: dict[str, bool] = {}
        self._is_known: dict[str, bool] = {}

    @cached_property
    def _values(self) -> Values:
        return Values(xcom for versions in self._index.xcoms.values() for xcom in versions)

    @cached_property
    def _fields(self) -> Fields:
        return Fields(lambda: self._values, self.is_dull)

    @cached_property
    def _past(self) -> Past:
        return Past(self._index.facts)

    @cached_property
    def _shown(self) -> dict[str, list[tuple[Spot, bool]]]:
        """Where each value stands in the run's fields, and whether as an argument of its own."""
        found: dict[str, list[tuple[Spot, bool]]] = defaultdict(list)
        own = (one for one in self._index.facts.tries if one.rendered)
        for seen in (seen for one in own for seen in self._fields.of(one)):
            for match in seen.matches:
                found[match.text].append((seen.spot, is_argument(match, seen.spot)))
        return found

    def of(self, one: Try, covered: frozenset[str]) -> Inferred:
        """Of the try's fields, apart from the addresses of which the source has spoken."""
        inferred = Inferred()
        for seen in self._fields.of(one, covered) if one.rendered else ():
            for match, places in _apart(self._able(seen.matches, one)):
                if places and self._is_telling(match, seen.spot, places):
                    self._judge([Claim(match, place, seen.spot) for place in places], inferred)
        return inferred

    def _able(self, matches: Iterable[Match], one: Try) -> Iterator[tuple[Match, list[Place]]]:
        """The matches with those of their places that the try can have read.

        What another task gave before, though not upstream, may be what it read against the rules:
        it has no place, and leaves none for the pieces of it.
        """
        for match in matches:
            places = [place for place in match.places if self._reading.can_read(one, place)]
            if places or any(was_given(place, one) for place in match.places):
                yield match, places

    def _is_telling(self, match: Match, spot: Spot, places: list[Place]) -> bool:
        """Whether neither chance nor the source puts the value there."""
        bits = _bits(self._rarity(match))
        if bits - math.log2(self._values.crowd(match)) < needed(match, spot):
            return False
        return len(places) <= _MOST_CANDIDATES and not self._stands_in_source(match)

    def is_dull(self, name: str, text: str) -> bool:
        """Whether chance puts the text there, and no part of it could be anything else."""
        is_common = _bits(self._rarities.of(text)) < needed_by_all_of_it(name)
        return is_common and is_one_or_nothing(name, text)

    def _rarity(self, match: Match) -> Rarity:
        if match.is_document:
            return self._rarities.of_value(match.value)
        return self._rarities.of(match.text)

    def _stands_in_source(self, match: Match) -> bool:
        """Whether the source says the value itself, or all the telling parts of a document."""
        texts = [match.text]
        if match.is_document:
            found = (text_of(leaf) for _, leaf in islice(leaves(match.value), _MOST_CANDIDATES))
            texts = [text for text in found if self._rarities.of(text).bits]
        return bool(self._source) and all(self._says(text) for text in texts)

    def _says(self, text: str) -> bool:
        if text not in self._is_literal:
            self._is_literal[text] = stands_in(text, self._source)
        return self._is_literal[text]

    def _judge(self, claims: list[Claim], inferred: Inferred) -> None:
        """A flow when one claim alone is left and proven; else candidates, if any are left."""
        said = [(claim, self._past.of(claim)) for claim in claims]
        left = [(claim, precedent) for claim, precedent in said if not precedent.against]
        if not left:
            return
        self._want(claims)
        (claim, precedent), match, one = left[0], claims[0].match, claims[0].spot.one
        reader = Consumer(one.key.instance, one.key.try_number, claim.spot.address, (match.span,))
        producers = [self._producer(each.place) for each, _ in left]
        is_narrowed = len(left) < len(claims)
        if len(left) == 1 and self._is_fact(claim, precedent, is_narrowed=is_narrowed):
            text = text_of(match.value)
            flow = Flow(producers[0], reader, Evidence.INFERRED, preview(text), MASK in text)
            inferred.flows.append(flow)
        else:
            if len(producers) > 1:
                producers.sort(key=self._nearest_first)
            one_of = Candidates(reader, tuple(producers), preview(match.value))
            inferred.candidates.append(one_of)

    def _want(self, claims: list[Claim]) -> None:
        if not self._index.facts.knows_past:
            self.wanted.update(claim.place.xcom.at.instance.task_id for claim in claims)
            self.wanted.add(claims[0].spot.one.key.instance.task_id)

    def _is_fact(self, claim: Claim, precedent: Precedent, *, is_narrowed: bool) -> bool:
        """Whether nothing but the one place is left to explain the value."""
        if claim.place.xcom.at.instance.run != self._index.run:
            return False
        match = claim.match
        least = _LEAST_TELLING_OF_NUMBER if match.is_number else _LEAST_TELLING
        may_be_constant = precedent.same >= _CONSTANT or self._rarity(match).telling < least
        if not precedent.other and (is_narrowed or may_be_constant):
            return False
        return not self._was_known(match)

    def _was_known(self, match: Match) -> bool:
        """Whether a task had the value that cannot have it from any of the XComs.

        What a pod writes is often spelled out in its own program; only an argument of its own
        says that the value was there before.
        """
        if match.text not in self._is_known:
            owners = {place.xcom.at.instance.task_id for place in match.places}
            self._is_known[match.text] = any(
                (is_argument or spot.one.key.instance.task_id not in owners)
                and not any(self._reading.can_read(spot.one, place) for place in match.places)
                for spot, is_argument in self._shown[match.text]
            )
        return self._is_known[match.text]

    def _producer(self, place: Place) -> Producer:
        instance, pushed = place.xcom.at.instance, place.xcom.at.timestamp
        tries = [
            each
            for each in self._index.tries.get(instance, ())
            if each.start and each.start <= pushed
        ]
        number = tries[-1].key.try_number if tries else 0
        return Producer(instance, number, place.xcom.at.key, place.path)

    def _nearest_first(self, producer: Producer) -> tuple[object, ...]:
        depth = self._reading.depth(producer)
        return (-depth, producer.instance, producer.key, repr(producer.path))


def _bits(rarity: Rarity) -> float:
    """Those that count: a value of which nothing is a word needs less."""
    return max(rarity.bits, rarity.telling + _FOR_TELLING)


def _apart(found: Iterable[tuple[Match, list[Place]]]) -> Iterator[tuple[Match, list[Place]]]:
    """Those that do not overlap; of those that do the longest, which the others are pieces of."""
    taken: list[tuple[int, int]] = []
    for match, places in sorted(found, key=lambda one: one[0].span[0] - one[0].span[1]):
        start, end = match.span
        if all(end <= first or last <= start for first, last in taken):
            taken.append(match.span)
            yield match, places
