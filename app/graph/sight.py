"""What of a run's graph is drawn: as much as can be read, or what somebody asked to see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.graph.addresses import address
from app.graph.around import around, busiest, only
from app.graph.fold import fold
from app.graph.groups import groups_of, standing_in
from app.graph.parts import Card, EdgeKind, Graph
from app.graph.structure import THOROUGH_UP_TO

#: Cards that are drawn unless more are asked for: placed in half a second, and painted in less.
MOST = THOROUGH_UP_TO
# Steps around a card that we chose ourselves: as many as stay within these cards.
_FAR, _READABLE = 4, 60
#: Steps around the focus, if nobody asks for others.
DEPTH = 2
#: In place of the TaskGroups that are folded: all that the graph has.
EVERY = frozenset({"*"})


class Choice(StrEnum):
    """Why we look around a card that nobody asked for."""

    BROKEN = "the first with a mistake"
    FAILED = "the first that failed"
    BUSIEST = "where most comes together"


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody asked to see."""

    # TaskGroups that are folded, or EVERY; None: as many as it takes.
    closed: frozenset[str] | None = None
    focus: str = ""  # A card, or a TaskGroup, around which all else is left out.
    depth: int = DEPTH
    state: str = ""
    operator: str = ""
    key: str = ""  # Part of a key's or a field's name.
    is_data_only: bool = False  # Without tasks and dependencies through which nothing flows.
    is_whole: bool = False  # However much that is.
    unfolded: frozenset[str] = frozenset()  # Mapped tasks whose instances have a card each.

    @property
    def filters(self) -> bool:
        return bool(self.state or self.operator or self.key or self.is_data_only)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is drawn of it."""

    graph: Graph
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    focus: str = ""  # Of the graph that is drawn.
    choice: Choice | None = None  # Why it is the focus; None: somebody asked for it.
    depth: int = 0
    tasks: int = 0  # Drawn, those in folded groups too.
    of: int = 0  # All there are.


def seen(graph: Graph, sight: Sight, *, port: str = "") -> Seen:
    """The part of the graph that is asked for. A chosen port's card is always there as itself."""
    groups = groups_of(graph.cards)
    shown = _card_of(graph, port)
    fitting = _filtered(graph, sight, shown)
    closed = _closed(fitting, groups, sight)
    if shown:
        closed -= frozenset(standing_in(shown))
    folded = fold(fitting, closed)
    focus, depth = _focus(folded, sight, shown)
    choice = None
    if not focus and len(folded.cards) > MOST and not sight.is_whole:
        focus, choice = _telling(folded)
        depth = _depth(folded, focus)
    drawn = around(folded, focus, depth=depth, most=MOST) if focus else folded
    return Seen(
        graph=drawn,
        groups=groups,
        closed=closed,
        focus=focus,
        choice=choice,
        depth=depth,
        tasks=sum(len(card.members) or 1 for card in drawn.cards if not card.is_foreign),
        of=sum(not card.is_foreign for card in graph.cards),
    )


def fits_state(card: Card, state: str) -> bool:
    """`none` is the state of an instance that has none yet; tasks of other runs are never asked."""
    return not card.is_foreign and any((one.state or "none") == state for one in card.instances)


def _filtered(graph: Graph, sight: Sight, shown: Card | None) -> Graph:
    if not sight.filters:
        return graph
    kept = {card.id for card in graph.cards if card is shown or _fits(card, sight)}
    left = only(graph, kept)
    if sight.is_data_only:
        return Graph(left.cards, tuple(e for e in left.edges if e.kind is not EdgeKind.DEPENDENCY))
    return left


def _fits(card: Card, sight: Sight) -> bool:
    return (
        (not sight.state or fits_state(card, sight.state))
        and (not sight.operator or card.operator == sight.operator)
        and (not sight.key or _has_name(card, sight.key.casefold()))
        and (not sight.is_data_only or bool(card.inputs or card.outputs or card.problems))
    )


def _has_name(card: Card, part: str) -> bool:
    fields = [row.field for row in card.inputs] + [row.field for row in card.problems]
    keys = [address(row.port.key, row.port.path) for row in card.outputs]
    return any(part in name.casefold() for name in (*fields, *keys))


def _closed(graph: Graph, groups: Collection[str], sight: Sight) -> frozenset[str]:
    if sight.closed == EVERY:
        return frozenset(groups)
    if sight.closed is not None:
        return sight.closed & frozenset(groups)
    if len(graph.cards) <= MOST or sight.is_whole:
        return frozenset()
    return frozenset(group for group in groups if "." not in group)


def _card_of(graph: Graph, port: str) -> Card | None:
    if not port:
        return None
    return next((card for card in graph.cards if card.has(port)), None)


def _focus(graph: Graph, sight: Sight, shown: Card | None) -> tuple[str, int]:
    """The card to look around; where the port is elsewhere, the port's own."""
    ids = {card.id for card in graph.cards}
    if not sight.focus:
        is_much = len(ids) > MOST and not sight.is_whole
        return (shown.id, sight.depth) if shown and is_much else ("", 0)
    focus = sight.focus if sight.focus in ids else _group_of(graph, sight.focus)
    near = around(graph, focus, depth=sight.depth, most=MOST) if focus else Graph()
    is_elsewhere = shown is not None and shown.id not in {card.id for card in near.cards}
    return (shown.id if shown and is_elsewhere else focus, sight.depth) if focus else ("", 0)


def _group_of(graph: Graph, task_id: str) -> str:
    """The folded group that has the task; empty when nothing has it."""
    having = (card.id for card in graph.cards if any(one.id == task_id for one in card.members))
    return next(having, "")


def _telling(graph: Graph) -> tuple[str, Choice]:
    """What is broken, else what failed, else what most leads to."""
    for card in graph.cards:
        if any(row.is_error for row in card.problems):
            return card.id, Choice.BROKEN
    for card in graph.cards:
        if fits_state(card, "failed"):
            return card.id, Choice.FAILED
    return busiest(graph), Choice.BUSIEST


def _depth(graph: Graph, focus: str) -> int:
    """The most steps at which what is drawn can still be read at a glance."""
    fitting = [
        depth
        for depth in range(1, _FAR + 1)
        if len(around(graph, focus, depth=depth, most=MOST).cards) <= _READABLE
    ]
    return max(fitting, default=1)
