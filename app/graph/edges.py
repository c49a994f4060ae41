"""Edges: what went where, what should have gone where, and what merely waits for what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from app.graph.inputs import input_id
from app.graph.parts import BrokenRow, Card, Edge, EdgeKind
from app.graph.ports import FlowsByPort
from app.model.facts import Task


def flow_edges(flows: FlowsByPort) -> Iterable[Edge]:
    for number, ((port, consumer, field), several) in enumerate(flows.items()):
        yield Edge(
            id=f"f{number}",
            kind=EdgeKind.FLOW,
            source_card=port.card,
            target_card=consumer,
            source=port.id,
            target=input_id(consumer, field),
            flows=tuple(several),
        )


def meant_edges(broken: Iterable[BrokenRow]) -> Iterable[Edge]:
    for number, row in enumerate(broken):
        # Where the field got something, a flow says whence.
        if row.meant and not row.on:
            yield Edge(
                id=f"m{number}",
                kind=EdgeKind.MEANT,
                source_card=row.meant.card,
                target_card=row.card,
                source=row.meant.id,
                target=row.id,
            )


def dependencies(
    tasks: Sequence[Task], cards: Iterable[Card], others: Iterable[Edge]
) -> Iterable[Edge]:
    """Plain dependencies, where no other edge joins the two cards already."""
    joined = {(edge.source_card, edge.target_card) for edge in others}
    own: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        if not card.is_foreign:
            own[card.task_id].append(card)
    pairs = sorted(
        pair
        for task in tasks
        for after in task.downstream
        for pair in _pairs(own[task.task_id], own[after])
    )
    for number, (source, target) in enumerate(pairs):
        if (source, target) not in joined:
            yield Edge(
                id=f"d{number}",
                kind=EdgeKind.DEPENDENCY,
                source_card=source,
                target_card=target,
            )


def _pairs(sources: Sequence[Card], targets: Sequence[Card]) -> Iterable[tuple[str, str]]:
    """Cards of two tasks that wait for each other: of two mapped ones those of the same index."""
    is_by_index = len(sources) > 1 and len(targets) > 1
    for source in sources:
        for target in targets:
            if not is_by_index or _index(source) == _index(target):
                yield source.id, target.id


def _index(card: Card) -> str:
    return card.id.removeprefix(card.task_id)
