"""A card with what lies around it: the tasks some steps before and after it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from app.graph.parts import Edge, Graph


def around(graph: Graph, card: str, *, depth: int, most: int) -> Graph:
    """The card with what is up to `depth` edges before or after it; the nearest `most` of that.

    Only what leads to it or comes of it: not the other things that its producers feed.
    """
    near: dict[str, None] = {card: None}
    back, forth = _neighbours(graph)
    edges = [{card}, {card}]
    for _ in range(depth):
        edges = [_next(edges[0], back), _next(edges[1], forth)]
        near |= dict.fromkeys(sorted(edges[0] | edges[1]))
    return only(graph, frozenset(list(near)[:most]))


def only(graph: Graph, cards: Collection[str]) -> Graph:
    """These cards of the graph, and the edges between them."""
    return Graph(
        tuple(card for card in graph.cards if card.id in cards),
        tuple(edge for edge in graph.edges if _both(edge, cards)),
    )


def busiest(graph: Graph) -> str:
    """The card with the most edges, which has the most to tell; empty when there is no card."""
    ends: dict[str, int] = dict.fromkeys((card.id for card in graph.cards), 0)
    for edge in graph.edges:
        ends[edge.source_card] += 1
        ends[edge.target_card] += 1
    return max(ends, key=lambda name: ends[name], default="")


def _both(edge: Edge, cards: Collection[str]) -> bool:
    return edge.source_card in cards and edge.target_card in cards


def _neighbours(graph: Graph) -> Iterator[Mapping[str, set[str]]]:
    back: dict[str, set[str]] = defaultdict(set)
    forth: dict[str, set[str]] = defaultdict(set)
    for edge in graph.edges:
        back[edge.target_card].add(edge.source_card)
        forth[edge.source_card].add(edge.target_card)
    yield from (back, forth)


def _next(cards: Collection[str], to: Mapping[str, set[str]]) -> set[str]:
    return {after for card in cards for after in to.get(card, ())}
