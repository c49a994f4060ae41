"""Flows, put together by the two ports they are drawn between."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from app.graph.addresses import joined
from app.graph.material import Material
from app.graph.parts import Port
from app.model.findings import Flow
from app.model.ids import RunKey, TaskInstanceKey

#: (output, consumer's card, field) to the flows between the two.
FlowsByPort: TypeAlias = Mapping[tuple[Port, str, str], list[Flow]]


def card_id(instance: TaskInstanceKey, run: RunKey, unfolded: Collection[str] = frozenset()) -> str:
    """Task id of a card of this run; the whole address of a task of another one.

    `unfolded`: mapped tasks whose instances have a card each, such as `render_tile[3]`.
    """
    if instance.run == run:
        is_alone = instance.map_index >= 0 and instance.task_id in unfolded
        return f"{instance.task_id}[{instance.map_index}]" if is_alone else instance.task_id
    return f"{instance.dag_id}/{instance.run_id}/{instance.task_id}"


def flows_by_port(material: Material) -> FlowsByPort:
    """Flows into the latest tries; those of a mapped task's instances come together."""
    return by_port(
        material,
        (
            (flow, card_id(flow.consumer.instance, material.run, material.unfolded))
            for flow in _current(material)
        ),
    )


def by_port(material: Material, flows: Iterable[tuple[Flow, str]]) -> FlowsByPort:
    """Flows of the material, each with the card it goes into."""
    together: dict[tuple[str, str, str, str], list[Flow]] = defaultdict(list)
    for flow, consumer in sorted(flows, key=_order):
        producer = card_id(flow.producer.instance, material.run, material.unfolded)
        together[producer, flow.producer.key, consumer, flow.consumer.field].append(flow)
    found: dict[tuple[Port, str, str], list[Flow]] = defaultdict(list)
    for (producer, key, consumer, field), alike in together.items():
        paths = joined([flow.producer.path for flow in alike])
        for flow in alike:
            found[Port(producer, key, paths[flow.producer.path]), consumer, field].append(flow)
    return found


def _current(material: Material) -> Iterable[Flow]:
    latest = {instance.key: instance.try_number for instance in material.instances}
    return (
        flow
        for flow in material.flows
        if latest.get(flow.consumer.instance, flow.consumer.try_number) == flow.consumer.try_number
    )


def _order(one: tuple[Flow, str]) -> tuple[object, ...]:
    flow, _ = one
    return (
        flow.consumer.instance,
        flow.consumer.field,
        flow.producer.instance,
        flow.producer.key,
        [str(step) for step in flow.producer.path],
    )
