"""Tasks of other runs that got what this run gave: a card each, the newest few of each output.

A key that hundreds of DAGs read must not drown the run's own graph: what is left over of an output
stands together in one more card.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from app.graph.addresses import address
from app.graph.material import Instance, Material
from app.graph.parts import Card, Port
from app.graph.ports import FlowsByPort, by_port
from app.model.findings import Flow, OnwardFlow
from app.model.ids import TaskInstanceKey

#: Consuming tasks of other runs that have a card, of each output.
MOST = 5
#: In place of the fields of the tasks that have none.
THEIR_FIELDS = "their fields"


def onward_by_port(material: Material) -> FlowsByPort:
    """Flows into other runs, by the two ports they are drawn between."""
    into = [(one.flow, _card_id(one.flow.consumer.instance)) for one in material.onward]
    flows = by_port(material, into)
    newest_first = dict.fromkeys(card for _, card in into)
    drawn = _drawn(flows, {card: place for place, card in enumerate(newest_first)})
    bounded = {ends: several for ends, several in flows.items() if ends[1] in drawn}
    rest: dict[tuple[Port, str, str], list[Flow]] = defaultdict(list)
    for (port, consumer, _), several in flows.items():
        if consumer not in drawn:
            rest[port, _rest_id(port), THEIR_FIELDS].extend(several)
    return bounded | rest


def onward_cards(flows: FlowsByPort, onward: Sequence[OnwardFlow]) -> tuple[Card, ...]:
    """The cards that these flows go into."""
    by_card: dict[str, list[OnwardFlow]] = defaultdict(list)
    for one in onward:
        by_card[_card_id(one.flow.consumer.instance)].append(one)
    into = {consumer: several for (_, consumer, _), several in flows.items()}
    return tuple(
        _consumer(name, by_card[name]) if name in by_card else _rest(name, into[name])
        for name in sorted(into)
    )


def _card_id(instance: TaskInstanceKey) -> str:
    """One for all runs of the task. Neither id has a `/`; tasks of one other run have two."""
    return f"{instance.dag_id}/{instance.task_id}"


def _rest_id(port: Port) -> str:
    """Words, as screen readers tell it; no task's id has spaces."""
    return f"more readers of {port.card}: {address(port.key, port.path)}"


def _drawn(flows: FlowsByPort, places: Mapping[str, int]) -> frozenset[str]:
    """The first few consumers of each output; what has a card has it for all that it got."""
    consumers: dict[Port, set[str]] = defaultdict(set)
    for port, consumer, _ in flows:
        consumers[port].add(consumer)
    return frozenset(
        one
        for several in consumers.values()
        for one in sorted(several, key=lambda card: places[card])[:MOST]
    )


def _consumer(name: str, got: Sequence[OnwardFlow]) -> Card:
    newest = got[0].flow.consumer.instance
    instances = {
        one.flow.consumer.instance: Instance(
            one.flow.consumer.instance, one.flow.consumer.try_number, one.state
        )
        for one in got
        if one.flow.consumer.instance.run == newest.run
    }
    return Card(
        id=name,
        task_id=newest.task_id,
        run=newest.run,
        is_foreign=True,
        is_mapped=any(key.map_index >= 0 for key in instances),
        operator="",
        instances=tuple(instances[key] for key in sorted(instances)),
        runs=got[0].runs,
    )


def _rest(name: str, flows: Sequence[Flow]) -> Card:
    return Card(
        id=name,
        task_id="",
        run=flows[0].consumer.instance.run,
        is_foreign=True,
        is_mapped=False,
        operator="",
        instances=(),
        more=len({_card_id(flow.consumer.instance) for flow in flows}),
    )
