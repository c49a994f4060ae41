"""Every place where a value stands, and how it is known that it came there."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from app.lineage.extent import Extent
from app.lineage.provenance.hops import Hop, Node, Way
from app.lineage.provenance.joining import hops_of
from app.lineage.provenance.standing import standings, stretches
from app.lineage.provenance.walk import Trail, trail_of
from app.model.findings import Evidence, KnownFlow
from app.model.leaves import Leaf, LeafAddress, Place


class Act(StrEnum):
    GAVE = "gave"
    PASSED_ON = "passed on"  # It had got it in a field.
    GOT = "got"
    TOOK_PART = "took a part"  # It got something out of it.


class Tie(StrEnum):
    """What a place has to do with the chosen one, the closest first."""

    CHOSEN = "chosen"
    BEFORE = "before"  # The chosen place has it from there.
    AFTER = "after"  # It has it from the chosen place.
    FLOW = "flow"  # A flow knows it there, though not on a way to or from the chosen place.
    EQUAL = "equal"  # The same text, and no more than that is known.


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place. `spans`: where its text holds the value; empty where it is the value alone.

    Where it holds a part of the value, `spans` are those of the part.
    """

    at: LeafAddress
    act: Act
    tie: Tie
    step: int  # Reads from the chosen place to it; below zero: from it to the chosen one.
    text: str  # A preview of what was read, where a part was taken or `is_kept` is not.
    spans: tuple[tuple[int, int], ...] = ()
    evidence: Evidence | None = None  # The best, that it came there by a flow.
    sources: tuple[
        LeafAddress, ...
    ] = ()  # What it was read from, or the fields it was passed from.
    extent: Extent | None = None  # How much its field got; None where nothing was read.
    readers: int = 0  # Fields that read it from there.
    readers_within: int = 0  # Those of them that read it as part of the whole.
    state: str | None = None  # Of the try.
    is_gone: bool = False  # Airflow has since deleted it.
    is_kept: bool = True  # Among the leaves; else only a flow tells of it.
    is_part: bool = False  # It holds a part of the value alone, which came from there.


@dataclass(frozen=True, slots=True)
class Provenance:
    """`occurrences`: the oldest first. `trail`: the way to and from the chosen place."""

    text: str
    occurrences: tuple[Occurrence, ...]
    trail: Trail


def provenance(  # noqa: PLR0913 - what is known of the text, all but two by keyword
    chosen: LeafAddress,
    text: str,
    *,
    leaves: Iterable[Leaf],
    flows: Collection[KnownFlow],
    is_telling: bool,
    parts: Iterable[str] = (),
    fields: Mapping[LeafAddress, Leaf] = MappingProxyType({}),
) -> Provenance:
    """Of the text at the chosen place. `leaves`: it and those that hold it; others are passed over.

    `is_telling`: chance does not put it into many places; else only flows say anything, and no
    task is said to have passed on what it got. `parts`: stretches of the text that its task had
    got; of each the way back is followed, of which `leaves` has the places. `fields`: leaves that
    got the value without holding it, by the addresses that flows alone tell of.
    """
    nodes = {leaf.at: Node(leaf.at, leaf) for leaf in leaves}
    start = nodes.setdefault(chosen, Node(chosen))
    holding = [one for one in nodes.values() if one is start or _holds(one, text)]
    told = {at: nodes.get(leaf.at) or Node(leaf.at, leaf) for at, leaf in fields.items()}
    hops = hops_of(text, holding, flows, passes=is_telling, told=told)
    ways = {part: _way_back(start, part, nodes.values(), flows, told) for part in parts}
    of_part = {one: part for part, way in ways.items() for hop in way for one in hop.ends}
    apart = {one: part for one, part in of_part.items() if one not in holding}
    every = tuple(dict.fromkeys((*hops, *(hop for way in ways.values() for hop in way))))
    trail = trail_of(start, every)
    into, out_of = _by(every, "target"), _by(every, "source")
    desk = _Desk(start, text, trail, _states(flows), into, out_of, apart)
    ends = (one for hop in every for one in hop.ends)
    shown = dict.fromkeys((start, *ends, *(holding if is_telling else ())))
    found = [desk.occurrence(node) for node in shown]
    return Provenance(text, tuple(sorted(found, key=_in_time)), trail)


def _way_back(
    start: Node,
    part: str,
    nodes: Iterable[Node],
    flows: Collection[KnownFlow],
    told: dict[LeafAddress, Node],
) -> tuple[Hop, ...]:
    """The hops by which a part of the chosen text came to it."""
    holding = [one for one in nodes if one is start or _holds(one, part)]
    trail = trail_of(start, hops_of(part, holding, flows, passes=True, told=told))
    return tuple(hop for hop in trail.hops if {*hop.ends} <= {start, *trail.before})


def _holds(node: Node, text: str) -> bool:
    whole = node.leaf.text if node.leaf else None
    return whole is not None and (whole == text or bool(standings(text, whole)))


def _in_time(one: Occurrence) -> tuple[object, ...]:
    at = one.at
    # What was given, but not kept, has the time at which it was read.
    is_given_before = at.place is Place.XCOM and not one.is_kept
    order = (at.deployment, at.instance, at.place is Place.XCOM, at.name, repr(at.path))
    return (at.time, not is_given_before, *order, at.try_number)


def _states(flows: Iterable[KnownFlow]) -> Mapping[object, str | None]:
    return {
        (one.deployment, one.flow.consumer.instance, one.flow.consumer.try_number): one.state
        for one in flows
    }


def _by(hops: Iterable[Hop], end: Literal["source", "target"]) -> Mapping[Node, list[Hop]]:
    found: dict[Node, list[Hop]] = defaultdict(list)
    for hop in hops:
        found[getattr(hop, end)].append(hop)
    return found


@dataclass(frozen=True, slots=True)
class _Desk:
    chosen: Node
    text: str
    trail: Trail
    states: Mapping[object, str | None]
    into: Mapping[Node, list[Hop]]
    out_of: Mapping[Node, list[Hop]]
    parts: Mapping[Node, str]  # What of the value stands there, where it is not all of it.

    def occurrence(self, node: Node) -> Occurrence:
        at, leaf = node.at, node.leaf
        into, out_of = self.into.get(node, []), self.out_of.get(node, [])
        took = _told(into) if any(hop.way is Way.PART for hop in into) else ""
        text = took or (leaf.text if leaf else _told([*into, *out_of]))
        of_try = (at.deployment, at.instance, at.try_number)
        return Occurrence(
            at=at,
            act=_act(at, into),
            tie=self._tie(node),
            step=self.trail.after.get(node, 0) - self.trail.before.get(node, 0),
            text=text,
            spans=() if leaf is None else self._spans(leaf, self.parts.get(node)),
            evidence=_best(into),
            sources=tuple(hop.source.at for hop in into),
            extent=_extent(into),
            readers=sum(hop.is_read and hop.is_true for hop in out_of),
            readers_within=sum(hop.is_within and hop.is_true for hop in out_of),
            state=leaf.state if leaf else self.states.get(of_try),
            is_gone=leaf is not None and leaf.is_gone,
            is_kept=leaf is not None,
            is_part=node in self.parts,
        )

    def _spans(self, leaf: Leaf, part: str | None) -> tuple[tuple[int, int], ...]:
        if leaf.text == self.text:
            return ()
        text = self.text if part is None else part
        # A flow may have brought the chosen one a part of a word.
        return standings(text, leaf.text) or stretches(text, leaf.text)

    def _tie(self, node: Node) -> Tie:
        if node is self.chosen:
            return Tie.CHOSEN
        if node in self.trail.before:
            return Tie.BEFORE
        if node in self.trail.after:
            return Tie.AFTER
        return Tie.FLOW if node in self.into or node in self.out_of else Tie.EQUAL


def _told(hops: Iterable[Hop]) -> str:
    return next((hop.value for hop in hops if hop.value), "")


def _act(at: LeafAddress, hops: Iterable[Hop]) -> Act:
    if at.place is Place.XCOM:
        return Act.PASSED_ON if hops else Act.GAVE
    return Act.TOOK_PART if any(hop.way is Way.PART for hop in hops) else Act.GOT


def _extent(hops: Iterable[Hop]) -> Extent | None:
    """The closest: a field may get a value by itself and within the whole."""
    read = [hop for hop in hops if hop.is_read]
    if not read or any(hop.way is Way.PART for hop in read):
        return Extent.PART if read else None
    return Extent.WHOLE if all(hop.is_within for hop in read) else Extent.ITSELF


def _best(hops: Iterable[Hop]) -> Evidence | None:
    return min((hop.evidence for hop in hops), key=lambda each: each.grade, default=None)
