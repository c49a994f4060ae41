"""Flows joined with the places that hold a value: the hops it made."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from app.lineage.beginnings import is_on_one_way
from app.lineage.fields import address
from app.lineage.provenance.hops import Hop, Node, Way
from app.lineage.provenance.standing import stretches
from app.model.findings import Evidence, Flow, KnownFlow
from app.model.ids import TaskInstanceKey
from app.model.leaves import LeafAddress, Place
from app.model.values import Path

_Owner: TypeAlias = tuple[str, TaskInstanceKey]
#: When something happened of which the time is not kept: before all else.
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def hops_of(
    text: str,
    nodes: Iterable[Node],
    flows: Iterable[KnownFlow],
    *,
    passes: bool,
    told: dict[LeafAddress, Node],
) -> tuple[Hop, ...]:
    """The hops between leaves, which hold the text, and to and from what only flows tell of.

    `passes`: whether a task that got the value in a field and gave it may be said to have passed
    it on; not so of a text that chance puts into many places. `told`: what only flows tell of, to
    which it is added, so that several texts have one node for each place.
    """
    places = _Places(text, told)
    for node in nodes:
        places.add(node)
    best: dict[tuple[Node, Node], Hop] = {}
    for hop in (hop for flow in flows for hop in _hops(places, flow)):
        known = best.setdefault((hop.source, hop.target), hop)
        if hop.evidence.grade < known.evidence.grade:
            best[hop.source, hop.target] = hop
    return (*best.values(), *(_passed(places, best.values()) if passes else ()))


@dataclass(slots=True)
class _Places:
    text: str
    told: dict[LeafAddress, Node]
    given: dict[tuple[_Owner, str], list[Node]] = field(default_factory=lambda: defaultdict(list))
    got: dict[tuple[_Owner, int, str], list[Node]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_task: dict[_Owner, list[Node]] = field(default_factory=lambda: defaultdict(list))

    def add(self, node: Node) -> None:
        at, owner = node.at, (node.at.deployment, node.at.instance)
        if at.place is Place.XCOM:
            self.given[owner, at.name].append(node)
            self.by_task[owner].append(node)
            return
        # A flow may tell of the leaf, or of the list or mapping around it.
        for deep in range(len(at.path) + 1):
            self.got[owner, at.try_number, address(at.name, at.path[:deep])].append(node)

    def node(self, at: LeafAddress) -> Node:
        return self.told.setdefault(at, Node(at))


def _hops(places: _Places, known: KnownFlow) -> Iterator[Hop]:
    flow = known.flow
    given = _given(places, known)
    consumer = flow.consumer
    owner = (known.deployment, consumer.instance)
    got = places.got.get((owner, consumer.try_number, consumer.field), [])
    if given:
        for source in given:
            yield from _read(places, source, got, known)
    elif flow.evidence is not Evidence.CONTRADICTED:
        source = places.node(_told_producer(known))
        for target in got:
            if _fills(flow, target, places.text):
                yield Hop(source, target, Way.READ, flow.evidence, flow.value)


def _given(places: _Places, known: KnownFlow) -> list[Node]:
    """The places that the flow read: one version of each, that of the producer's try."""
    producer = known.flow.producer
    versions: dict[Path, list[Node]] = defaultdict(list)
    for node in places.given.get(((known.deployment, producer.instance), producer.key), ()):
        is_its_try = not producer.try_number or node.at.try_number in {0, producer.try_number}
        if is_its_try and is_on_one_way(node.at.path, producer.path):
            versions[node.at.path].append(node)
    return [_seen_at(ones, known.started) for ones in versions.values()]


def _seen_at(versions: Sequence[Node], time: datetime | None) -> Node:
    """The newest version that stood there then; the newest where that is not known."""
    before = [node for node in versions if time is not None and node.at.time <= time]
    return max(before or versions, key=lambda node: node.at.time)


def _read(places: _Places, source: Node, got: Sequence[Node], known: KnownFlow) -> Iterator[Hop]:
    producer, evidence, value = known.flow.producer, known.flow.evidence, known.flow.value
    if len(producer.path) > len(source.at.path):
        yield Hop(source, places.node(told_consumer(known)), Way.PART, evidence, value)
        return
    beyond = source.at.path[len(producer.path) :]
    # Of a whole document the leaf stands where it stood there, unless it became a text.
    same = [node for node in got if node.at.path[len(node.at.path) - len(beyond) :] == beyond]
    for target in same or got or [places.node(told_consumer(known))]:
        yield Hop(source, target, Way.READ, evidence, value, is_within=bool(beyond))


def _fills(flow: Flow, target: Node, text: str) -> bool:
    """Whether what the flow brought into the field's text has to do with the text looked for."""
    whole = target.leaf.text if target.leaf else ""
    return any(
        start < last and first < end
        for start, end in flow.consumer.spans
        for first, last in stretches(text, whole)
    )


def _told_producer(known: KnownFlow) -> LeafAddress:
    producer = known.flow.producer
    return LeafAddress(
        known.deployment,
        Place.XCOM,
        producer.instance,
        producer.try_number,
        producer.key,
        producer.path,
        known.started or LONG_AGO,
    )


def told_consumer(known: KnownFlow) -> LeafAddress:
    """The field as far as the flow alone tells of it: its address stands for its name."""
    consumer = known.flow.consumer
    return LeafAddress(
        known.deployment,
        Place.FIELD,
        consumer.instance,
        consumer.try_number,
        consumer.field,
        (),
        known.started or LONG_AGO,
    )


def _passed(places: _Places, hops: Iterable[Hop]) -> Iterator[Hop]:
    """From the fields that got the value to what the same try gave after it had started."""
    fields = dict.fromkeys(hop.target for hop in hops if hop.way is Way.READ and hop.is_true)
    for got in fields:
        for given in places.by_task.get((got.at.deployment, got.at.instance), ()):
            is_its_try = given.at.try_number in {0, got.at.try_number}
            if is_its_try and given.at.time >= got.at.time:
                yield Hop(got, given, Way.PASSED, Evidence.INFERRED)
