"""What lights up with a row: where its value went or came from, and all that lies before and after.

static/js/trace.js does the same for whatever row a reader points at.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.graph.parts import EdgeKind, Graph

# By card: edges, and the cards they lead to.
_Steps = Mapping[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Trace:
    """Ids of edges: the value's own, those beyond one pod, and those beyond several.

    A pod is a black box: what it got need not be in what it gave, so the further ones are weaker.
    """

    lit: frozenset[str] = frozenset()
    second: frozenset[str] = frozenset()
    far: frozenset[str] = frozenset()


def trace(graph: Graph, row: str) -> Trace:
    """The trace of the row; empty when no edge begins or ends there."""
    lit = [edge for edge in graph.edges if row and row in (edge.source, edge.target)]
    flows = [edge for edge in graph.edges if edge.kind is EdgeKind.FLOW]
    # What only should have got the value gave nothing because of it.
    receivers = [e.target_card for e in lit if e.kind is EdgeKind.FLOW or e.target == row]
    against = _steps((edge.target_card, edge.id, edge.source_card) for edge in flows)
    along = _steps((edge.source_card, edge.id, edge.target_card) for edge in flows)
    before = list(_beyond([edge.source_card for edge in lit], against))
    after = list(_beyond(receivers, along))
    own = frozenset(edge.id for edge in lit)
    near = frozenset(edge for edge, pods in (*before, *after) if pods == 1) - own
    far = frozenset(edge for edge, _ in (*before, *after)) - own - near
    return Trace(own, near, far)


def _steps(ways: Iterable[tuple[str, str, str]]) -> _Steps:
    """`ways`: from a card by an edge to a card."""
    steps = defaultdict(list)
    for start, edge, end in ways:
        steps[start].append((edge, end))
    return steps


def _beyond(cards: Iterable[str], steps: _Steps) -> Iterator[tuple[str, int]]:
    """Each edge that the cards lead to, with the number of pods that lie between."""
    reached: set[str] = set()
    front, pods = set(cards), 1
    while front:
        reached |= front
        found = [step for card in front for step in steps.get(card, ())]
        yield from ((edge, pods) for edge, _ in found)
        front, pods = {card for _, card in found} - reached, pods + 1
