"""What earlier runs of the DAG say of a field and of the value that seems to have gone into it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from app.lineage.fields import found_at, leaves, text_of, tree
from app.lineage.likeness.rarity import undated
from app.lineage.likeness.spots import Spot
from app.lineage.likeness.values import Match, Place, stands_in
from app.model.facts import RunFacts, Try, XCom
from app.model.ids import NOT_MAPPED
from app.model.masks import plain
from app.model.values import Json

#: Leaves of an earlier XCom that are looked at.
_MOST_LEAVES = 5_000
#: Shortest text that is recognised within another.
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """That what stands in the spot is the value at the place."""

    match: Match
    place: Place
    spot: Spot


@dataclass(slots=True)
class Precedent:
    """In how many earlier runs the field held what the XCom held: the same as now, or another.

    `against`: one of them shows that the field does not have its value from there.
    """

    same: int = 0
    other: int = 0
    against: bool = False


class Past:
    """The earlier runs, as far as they are known."""

    def __init__(self, facts: RunFacts) -> None:
        self._tries: dict[tuple[str, int], list[Try]] = defaultdict(list)
        for one in facts.past_tries:
            reader = one.key.instance
            self._tries[reader.task_id, reader.map_index].append(one)
        self._xcoms: dict[tuple[str, str, str], list[XCom]] = defaultdict(list)
        for xcom in sorted(facts.past_xcoms, key=lambda one: one.at.timestamp):
            instance = xcom.at.instance
            self._xcoms[instance.run_id, instance.task_id, xcom.at.key].append(xcom)
        self._trees: dict[tuple[int, str], Json] = {}  # By the try's own identity.

    def of(self, claim: Claim) -> Precedent:
        """What the earlier runs say of the claim."""
        precedent = Precedent()
        reader = claim.spot.one.key.instance
        for earlier in self._tries.get((reader.task_id, reader.map_index), ()):
            shown, given = self._shown(earlier, claim.spot), self._given(claim.place, earlier)
            if shown is None or any(xcom.truncated for xcom in given):
                continue
            then = _then(claim.place, given)
            if claim.match.stands_in(shown):
                held = then is not None and claim.match.is_value(then)
                precedent.same += held
                precedent.against |= not (held or _holds(given, claim.match))
            elif then is not None and earlier.version_number == claim.spot.one.version_number:
                _compare(claim, earlier, shown, then, precedent)
        return precedent

    def _shown(self, earlier: Try, spot: Spot) -> Json:
        rendered = earlier.rendered or {}
        if spot.name not in rendered:
            return None
        key = (id(earlier), spot.name)
        if key not in self._trees:
            self._trees[key] = tree(spot.name, rendered[spot.name])
        return found_at(self._trees[key], spot.steps)

    def _given(self, place: Place, earlier: Try) -> list[XCom]:
        """What the producer's instances had pushed when the earlier reader started."""
        of = (earlier.key.instance.run_id, place.xcom.at.instance.task_id, place.xcom.at.key)
        return [one for one in self._xcoms.get(of, ()) if _is_before(one, earlier.start)]


def _compare(claim: Claim, earlier: Try, shown: Json, then: Json, precedent: Precedent) -> None:
    """The earlier value with the earlier field, both other than now."""
    text, run_id = plain(text_of(then)), earlier.key.instance.run_id
    is_whole = then == shown
    is_there = is_whole or stands_in(text, plain(text_of(shown)))
    now = undated(claim.match.text, claim.spot.one.key.instance.run_id)
    is_news = undated(text, run_id) != now
    precedent.other += is_there and is_news and (is_whole or len(text) >= _SHORTEST)
    precedent.against |= not is_there and _is_fixed(claim.place)


def _is_before(xcom: XCom, moment: datetime | None) -> bool:
    return moment is None or xcom.at.timestamp <= moment


def _then(place: Place, given: list[XCom]) -> Json:
    own = [one for one in given if one.at.instance.map_index == place.xcom.at.instance.map_index]
    return found_at(own[-1].value, place.path) if own else None


def _holds(given: list[XCom], match: Match) -> bool:
    """Whether the value stood anywhere in them: items of a list change their positions."""
    if match.is_document:
        return any(match.is_value(one.value) for one in given)
    return any(
        match.is_value(leaf) for one in given for _, leaf in islice(leaves(one.value), _MOST_LEAVES)
    )


def _is_fixed(place: Place) -> bool:
    """Whether the place means the same in every run: no position of a list, no mapped instance."""
    is_mapped = place.xcom.at.instance.map_index != NOT_MAPPED
    return not is_mapped and not any(isinstance(step, int) for step in place.path)
