"""The run's graph as an SVG drawing: every mark with its place, its words and its link.

Texts are cut here, by the measure of the font, because SVG text neither wraps nor ends in an
ellipsis. Rows are links that work without JavaScript; with it they light their trace.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from app.graph.parts import Card, Edge, EdgeKind, Graph
from app.graph.placement import Placement
from app.graph.sizes import CARD_WIDTH, Slot, card_size
from app.web import text
from app.web.run_light import Light, lit_by
from app.web.run_lines import rounded
from app.web.run_rows import DrawnRow, draw_row
from app.web.run_words import (
    card_state,
    card_subtitle,
    ending,
    fold_line,
    instance_count,
    worst_severity,
)

# Inter of 12.5 px and weight 620, on average; the state's glyph stands beside.
_TITLE_CHARACTERS = 25
# What the mapped count, and the badge of the problems, take of that.
_COUNT_CHARACTERS = 5
_BADGE_CHARACTERS = 4
# Right edge of the head's marks, and the room of the mapped count with its ground.
_HEAD_END = 206
_COUNT_SIDE = 12
_DIGIT = 7


@dataclass(frozen=True, slots=True)
class DrawnShare:
    css: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class DrawnBadge:
    """How many problems a card has, and how bad the worst of them is."""

    severity: str
    count: str
    x: int  # Right end of the count; the glyph stands before it.
    label: str


@dataclass(frozen=True, slots=True)
class DrawnCard:
    id: str
    href: str
    x: float
    y: float
    height: int
    state: str | None
    name: str
    whole_name: str
    subtitle: str
    count: str  # Instances of a mapped task.
    badge: DrawnBadge | None
    shares: tuple[DrawnShare, ...]
    rules: tuple[int, ...]
    rows: tuple[DrawnRow, ...]
    fold: str
    fold_y: int
    css: str


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    id: str
    css: str
    d: str
    source: str
    target: str
    source_card: str
    target_card: str


@dataclass(frozen=True, slots=True)
class DrawnBranches:
    """Edges of one kind from one port: they part from one line, so none may cut another."""

    edges: tuple[DrawnEdge, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    css: str
    cards: tuple[DrawnCard, ...]
    branches: tuple[DrawnBranches, ...]
    focus: str  # Id of the card to open on.


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses that the drawing's marks lead to."""

    port: Callable[[str], str]
    card: Callable[[Card], str]


@dataclass(frozen=True, slots=True)
class _Pen:
    """What every part of one drawing is drawn with."""

    links: Links
    light: Light


def draw(graph: Graph, placement: Placement, *, links: Links, port: str = "") -> Drawing:
    """The drawing with the port's trace lit; edges that matter more are drawn later."""
    pen = _Pen(links, lit_by(graph, port))
    placed = [edge for edge in graph.edges if edge.id in placement.edges]
    return Drawing(
        width=placement.width,
        height=placement.height,
        css="is-tracing" if pen.light.port else "",
        cards=tuple(
            _card(card, placement, pen) for card in graph.cards if card.id in placement.cards
        ),
        branches=_branches([_edge(edge, placement, pen.light) for edge in placed]),
        focus=_focus(graph, port),
    )


_ORDER = (
    "dependency",
    "flow",
    "flow second far",
    "flow second",
    "meant",
    "flow lit",
    "meant lit",
)


def _branches(edges: list[DrawnEdge]) -> tuple[DrawnBranches, ...]:
    """Edges by where they begin, those that matter most last."""
    together: dict[tuple[str, str], list[DrawnEdge]] = defaultdict(list)
    for edge in sorted(edges, key=_rank):
        together[edge.css.split()[0], edge.source or edge.source_card].append(edge)
    several = sorted(together.values(), key=lambda alike: _rank(alike[-1]))
    return tuple(DrawnBranches(tuple(alike)) for alike in several)


def _rank(edge: DrawnEdge) -> int:
    return _ORDER.index(edge.css)


def _focus(graph: Graph, port: str) -> str:
    """The chosen port's card, else the first that is broken, else the first that gives."""
    chosen = [card for card in graph.cards if _has(card, port)]
    broken = sorted((card for card in graph.cards if card.problems), key=_is_harmless)
    giving = [card for card in graph.cards if card.outputs]
    return next((card.id for card in (*chosen, *broken, *giving)), "")


def _is_harmless(card: Card) -> bool:
    return not any(row.is_error for row in card.problems)


def _has(card: Card, port: str) -> bool:
    return bool(port) and any(slot.row.id == port for slot in card_size(card).slots)


def _edge(edge: Edge, placement: Placement, light: Light) -> DrawnEdge:
    css = {EdgeKind.FLOW: "flow", EdgeKind.MEANT: "meant"}.get(edge.kind, "dependency")
    return DrawnEdge(
        id=edge.id,
        css=f"{css} {light.edge_css(edge.id)}".rstrip(),
        d=rounded(placement.edges[edge.id]),
        source=edge.source,
        target=edge.target,
        source_card=edge.source_card,
        target_card=edge.target_card,
    )


def _card(card: Card, placement: Placement, pen: _Pen) -> DrawnCard:
    size = card_size(card)
    count = instance_count(card)
    badge = _badge(card, count)
    beside = (_COUNT_CHARACTERS if count else 0) + (_BADGE_CHARACTERS if badge else 0)
    x, y = placement.cards[card.id]
    return DrawnCard(
        id=card.id,
        href=pen.links.card(card),
        x=x,
        y=y,
        height=size.height,
        state=card_state(card),
        name=ending(card.task_id, _TITLE_CHARACTERS - beside),
        whole_name=card.id,
        subtitle=card_subtitle(card),
        count=count,
        badge=badge,
        shares=_shares(card) if count else (),
        rules=size.rules,
        rows=tuple(_row(slot, card, pen) for slot in size.slots),
        fold=fold_line(card),
        fold_y=size.fold or 0,
        css=_card_css(card, pen.light),
    )


def _badge(card: Card, count: str) -> DrawnBadge | None:
    if not card.problems:
        return None
    severity = worst_severity(card.problems)
    taken = _COUNT_SIDE + _DIGIT * len(count) if count else 0
    number = text.count(len(card.problems), "problem")
    return DrawnBadge(severity, str(len(card.problems)), _HEAD_END - taken, f"{number}, {severity}")


def _row(slot: Slot, card: Card, pen: _Pen) -> DrawnRow:
    return draw_row(slot, card, href=pen.links.port(slot.row.id), light=pen.light)


def _card_css(card: Card, light: Light) -> str:
    names = ["lit"] if card.id in light.cards else []
    names += ["is-broken"] if any(row.is_error for row in card.problems) else []
    names += ["is-selected"] if _has(card, light.port) else []
    names += ["is-mapped"] if card.is_mapped else []
    names += ["is-foreign"] if card.is_foreign else []
    return " ".join(names)


def _shares(card: Card) -> tuple[DrawnShare, ...]:
    """The bar under a mapped task's head: one part per state, as long as its share."""
    room = CARD_WIDTH - 20
    counted = Counter(text.state_look(one.state).css for one in card.instances)
    shares, x = [], 10.0
    for css, number in counted.most_common():
        width = room * number / len(card.instances)
        shares.append(DrawnShare(css, round(x, 1), round(width, 1)))
        x += width
    return tuple(shares)
