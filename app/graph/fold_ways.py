"""The ways through a folded TaskGroup: which of what goes out of it comes after what came in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from app.graph.fold_rows import Folded
from app.graph.parts import BrokenRow, Card, Edge, EdgeKind, InputRow, OutputRow


def ways_through(
    members: Collection[Card], edges: Iterable[Edge], rows: Folded
) -> frozenset[tuple[str, str]]:
    """Pairs of rows: one that gets something, and one that its task gives, or a task after it.

    `members` in the order the data goes, with the edges between them.
    """
    received = {one.id for one in rows.broken_pulls} | {one.id for one in rows.inputs}
    given = {one.id for one in rows.outputs}
    before = _before(edges)
    led: dict[str, set[str]] = {}  # Rows that lead to each card.
    ways: set[tuple[str, str]] = set()
    for card in members:
        got = _now((*card.broken_pulls, *card.inputs), rows.renamed) & received
        led[card.id] = got.union(*(led.get(one, ()) for one in before.get(card.id, ())))
        gave = _now(card.outputs, rows.renamed) & given
        ways |= {(one, other) for one in led[card.id] for other in gave}
    return frozenset(ways)


def _before(edges: Iterable[Edge]) -> Mapping[str, set[str]]:
    """The cards that each card got something from."""
    before: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        if edge.kind is EdgeKind.FLOW:
            before[edge.target_card].add(edge.source_card)
    return before


def _now(rows: Iterable[BrokenRow | InputRow | OutputRow], renamed: Mapping[str, str]) -> set[str]:
    return {renamed.get(row.id, row.id) for row in rows}


def row_ways(card: Card) -> Mapping[str, tuple[str, ...]]:
    """Of each row of a folded TaskGroup those on the other side that it is joined with."""
    if not card.members:
        return {}
    ways: dict[str, list[str]] = {row.id: [] for row in card.rows}
    for got, gave in sorted(card.ways):
        ways[got].append(gave)
        ways[gave].append(got)
    return {row: tuple(others) for row, others in ways.items()}
