"""Flows that only one of two runs has, or that rest on another evidence."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from app.lineage.compare.comparison import ChangeKind, FlowChange
from app.lineage.compare.instances import Moved
from app.lineage.fields import address
from app.model.findings import Flow
from app.model.ids import RunKey, TaskInstanceKey
from app.model.values import shape_of

#: What names a flow in both runs.
_Name: TypeAlias = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Counterparts:
    """From the right run to the left one, of mapped instances and places in fields that moved."""

    instances: Mapping[TaskInstanceKey, TaskInstanceKey] = field(default_factory=dict)
    moved: Mapping[TaskInstanceKey, Moved] = field(default_factory=dict)

    def of(self, instance: TaskInstanceKey) -> TaskInstanceKey:
        return self.instances.get(instance, instance) if self.instances else instance

    def field_of(self, instance: TaskInstanceKey, name: str) -> str:
        """The address that the field's place has in the left run."""
        for left, right in self.moved.get(instance, ()) if self.moved else ():
            there = address(str(right[0]), right[1:])
            if name == there or name.startswith((f"{there}.", f"{there}[")):
                return address(str(left[0]), left[1:]) + name[len(there) :]
        return name


def changed_flows(
    left: Iterable[Flow], right: Iterable[Flow], *, runs: tuple[RunKey, RunKey], to: Counterparts
) -> tuple[FlowChange, ...]:
    """Those that vanished or have another evidence in the left run's order, then those added."""
    nothing = Counterparts()
    before = {_name(one, runs[0], nothing): one for one in left}
    after = {_name(one, runs[1], to): one for one in right}
    found = [_change(one, after.get(name)) for name, one in before.items()]
    found += [_change(None, one) for name, one in after.items() if name not in before]
    return tuple(one for one in found if one is not None)


def _change(left: Flow | None, right: Flow | None) -> FlowChange | None:
    if left is None or right is None:
        kind = ChangeKind.ADDED if left is None else ChangeKind.VANISHED
        return FlowChange(kind, left, right)
    same = left.evidence is right.evidence
    return None if same else FlowChange(ChangeKind.CHANGED, left, right)


def _name(flow: Flow, run: RunKey, to: Counterparts) -> _Name:
    """Without the run, and without positions: which item a mapped instance reads is no change."""
    producer, consumer = flow.producer, flow.consumer
    reader = to.of(consumer.instance)
    giver = to.of(producer.instance)
    is_here = is_of(producer.instance, run)
    # Of another run every instance counts as the same: which run it is differs in every run.
    who = (giver.task_id, giver.map_index) if is_here else (giver.dag_id, giver.task_id)
    at = to.field_of(consumer.instance, consumer.field)
    return (
        is_here,
        who,
        producer.key,
        shape_of(producer.path),
        reader.task_id,
        reader.map_index,
        at,
    )


def is_of(instance: TaskInstanceKey, run: RunKey) -> bool:
    return instance.run_id == run.run_id and instance.dag_id == run.dag_id
