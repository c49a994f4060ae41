"""A run's material as cards, rows and edges. Total: whatever the material, there is a graph."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from app.graph.broken import broken_rows
from app.graph.edges import dependencies, flow_edges, meant_edges
from app.graph.inputs import input_id, input_rows
from app.graph.material import Instance, Material
from app.graph.onward import onward_by_port, onward_cards
from app.graph.ordering import in_order
from app.graph.outputs import Pushed, output_rows, pushed, unread_keys
from app.graph.parts import BrokenRow, Card, Graph, Port
from app.graph.ports import FlowsByPort, card_id, flows_by_port
from app.model.facts import Task
from app.model.findings import Flow
from app.model.ids import RunKey, TaskInstanceKey


def build(material: Material) -> Graph:
    """The run's graph; the order of the material does not matter."""
    onward = onward_by_port(material)
    flows = {**flows_by_port(material), **onward}
    broken = broken_rows(material, {input_id(card, field) for _, card, field in flows})
    bare = (*_bare_cards(material, flows), *onward_cards(onward, material.onward))
    cards = _filled(bare, material, flows, broken)
    by_rows = (*flow_edges(flows), *meant_edges(broken))
    edges = (*by_rows, *dependencies(material.tasks, cards, by_rows))
    return Graph(in_order(cards, edges), edges)


def _bare_cards(material: Material, flows: FlowsByPort) -> tuple[Card, ...]:
    """A card for every task that the DAG, the instances, the flows or the problems name."""
    instances: dict[str, list[Instance]] = defaultdict(list)
    for instance in sorted(material.instances, key=lambda one: one.key):
        instances[card_id(instance.key, material.run, material.unfolded)].append(instance)
    named = dict(_named(material))
    alone = {task for name, task in named.items() if name != task}
    tasks = {task.task_id: task for task in material.tasks}
    own = {name: name for name in tasks if name not in alone} | named
    cards = [
        _own_card(name, material.run, task_id, tasks.get(task_id), tuple(instances.get(name, ())))
        for name, task_id in sorted(own.items())
    ]
    return (*cards, *_foreign_cards(flows, material.run))


def _named(material: Material) -> Iterable[tuple[str, str]]:
    """Cards of this run that instances, findings or other tasks name, each with its task's id."""
    ends: list[TaskInstanceKey | None] = [one.key for one in material.instances]
    for flow in material.flows:
        ends += [flow.producer.instance, flow.consumer.instance]
    ends += [one.flow.producer.instance for one in material.onward]
    ends += [problem.instance for problem in material.problems]
    for end in ends:
        if end is not None and end.run == material.run:
            yield card_id(end, material.run, material.unfolded), end.task_id
    for task in material.tasks:
        yield from ((after, after) for after in task.downstream - material.unfolded)


def _own_card(
    name: str, run: RunKey, task_id: str, task: Task | None, instances: tuple[Instance, ...]
) -> Card:
    operators = (task.operator if task else "", *(one.operator for one in instances))
    return Card(
        id=name,
        task_id=task_id,
        run=run,
        is_foreign=False,
        is_mapped=name == task_id
        and (
            (task is not None and task.is_mapped)
            or any(one.key.map_index >= 0 for one in instances)
        ),
        operator=next(filter(None, operators), ""),
        instances=instances,
    )


def _foreign_cards(flows: FlowsByPort, run: RunKey) -> tuple[Card, ...]:
    """Producers in other runs."""
    cards: dict[str, Card] = {}
    for several in flows.values():
        producer = several[0].producer.instance
        if producer.run != run:
            name = card_id(producer, run)
            cards[name] = Card(
                id=name,
                task_id=producer.task_id,
                run=producer.run,
                is_foreign=True,
                is_mapped=any(flow.producer.instance.map_index >= 0 for flow in several),
                operator="",
                instances=(),
            )
    return tuple(cards[name] for name in sorted(cards))


def _filled(
    cards: Iterable[Card],
    material: Material,
    flows: FlowsByPort,
    broken: tuple[BrokenRow, ...],
) -> tuple[Card, ...]:
    """The cards with their rows."""
    by_port: dict[Port, list[Flow]] = defaultdict(list)
    by_field: dict[str, dict[str, list[Flow]]] = defaultdict(lambda: defaultdict(list))
    for (port, consumer, field), several in flows.items():
        by_port[port].extend(several)
        by_field[consumer][field].extend(several)
    by_card: dict[str, list[Port]] = defaultdict(list)
    for port in {*by_port, *(row.meant for row in broken if row.meant and not row.on)}:
        by_card[port.card].append(port)
    wrong: dict[str, list[BrokenRow]] = defaultdict(list)
    for row in broken:
        wrong[row.card].append(row)
    known = pushed(material.xcoms)
    rendered = _rendered(material)
    return tuple(
        _with_outputs(
            replace(
                _with_broken(card, wrong[card.id]),
                inputs=input_rows(card, flows=by_field[card.id], pushed=known, rendered=rendered),
            ),
            by_card[card.id],
            by_port,
            known,
        )
        for card in cards
    )


def _rendered(material: Material) -> frozenset[TaskInstanceKey]:
    own = (one.key for one in material.instances if one.is_rendered)
    elsewhere = (one.flow.consumer.instance for one in material.onward if one.is_rendered)
    return frozenset((*own, *elsewhere))


def _with_broken(card: Card, broken: Sequence[BrokenRow]) -> Card:
    pulls = (row for row in broken if row.problem.consumer is not None and not row.on)
    return replace(
        card,
        broken_pulls=tuple(pulls),
        broken_pushes=tuple(row for row in broken if row.problem.consumer is None),
        marks=tuple(row for row in broken if row.on),
    )


def _with_outputs(
    card: Card, ports: Iterable[Port], flows: Mapping[Port, list[Flow]], known: Pushed
) -> Card:
    outputs = output_rows(card, ports=ports, flows=flows, pushed=known)
    return replace(card, outputs=outputs, unread=len(unread_keys(card, outputs, known)))
