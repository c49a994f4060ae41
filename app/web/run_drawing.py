"""The run's graph as an SVG drawing: every mark with its place, its words and its link.

Texts are cut here, by the measure of the font, because SVG text neither wraps nor ends in an
ellipsis. Rows are links that work without JavaScript; with it they light their trace.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from app.graph.fold_ways import row_ways
from app.graph.groups import groups_of, innermost
from app.graph.parts import Card, Edge, EdgeKind, Graph
from app.graph.placement import Placement
from app.graph.sight import MOST
from app.graph.sizes import Slot, card_size, squares_height
from app.model.ids import RunKey
from app.web.run_light import Light, lit_by
from app.web.run_lines import rounded
from app.web.run_marks import DrawnBadge, DrawnShare, DrawnSquare, badge, shares, squares
from app.web.run_rows import DrawnRow, draw_row
from app.web.run_words import (
    card_state,
    card_subtitle,
    ending,
    fold_line,
    instance_count,
    is_state_known,
)

# Inter of 12.5 px and weight 620, on average; the state's glyph stands beside.
_TITLE_CHARACTERS = 25
# Inter of 11 px.
_SUBTITLE_CHARACTERS = 32
# What the mapped count, and the badge of the problems, take of that.
_COUNT_CHARACTERS = 5
_BADGE_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class DrawnCard:
    id: str
    href: str
    x: float
    y: float
    height: int
    state: str | None
    is_known: bool  # Its state is.
    elsewhere: RunKey | None  # The run it belongs to, if that is another one.
    name: str
    whole_name: str
    subtitle: str
    count: str  # Instances of a mapped task.
    badge: DrawnBadge | None
    shares: tuple[DrawnShare, ...]
    squares: tuple[DrawnSquare, ...]
    is_folder: bool  # A folded TaskGroup; its link unfolds it.
    focus_href: str  # What lies around it alone; empty: that is what is drawn.
    fold_href: str  # Its TaskGroup folded; empty: it is in none.
    group: str
    unfold_href: str  # A card for each of its instances, or one for all; empty: neither.
    is_instance: bool
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
    focus: Callable[[Card], str]
    fold: Callable[[str], str]  # Of a TaskGroup.
    unfold: Callable[[Card], str]


@dataclass(frozen=True, slots=True)
class _Pen:
    """What every part of one drawing is drawn with."""

    links: Links
    light: Light
    groups: Collection[str]  # TaskGroups that can be folded.


def draw(
    graph: Graph, placement: Placement, *, links: Links, port: str = "", focus: str = ""
) -> Drawing:
    """The drawing with the port's trace lit; edges that matter more are drawn later.

    `focus`: the card to open on where no port is chosen.
    """
    pen = _Pen(links, lit_by(graph, port), groups_of(graph.cards))
    placed = [edge for edge in graph.edges if edge.id in placement.edges]
    return Drawing(
        width=placement.width,
        height=placement.height,
        css=_css(graph, pen.light),
        cards=tuple(
            _card(card, placement, pen) for card in graph.cards if card.id in placement.cards
        ),
        branches=_branches([_edge(edge, placement, pen.light) for edge in placed]),
        focus=_focus(graph, port, focus),
    )


def _css(graph: Graph, light: Light) -> str:
    names = ["is-tracing"] if light.port else []
    # Shadows and fading of thousands of marks take longer than drawing them.
    names += ["is-large"] if len(graph.cards) > MOST else []
    return " ".join(names)


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


def _focus(graph: Graph, port: str, focus: str) -> str:
    """The chosen port's card, else the first that is broken, else the first that gives."""
    chosen = [card for card in graph.cards if card.has(port)]
    if not chosen:
        chosen = [card for card in graph.cards if card.id == focus]
    broken = sorted((card for card in graph.cards if card.problems), key=_is_harmless)
    giving = [card for card in graph.cards if card.outputs]
    return next((card.id for card in (*chosen, *broken, *giving)), "")


def _is_harmless(card: Card) -> bool:
    return not any(row.is_error for row in card.problems)


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
    problems = badge(card, count)
    beside = (_COUNT_CHARACTERS if count else 0) + (_BADGE_CHARACTERS if problems else 0)
    x, y = placement.cards[card.id]
    return DrawnCard(
        id=card.id,
        href=pen.links.card(card),
        x=x,
        y=y,
        height=size.height,
        state=card_state(card),
        is_known=is_state_known(card),
        elsewhere=card.run if card.is_foreign and not card.more else None,
        name=ending(card.name, _TITLE_CHARACTERS - beside),
        whole_name=card.id,
        subtitle=_subtitle(card),
        count=count,
        badge=problems,
        shares=shares(card) if count and not squares_height(card) else (),
        squares=squares(card),
        is_folder=bool(card.members),
        focus_href=pen.links.focus(card),
        fold_href=pen.links.fold(group) if (group := innermost(card, pen.groups)) else "",
        group=group,
        unfold_href=pen.links.unfold(card),
        is_instance=card.is_instance,
        rules=size.rules,
        rows=tuple(_rows(card, size.slots, pen)),
        fold=fold_line(card),
        fold_y=size.fold or 0,
        css=_card_css(card, pen.light),
    )


def _subtitle(card: Card) -> str:
    """Of a task of another run as much of the DAG's id as fits: its end."""
    whole = card_subtitle(card)
    return ending(whole, _SUBTITLE_CHARACTERS) if card.is_foreign else whole


def _rows(card: Card, slots: Iterable[Slot], pen: _Pen) -> Iterator[DrawnRow]:
    ways = row_ways(card)
    for slot in slots:
        row = slot.row.id
        yield draw_row(slot, card, href=pen.links.port(row), light=pen.light, ways=ways.get(row))


def _card_css(card: Card, light: Light) -> str:
    names = ["lit"] if card.id in light.cards else []
    names += ["is-broken"] if any(row.is_error for row in card.problems) else []
    names += ["is-selected"] if card.has(light.port) else []
    names += ["is-mapped"] if card.is_mapped else []
    names += ["is-foreign"] if card.is_foreign else []
    names += ["is-folder"] if card.members else []
    return " ".join(names)
