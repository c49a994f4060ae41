"""The run's graph as an SVG drawing: every mark with its place, its words and its link.

Texts are cut here, by the measure of the font, because SVG text neither wraps nor ends in an
ellipsis. Rows are links that work without JavaScript; with it they light their trace.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.graph.addresses import label
from app.graph.parts import BrokenRow, Card, Edge, EdgeKind, Graph, InputRow, OutputRow
from app.graph.placement import Placement
from app.graph.sizes import CARD_WIDTH, Slot, card_size
from app.graph.trace import Trace, traces
from app.web import text
from app.web.run_lines import rounded
from app.web.run_words import (
    broken_lines,
    card_state,
    card_subtitle,
    fold_line,
    row_value,
    telling_value,
)

# JetBrains Mono of 11 px advances 6.6 px, less 0.015 em of tracking; 10 px stay free on each side.
_ROW_CHARACTERS = int((CARD_WIDTH - 20) / 6.44)
_BETWEEN = 2  # Characters between a field and its value.
_TITLE_ROOM = 240  # Characters of what is told to whoever points at a row.
_TOO_LITTLE = 8  # Values with less room than this are left out.
# Inter of 12.5 px and weight 620, on average; the state's glyph and the mapped count stand beside.
_TITLE_CHARACTERS = 25
_TITLE_BESIDE_COUNT = 20


# Of a broken row: what it does, the wrong part, the remedy, the word that was meant.
_NO_LINES = ("", "", "", "")


@dataclass(frozen=True, slots=True)
class DrawnRow:
    id: str
    kind: str  # "input", "output" or "broken".
    href: str
    title: str  # All of it, for whoever points at it.
    name: str
    value: str
    is_said: bool  # The value is our word for why there is none.
    y: int
    height: int
    port_y: int
    port: str  # The port's look: evidence of an input, "pushed" or "missing" of an output.
    css: str
    lit: str
    second: str
    lines: tuple[str, str, str, str] = _NO_LINES
    is_wrong: bool = False  # The second of the lines is what is wrong.


@dataclass(frozen=True, slots=True)
class DrawnShare:
    css: str
    x: float
    width: float


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
class _Light:
    """What the selected port lights; all empty when nothing is selected."""

    port: str = ""
    lit_edges: frozenset[str] = frozenset()
    second_edges: frozenset[str] = frozenset()
    lit_rows: frozenset[str] = frozenset()
    second_rows: frozenset[str] = frozenset()
    cards: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses that the drawing's marks lead to."""

    port: Callable[[str], str]
    card: Callable[[Card], str]


@dataclass(frozen=True, slots=True)
class _Pen:
    """What every part of one drawing is drawn with."""

    links: Links
    light: _Light
    traces: Mapping[str, Trace] = field(default_factory=dict)


def draw(graph: Graph, placement: Placement, *, links: Links, port: str = "") -> Drawing:
    """The drawing with the port's trace lit; edges that matter more are drawn later."""
    known = traces(graph)
    pen = _Pen(links, _light(graph, known.get(port), port), known)
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


_ORDER = ("dependency", "flow", "flow second", "meant", "flow lit", "meant lit")


def _branches(edges: list[DrawnEdge]) -> tuple[DrawnBranches, ...]:
    """Edges by where they begin, those that matter most last."""
    together: dict[tuple[str, str], list[DrawnEdge]] = defaultdict(list)
    for edge in sorted(edges, key=_rank):
        together[edge.css.split()[0], edge.source or edge.source_card].append(edge)
    several = sorted(together.values(), key=lambda alike: _rank(alike[-1]))
    return tuple(DrawnBranches(tuple(alike)) for alike in several)


def _rank(edge: DrawnEdge) -> int:
    return _ORDER.index(edge.css)


def _light(graph: Graph, trace: Trace | None, port: str) -> _Light:
    if trace is None:
        return _Light()
    lit = [edge for edge in graph.edges if edge.id in trace.lit]
    second = [edge for edge in graph.edges if edge.id in trace.second]
    return _Light(
        port=port,
        lit_edges=frozenset(trace.lit),
        second_edges=frozenset(trace.second),
        lit_rows=frozenset(end for edge in lit for end in (edge.source, edge.target)),
        second_rows=frozenset(end for edge in second for end in (edge.source, edge.target)),
        cards=frozenset(
            card for edge in (*lit, *second) for card in (edge.source_card, edge.target_card)
        ),
    )


def _focus(graph: Graph, port: str) -> str:
    """The chosen port's card, else the first that is broken, else the first that gives."""
    chosen = [card for card in graph.cards if _has(card, port)]
    broken = [card for card in graph.cards if card.broken_pulls or card.broken_pushes]
    giving = [card for card in graph.cards if card.outputs]
    return next((card.id for card in (*chosen, *broken, *giving)), "")


def _has(card: Card, port: str) -> bool:
    return bool(port) and any(slot.row.id == port for slot in card_size(card).slots)


def _edge(edge: Edge, placement: Placement, light: _Light) -> DrawnEdge:
    css = {EdgeKind.FLOW: "flow", EdgeKind.MEANT: "meant"}.get(edge.kind, "dependency")
    if edge.id in light.lit_edges:
        css += " lit"
    elif edge.id in light.second_edges:
        css += " second"
    return DrawnEdge(
        id=edge.id,
        css=css,
        d=rounded(placement.edges[edge.id]),
        source=edge.source,
        target=edge.target,
        source_card=edge.source_card,
        target_card=edge.target_card,
    )


def _card(card: Card, placement: Placement, pen: _Pen) -> DrawnCard:
    size = card_size(card)
    count = (
        f"\N{MULTIPLICATION SIGN}{len(card.instances)}" if card.is_mapped and card.instances else ""
    )
    room = _TITLE_BESIDE_COUNT if count else _TITLE_CHARACTERS
    x, y = placement.cards[card.id]
    return DrawnCard(
        id=card.id,
        href=pen.links.card(card),
        x=x,
        y=y,
        height=size.height,
        state=card_state(card),
        name=ending(card.task_id, room),
        whole_name=card.id,
        subtitle=card_subtitle(card),
        count=count,
        shares=_shares(card) if count else (),
        rules=size.rules,
        rows=tuple(_row(slot, card, pen) for slot in size.slots),
        fold=fold_line(card),
        fold_y=size.fold or 0,
        css=_card_css(card, pen.light),
    )


def instance_count(card: Card) -> str:
    """How many instances a mapped task has; empty for any other."""
    number = len(card.instances)
    return f"\N{MULTIPLICATION SIGN}{number}" if card.is_mapped and number else ""


def _card_css(card: Card, light: _Light) -> str:
    names = ["lit"] if card.id in light.cards else []
    names += ["is-broken"] if card.broken_pulls or card.broken_pushes else []
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


def _row(slot: Slot, card: Card, pen: _Pen) -> DrawnRow:
    row = slot.row
    name, value, is_said = _words(row, card)
    shown, value = _fitted(name, value)
    trace = pen.traces.get(row.id, Trace())
    return DrawnRow(
        id=row.id,
        kind=_kind(row),
        href=pen.links.port(row.id),
        title=text.telling_end(f"{name}: {row_title(row, card)}", _TITLE_ROOM),
        name=shown,
        value=value,
        is_said=is_said,
        y=slot.top,
        height=slot.height,
        port_y=slot.port,
        port=_port(row),
        css=_row_css(row.id, pen.light),
        lit=" ".join(trace.lit),
        second=" ".join(trace.second),
        lines=_broken_lines(row),
        is_wrong=isinstance(row, BrokenRow) and bool(row.problem.wrong),
    )


def row_title(row: BrokenRow | InputRow | OutputRow, card: Card) -> str:
    if isinstance(row, BrokenRow):
        return row.problem.title
    return row_value(row, card)[0]


def _words(row: BrokenRow | InputRow | OutputRow, card: Card) -> tuple[str, str, bool]:
    if isinstance(row, BrokenRow):
        return row.field, "", False
    name = row.field if isinstance(row, InputRow) else row_name(row)
    return name, *row_value(row, card)


def row_name(row: OutputRow) -> str:
    return label(row.port.key, (None, *row.port.path) if row.of_each else row.port.path)


def _broken_lines(row: BrokenRow | InputRow | OutputRow) -> tuple[str, str, str, str]:
    if not isinstance(row, BrokenRow):
        return _NO_LINES
    what, wrong, remedy, word = broken_lines(row)
    room = _ROW_CHARACTERS + 1  # Inter, in which the first words stand, is narrower.
    return what, ending(wrong, room - len(what)), remedy, ending(word, room - len(remedy))


def _fitted(name: str, value: str) -> tuple[str, str]:
    """Name and value as far as they fit beside each other in one row; the name goes first."""
    shown = ending(name, _ROW_CHARACTERS)
    room = _ROW_CHARACTERS - len(shown) - _BETWEEN
    if len(value) <= room:
        return shown, value
    return shown, telling_value(value, room) if room >= _TOO_LITTLE else ""


def ending(name: str, room: int) -> str:
    """The name, or as much of its end as there is room for: names differ at their ends."""
    return name if len(name) <= room else "…" + name[len(name) - room + 1 :]


def _kind(row: BrokenRow | InputRow | OutputRow) -> str:
    if isinstance(row, BrokenRow):
        return "broken"
    return "input" if isinstance(row, InputRow) else "output"


def _port(row: BrokenRow | InputRow | OutputRow) -> str:
    if isinstance(row, BrokenRow):
        return "pull" if row.problem.consumer else "push"
    if isinstance(row, InputRow):
        return row.evidence.value
    return "pushed" if row.values else "missing"


def _row_css(row: str, light: _Light) -> str:
    if row == light.port:
        return "selected"
    if row in light.lit_rows:
        return "lit"
    return "second" if row in light.second_rows else ""
