"""What the selected port of a run's graph lights: its trace, near and far."""

from dataclasses import dataclass, field

from app.graph.parts import Edge, Graph
from app.graph.trace import Trace, trace


@dataclass(frozen=True, slots=True)
class Light:
    """What the selected port lights; all empty when nothing is selected."""

    port: str = ""
    trace: Trace = field(default_factory=Trace)
    lit_rows: frozenset[str] = frozenset()
    second_rows: frozenset[str] = frozenset()
    cards: frozenset[str] = frozenset()

    def edge_css(self, edge: str) -> str:
        if edge in self.trace.lit:
            return "lit"
        if edge in self.trace.second:
            return "second"
        return "second far" if edge in self.trace.far else ""

    def row_css(self, row: str) -> str:
        if row and row == self.port:
            return "selected"
        if row in self.lit_rows:
            return "lit"
        return "second" if row in self.second_rows else ""


def lit_by(graph: Graph, port: str) -> Light:
    """What the trace of the port lights; nothing when no edge of the graph has that port."""
    traced = trace(graph, port)
    if not traced.lit:
        return Light()
    lit = [edge for edge in graph.edges if edge.id in traced.lit]
    others = [edge for edge in graph.edges if edge.id in traced.second | traced.far]
    return Light(
        port=port,
        trace=traced,
        lit_rows=_rows(lit),
        second_rows=_rows(others),
        cards=frozenset(
            card for edge in (*lit, *others) for card in (edge.source_card, edge.target_card)
        ),
    )


def _rows(edges: list[Edge]) -> frozenset[str]:
    return frozenset(end for edge in edges for end in (edge.source, edge.target))
