"""Where the cards and edges of a graph stand."""

import logging
from math import floor
from typing import Any

from app.graph.elk import Elk, NotPlaced
from app.graph.layers import in_layers
from app.graph.parts import Graph
from app.graph.placement import Placement, Point
from app.graph.structure import elk_graph

_log = logging.getLogger(__name__)

#: Time a background placement may take; 1,000 cards need about 5 s on a quiet core.
SECONDS = 60.0


def place(graph: Graph, elk: Elk, *, seconds: float = SECONDS) -> Placement:
    """ELK's placement; plain layers, marked as makeshift, when ELK cannot place the graph."""
    if not graph.cards:
        return in_layers(graph)
    try:
        return _placement(elk.layout(elk_graph(graph), seconds=seconds))
    except NotPlaced as error:
        _log.warning("A graph of %d cards is drawn in plain layers: %s", len(graph.cards), error)
        return in_layers(graph)


def _placement(placed: dict[str, Any]) -> Placement:
    return Placement(
        width=_whole(placed["width"]),
        height=_whole(placed["height"]),
        cards={node["id"]: _point(node) for node in placed["children"]},
        edges={edge["id"]: _corners(edge) for edge in placed["edges"]},
    )


def _corners(edge: dict[str, Any]) -> tuple[Point, ...]:
    section = edge["sections"][0]
    corners = (section["startPoint"], *section.get("bendPoints", ()), section["endPoint"])
    return tuple(_point(corner) for corner in corners)


def _point(at: dict[str, Any]) -> Point:
    return (_whole(at["x"]), _whole(at["y"]))


def _whole(px: float) -> int:
    """To the nearest px, halves always up: a card and the edges that end at it move alike."""
    return floor(px + 0.5)
