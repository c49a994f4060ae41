"""What lights up with a port: where its value went or came from, and what its producer got."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.graph.parts import Edge, EdgeKind, Graph


@dataclass(frozen=True, slots=True)
class Trace:
    """Ids of edges: those of the value itself, and those of what its producer got.

    A pod is a black box: what it got need not be in what it gave, so the second are drawn weaker.
    """

    lit: tuple[str, ...] = ()
    second: tuple[str, ...] = ()


def traces(graph: Graph) -> Mapping[str, Trace]:
    """The trace of every row that has an edge, by the row's id."""
    into: dict[str, list[Edge]] = defaultdict(list)
    at_row: dict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        if edge.kind is EdgeKind.DEPENDENCY:
            continue
        at_row[edge.source].append(edge)
        at_row[edge.target].append(edge)
        if edge.kind is EdgeKind.FLOW:
            into[edge.target_card].append(edge)
    return {row: _trace(edges, into) for row, edges in at_row.items()}


def _trace(edges: Iterable[Edge], into: Mapping[str, list[Edge]]) -> Trace:
    lit = tuple(edge.id for edge in edges)
    producers = dict.fromkeys(edge.source_card for edge in edges)
    second = [edge.id for card in producers for edge in into.get(card, ())]
    return Trace(lit, tuple(one for one in second if one not in lit))
