"""Cards in the order the data goes: a card stands after everything it gets something from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from app.graph.parts import Card, Edge, EdgeKind


def in_order(cards: Iterable[Card], edges: Iterable[Edge]) -> tuple[Card, ...]:
    """Sorted by depth, then by name; cycles, which no DAG has, end where they began.

    What stands for the rest of several comes behind them.
    """
    by_id = {card.id: card for card in cards}
    depth = depths(by_id, edges)
    return tuple(sorted(by_id.values(), key=lambda card: (depth[card.id], card.more > 0, card.id)))


def depths(cards: Iterable[str], edges: Iterable[Edge]) -> Mapping[str, int]:
    """How many edges lie before each card on its longest way from a beginning."""
    before: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        if edge.kind is not EdgeKind.MEANT and edge.source_card != edge.target_card:
            before[edge.target_card].add(edge.source_card)
    found: dict[str, int] = {}
    for card in cards:
        _settle(card, before, found)
    return found


def _settle(card: str, before: Mapping[str, set[str]], found: dict[str, int]) -> None:
    """The card's depth and that of everything before it, without recursion."""
    stack, on_the_way = [card], set[str]()
    while stack:
        at = stack[-1]
        missing = [
            one for one in sorted(before.get(at, ())) if one not in found and one not in on_the_way
        ]
        on_the_way.add(at)
        if missing:
            stack.extend(missing)
            continue
        stack.pop()
        known = [found[one] for one in before.get(at, ()) if one in found]
        found.setdefault(at, 1 + max(known, default=-1))
