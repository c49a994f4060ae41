"""A plain placement in layers, for graphs that ELK could not place: never pretty, always there."""

from collections import defaultdict

from app.graph.ordering import depths
from app.graph.parts import Graph
from app.graph.placement import Placement, Point
from app.graph.sizes import CARD_WIDTH, card_size
from app.graph.structure import ports, source_port, target_port

_BETWEEN_LAYERS = 62
_BETWEEN_CARDS = 48
_TOP = 64
_LEFT = 24
_BOTTOM = 80


def in_layers(graph: Graph) -> Placement:
    """Cards in columns by depth, edges bent half way."""
    depth = depths([card.id for card in graph.cards], graph.edges)
    filled: dict[int, float] = defaultdict(lambda: _TOP)
    places: dict[str, Point] = {}
    for card in graph.cards:
        column = depth[card.id]
        places[card.id] = (_LEFT + column * (CARD_WIDTH + _BETWEEN_LAYERS), filled[column])
        filled[column] += card_size(card).height + _BETWEEN_CARDS
    return Placement(
        width=2 * _LEFT + (max(filled, default=0) + 1) * (CARD_WIDTH + _BETWEEN_LAYERS),
        height=max(filled.values(), default=_TOP) + _BOTTOM,
        cards=places,
        edges=_edges(graph, places),
        is_makeshift=True,
    )


def _edges(graph: Graph, places: dict[str, Point]) -> dict[str, tuple[Point, ...]]:
    ends = {
        name: (places[card.id][0] + x, places[card.id][1] + y)
        for card in graph.cards
        for name, x, y in ports(card)
    }
    return {
        edge.id: _bent(ends[source_port(edge)], ends[target_port(edge)]) for edge in graph.edges
    }


def _bent(source: Point, target: Point) -> tuple[Point, ...]:
    middle = target[0] - _BETWEEN_LAYERS / 2
    return (source, (middle, source[1]), (middle, target[1]), target)
