"""What the selected port of a run's graph lights: its trace, near and far."""

from dataclasses import dataclass

from app.graph.parts import Graph
from app.graph.trace import Trace


@dataclass(frozen=True, slots=True)
class Light:
    """What the selected port lights; all empty when nothing is selected."""

    port: str = ""
    lit_edges: frozenset[str] = frozenset()
    second_edges: frozenset[str] = frozenset()
    lit_rows: frozenset[str] = frozenset()
    second_rows: frozenset[str] = frozenset()
    cards: frozenset[str] = frozenset()


def lit_by(graph: Graph, trace: Trace | None, port: str) -> Light:
    """What the trace of the port lights; nothing when no port of that name is in the graph."""
    if trace is None:
        return Light()
    lit = [edge for edge in graph.edges if edge.id in trace.lit]
    second = [edge for edge in graph.edges if edge.id in trace.second]
    return Light(
        port=port,
        lit_edges=frozenset(trace.lit),
        second_edges=frozenset(trace.second),
        lit_rows=frozenset(end for edge in lit for end in (edge.source, edge.target)),
        second_rows=frozenset(end for edge in second for end in (edge.source, edge.target)),
        cards=frozenset(
            card for edge in (*lit, *second) for card in (edge.source_card, edge.target_card)
        ),
    )
