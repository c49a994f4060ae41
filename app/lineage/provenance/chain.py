"""The trail of a value as tasks: who gave it to whom, step by step."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.lineage.provenance.hops import Hop
from app.lineage.provenance.occurrences import Occurrence, Provenance, Tie
from app.model.findings import Evidence
from app.model.ids import RunKey
from app.model.leaves import LeafAddress, Place


@dataclass(frozen=True, slots=True)
class Station:
    """One task of one run, all of its mapped instances together.

    `step`: how many reads after the chosen place it is; below zero: before it.
    """

    step: int
    deployment: str
    run: RunKey
    task_id: str
    got: tuple[Occurrence, ...]
    gave: tuple[Occurrence, ...]

    @property
    def instances(self) -> int:
        return len({one.at.instance for one in (*self.got, *self.gave)})


@dataclass(frozen=True, slots=True)
class Joint:
    """Fields of one station read what another gave; the best evidence of any of them.

    `source`, `target`: their positions among the chain's stations.
    """

    source: int
    target: int
    evidence: Evidence
    fields: int


@dataclass(frozen=True, slots=True)
class Chain:
    """`stations`: step by step, in each the earliest first."""

    stations: tuple[Station, ...]
    joints: tuple[Joint, ...]


def chain_of(found: Provenance) -> Chain:
    """The stations that the chosen value came by and went to."""
    at_task: dict[tuple[object, ...], list[Occurrence]] = defaultdict(list)
    for one in found.occurrences:
        if one.tie in _ON_TRAIL:
            at_task[_task(one.at)].append(one)
    stations = {task: _station(ones) for task, ones in at_task.items()}
    ordered = sorted(stations, key=lambda task: stations[task].step)
    positions = {task: position for position, task in enumerate(ordered)}
    return Chain(tuple(stations[task] for task in ordered), _joints(found.trail.hops, positions))


_ON_TRAIL = frozenset({Tie.CHOSEN, Tie.BEFORE, Tie.AFTER})


def _task(at: LeafAddress) -> tuple[object, ...]:
    return (at.deployment, at.instance.run, at.instance.task_id)


def _station(ones: list[Occurrence]) -> Station:
    at = ones[0].at
    return Station(
        step=min((one.step for one in ones), key=abs),
        deployment=at.deployment,
        run=at.instance.run,
        task_id=at.instance.task_id,
        got=tuple(one for one in ones if one.at.place is Place.FIELD),
        gave=tuple(one for one in ones if one.at.place is Place.XCOM),
    )


def _joints(hops: Iterable[Hop], positions: Mapping[tuple[object, ...], int]) -> tuple[Joint, ...]:
    between: dict[tuple[int, int], list[Hop]] = defaultdict(list)
    for hop in hops:
        if hop.is_read:
            between[positions[_task(hop.source.at)], positions[_task(hop.target.at)]].append(hop)
    return tuple(
        Joint(
            source,
            target,
            evidence=min((hop.evidence for hop in ones), key=lambda each: each.grade),
            fields=len({hop.target for hop in ones}),
        )
        for (source, target), ones in between.items()
    )
