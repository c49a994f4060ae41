"""TaskGroups folded: one card for all tasks of a group, with the rows that lead out of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from app.graph.fold_rows import Folded, fold_rows
from app.graph.fold_ways import ways_through
from app.graph.groups import groups_of, outermost
from app.graph.ordering import in_order
from app.graph.parts import Card, Edge, EdgeKind, Graph


def fold(graph: Graph, closed: Collection[str]) -> Graph:
    """The graph with each of these TaskGroups as one card; of groups in each other, the outer one.

    What joins two tasks of one group is not drawn. Whatever is broken stays to be seen.
    """
    known = closed & groups_of(graph.cards).keys()
    home = {card.id: outermost(card, known) or card.id for card in graph.cards}
    inside: dict[str, list[Card]] = defaultdict(list)
    for card in graph.cards:
        if home[card.id] != card.id:
            inside[home[card.id]].append(card)
    if not inside:
        return graph
    leaving, within = _parted(graph.edges, home)
    used = frozenset(end for edge in leaving for end in (edge.source, edge.target))
    folded = {name: fold_rows(name, members, used) for name, members in inside.items()}
    edges = tuple(_joined(leaving, home, _renamed(folded.values())))
    kept = (card for card in graph.cards if home[card.id] == card.id)
    cards = (*kept, *(_group(name, inside[name], folded[name], within[name]) for name in inside))
    return Graph(in_order(cards, edges), edges)


def _parted(
    edges: Iterable[Edge], home: Mapping[str, str]
) -> tuple[list[Edge], Mapping[str, list[Edge]]]:
    """Those from one home to another, and those within each."""
    leaving: list[Edge] = []
    within: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        at = home[edge.source_card]
        (within[at] if at == home[edge.target_card] else leaving).append(edge)
    return leaving, within


def _group(name: str, members: Collection[Card], rows: Folded, within: Iterable[Edge]) -> Card:
    return Card(
        id=name,
        task_id=name,
        run=next(iter(members)).run,
        is_foreign=False,
        is_mapped=False,
        operator="",
        instances=tuple(one for card in members for one in card.instances),
        broken_pulls=rows.broken_pulls,
        inputs=rows.inputs,
        broken_pushes=rows.broken_pushes,
        outputs=rows.outputs,
        marks=rows.marks,
        members=tuple(members),
        ways=ways_through(members, within, rows),
    )


def _renamed(folded: Iterable[Folded]) -> Mapping[str, str]:
    return {old: new for one in folded for old, new in one.renamed.items()}


def _joined(
    edges: Iterable[Edge], home: Mapping[str, str], renamed: Mapping[str, str]
) -> Iterable[Edge]:
    """The edges between what is left, each once; a dependency only where nothing flows."""
    moved: dict[tuple[str, ...], Edge] = {}
    for edge in edges:
        one = replace(
            edge,
            source_card=home[edge.source_card],
            target_card=home[edge.target_card],
            source=renamed.get(edge.source, edge.source),
            target=renamed.get(edge.target, edge.target),
        )
        ends = (one.kind, one.source_card, one.source, one.target_card, one.target)
        before = moved.get(ends)
        moved[ends] = replace(before, flows=before.flows + one.flows) if before else one
    by_rows = {
        (one.source_card, one.target_card)
        for one in moved.values()
        if one.kind is not EdgeKind.DEPENDENCY
    }
    for one in moved.values():
        is_plain = one.kind is EdgeKind.DEPENDENCY
        if not is_plain or (one.source_card, one.target_card) not in by_rows:
            yield one
