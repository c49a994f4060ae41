"""What lights up with a row: where its value went or came from, and all that lies before and after.

static/js/trace.js does the same for whatever row a reader points at.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.graph.fold_ways import row_ways
from app.graph.parts import EdgeKind, Graph

# By where they begin, a card or a row of it: edges, and the places they lead to.
_Steps = Mapping[str, list[tuple[str, str]]]
# Rows of folded TaskGroups, each with those on the other side that it is joined with.
_Ways = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Trace:
    """Ids of edges: the value's own, those beyond one pod, and those beyond several.

    A pod is a black box: what it got need not be in what it gave, so the further ones are weaker.
    Of a folded TaskGroup it is known which tasks gave what to which: no others are gone through.
    """

    lit: frozenset[str] = frozenset()
    second: frozenset[str] = frozenset()
    far: frozenset[str] = frozenset()


def trace(graph: Graph, row: str) -> Trace:
    """The trace of the row; empty when no edge begins or ends there."""
    lit = [edge for edge in graph.edges if row and row in (edge.source, edge.target)]
    flows = [edge for edge in graph.edges if edge.kind is EdgeKind.FLOW]
    ways = {one: others for card in graph.cards for one, others in row_ways(card).items()}
    # What only should have got the value gave nothing because of it.
    receivers = [edge for edge in lit if edge.kind is EdgeKind.FLOW or edge.target == row]
    against = _steps(
        (start, edge.id, _place(edge.source, edge.source_card, ways))
        for edge in flows
        for start in (edge.target, edge.target_card)
    )
    along = _steps(
        (start, edge.id, _place(edge.target, edge.target_card, ways))
        for edge in flows
        for start in (edge.source, edge.source_card)
    )
    givers = [_place(edge.source, edge.source_card, ways) for edge in lit]
    getters = [_place(edge.target, edge.target_card, ways) for edge in receivers]
    found = [*_beyond(givers, against, ways), *_beyond(getters, along, ways)]
    own = frozenset(edge.id for edge in lit)
    near = frozenset(edge for edge, pods in found if pods == 1) - own
    far = frozenset(edge for edge, _ in found) - own - near
    return Trace(own, near, far)


def _place(row: str, card: str, ways: _Ways) -> str:
    """From where it goes on: a pod as a whole, of a folded TaskGroup the row."""
    return row if row in ways else card


def _steps(edges: Iterable[tuple[str, str, str]]) -> _Steps:
    """`edges`: from a card or a row by an edge to a place."""
    steps = defaultdict(list)
    for start, edge, end in edges:
        steps[start].append((edge, end))
    return steps


def _beyond(places: Iterable[str], steps: _Steps, ways: _Ways) -> Iterator[tuple[str, int]]:
    """Each edge that the places lead to, with the number of pods that lie between."""
    reached: set[str] = set()
    front, pods = set(places), 1
    while front:
        reached |= front
        starts = (start for place in front for start in ways.get(place, (place,)))
        found = [step for start in starts for step in steps.get(start, ())]
        yield from ((edge, pods) for edge, _ in found)
        front, pods = {place for _, place in found} - reached, pods + 1
