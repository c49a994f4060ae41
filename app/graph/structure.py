"""The graph's structure alone: what its placement depends on, without states and values."""

import json
from collections.abc import Iterable
from hashlib import sha256

from app.graph.parts import Card, Edge, EdgeKind, Graph
from app.graph.sizes import CARD_WIDTH, HEAD_PORT, MEANT_ABOVE, card_size
from app.model.values import Json

# front-end-measurements.md, "ELK option set", with the spacings of look/README.md. The bottom and
# the right are left free for the floating tools.
_OPTIONS: dict[str, Json] = {
    "elk.algorithm": "layered",
    "elk.direction": "RIGHT",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.layered.nodePlacement.strategy": "LINEAR_SEGMENTS",
    "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
    "elk.layered.spacing.nodeNodeBetweenLayers": "62",
    "elk.layered.spacing.edgeNodeBetweenLayers": "16",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "9",
    "elk.spacing.nodeNode": "48",
    "elk.spacing.edgeNode": "14",
    "elk.spacing.edgeEdge": "9",
    "elk.spacing.componentComponent": "48",
    "elk.padding": "[top=64,left=24,bottom=80,right=24]",
}
#: Cards of a graph that is placed in half a second even with seven tries at few crossings.
THOROUGH_UP_TO = 150


def structure_hash(graph: Graph) -> str:
    """Names the graph's structure: graphs of the same name have the same placement."""
    text = json.dumps(elk_graph(graph), sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def elk_graph(graph: Graph) -> dict[str, Json]:
    """The graph in ELK's words: ports stand where their rows are.

    https://eclipse.dev/elk/documentation/tooldevelopers/graphdatastructure/jsonformat.html
    """
    used = frozenset(end for edge in graph.edges for end in (source_port(edge), target_port(edge)))
    thoroughness = "7" if len(graph.cards) <= THOROUGH_UP_TO else "1"
    return {
        "id": "graph",
        "layoutOptions": {**_OPTIONS, "elk.layered.thoroughness": thoroughness},
        "children": [_node(card, used) for card in graph.cards],
        "edges": [
            {"id": edge.id, "sources": [source_port(edge)], "targets": [target_port(edge)]}
            for edge in graph.edges
        ],
    }


def source_port(edge: Edge) -> str:
    """Id of the port where the edge begins; should-have-been edges have ports of their own."""
    if edge.kind is EdgeKind.DEPENDENCY:
        return f"after:{edge.source_card}"
    return f"meant:{edge.source}" if edge.kind is EdgeKind.MEANT else edge.source


def target_port(edge: Edge) -> str:
    if edge.kind is EdgeKind.DEPENDENCY:
        return f"before:{edge.target_card}"
    return edge.target


def ports(card: Card) -> Iterable[tuple[str, int, int]]:
    """Every port that an edge may end at: its id, x and y in the card."""
    yield f"before:{card.id}", 0, HEAD_PORT
    yield f"after:{card.id}", CARD_WIDTH, HEAD_PORT
    for slot in card_size(card).slots:
        if slot.row.id.startswith("out:"):
            yield slot.row.id, CARD_WIDTH, slot.port
            yield f"meant:{slot.row.id}", CARD_WIDTH, slot.port - MEANT_ABOVE
        else:
            yield slot.row.id, 0, slot.port


def _node(card: Card, used: frozenset[str]) -> Json:
    return {
        "id": card.id,
        "width": CARD_WIDTH,
        "height": card_size(card).height,
        "layoutOptions": {"elk.portConstraints": "FIXED_POS"},
        "ports": [
            {
                "id": name,
                "x": x,
                "y": y,
                "width": 0,
                "height": 0,
                "layoutOptions": {"elk.port.side": "EAST" if x else "WEST"},
            }
            for name, x, y in ports(card)
            if name in used
        ],
    }
