"""What a field tells that a template may have given in several ways: what all of them mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from app.lineage.trace.broken import Broken
from app.model.findings import Candidates, Consumer, Evidence, Flow, Producer

#: What can be found in a place.
Finding: TypeAlias = Flow | Broken | Candidates


@dataclass(frozen=True, slots=True)
class Told:
    """What one way means. `is_open`: parts of the field could have been anything by it."""

    findings: tuple[Flow | Broken, ...]
    is_open: bool

    @property
    def flows(self) -> dict[Producer, Flow]:
        return {one.producer: one for one in self.findings if isinstance(one, Flow)}


def agreed(ways: Sequence[Told]) -> Iterator[Finding]:
    """The findings of all ways that give the field; of what else they mean the candidates.

    A way that leaves nothing open goes before those that would have given anything; but what they
    do not mean is not checked then.
    """
    if len(ways) == 1:
        yield from ways[0].findings
        return
    flows = [way.flows for way in [way for way in ways if not way.is_open] or ways]
    shared = [one for one in flows[0] if all(one in each for each in flows)]
    for producer in shared:
        evidence = [
            way.flows[producer].evidence if producer in way.flows else Evidence.DECLARED
            for way in ways
        ]
        yield replace(flows[0][producer], evidence=max(evidence, key=lambda each: each.grade))
    yield from _candidates([one for each in flows for one in each.values()], shared)
    yield from _broken(ways)


def _candidates(flows: list[Flow], shared: list[Producer]) -> Iterator[Candidates]:
    """Where a stretch of the field is the one's by one way, and the other's by another."""
    either: dict[Consumer, dict[Producer, Flow]] = {}
    for flow in flows:
        if flow.producer not in shared:
            either.setdefault(flow.consumer, {}).setdefault(flow.producer, flow)
    for consumer, by_producer in either.items():
        if len(by_producer) > 1:
            yield Candidates(consumer, tuple(by_producer), next(iter(by_producer.values())).value)


def _broken(ways: Sequence[Told]) -> Iterator[Broken]:
    """Pulls that gave None, whichever way."""
    found = [[one for one in way.findings if isinstance(one, Broken)] for way in ways]
    for one in found[0]:
        if all(any(one.consumer == other.consumer for other in each) for each in found[1:]):
            yield one
