"""From one place back to where its value came from, and on to where it went."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.lineage.provenance.hops import Hop, Node


@dataclass(frozen=True, slots=True)
class Trail:
    """The places before and after the chosen one, and the hops between all of them.

    A place's number is how many reads lie between it and the chosen one. What came from the same
    origin by another way is on nobody's way, and not on the trail.
    """

    before: Mapping[Node, int]
    after: Mapping[Node, int]
    hops: tuple[Hop, ...]


def trail_of(chosen: Node, hops: Iterable[Hop]) -> Trail:
    """A hop into a field that shows another value is told, and ends the trail there."""
    known = tuple(hops)
    into, out_of = defaultdict(list), defaultdict(list)
    for hop in known:
        into[hop.target].append(hop)
        out_of[hop.source].append(hop)
    before = _walked(chosen, {at: [(one, one.source) for one in ones] for at, ones in into.items()})
    after = _walked(
        chosen, {at: [(one, one.target) for one in ones] for at, ones in out_of.items()}
    )
    return Trail(before, after, tuple(one for one in known if _is_on(one, chosen, before, after)))


def _walked(chosen: Node, ways: Mapping[Node, list[tuple[Hop, Node]]]) -> dict[Node, int]:
    reached = {chosen: 0}
    level = [chosen]
    while level:
        level = _next(level, ways, reached)
    untrue = {
        other: reads + hop.is_read
        for at, reads in reached.items()
        for hop, other in ways.get(at, ())
        if other not in reached
    }
    del reached[chosen]
    return reached | untrue


def _next(
    level: Iterable[Node],
    ways: Mapping[Node, list[tuple[Hop, Node]]],
    reached: dict[Node, int],
) -> list[Node]:
    found = []
    for at in level:
        for hop, other in ways.get(at, ()):
            if hop.is_true and other not in reached:
                reached[other] = reached[at] + hop.is_read
                found.append(other)
    return found


def _is_on(
    hop: Hop,
    chosen: Node,
    before: Mapping[Node, int],
    after: Mapping[Node, int],
) -> bool:
    ends = {hop.source, hop.target}
    return ends <= before.keys() | {chosen} or ends <= after.keys() | {chosen}
