"""The run's flows as a table: a block per task, what is broken on top, its victims next."""

from dataclasses import dataclass

from app.graph.parts import Card, Edge, EdgeKind, Graph, InputRow, OutputRow
from app.graph.sizes import card_size
from app.store.pages.run import RunPageFacts
from app.web import text
from app.web.run_drawing import instance_count, row_name
from app.web.run_links import port_link, task_link
from app.web.run_remedies import Remedy, remedy
from app.web.run_words import card_state, card_subtitle, row_value

_VALUE_ROOM = 48


@dataclass(frozen=True, slots=True)
class Source:
    task: str
    href: str
    key: str


@dataclass(frozen=True, slots=True)
class TableRow:
    field: str
    href: str
    evidence: str
    value: str
    is_said: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class TableBlock:
    task: str
    href: str
    state: str | None
    subtitle: str
    count: str
    remedies: tuple[Remedy, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Table:
    blocks: tuple[TableBlock, ...]
    silent: str  # Tasks that got nothing and have no block.


def table(facts: RunPageFacts, graph: Graph) -> Table:
    """Broken tasks first, then victims, then the others in the order the data goes."""
    shown = [card for card in graph.cards if card.inputs or card.broken_pulls or card.broken_pushes]
    rest = sum(1 for card in graph.cards if card not in shown and not card.is_foreign)
    blocks = [_block(facts, graph, card) for card in sorted(shown, key=_urgency)]
    silent = f"{text.count(rest, 'task')} got nothing from an XCom" if rest else ""
    return Table(tuple(blocks), silent)


def _urgency(card: Card) -> int:
    if card.broken_pulls or card.broken_pushes:
        return 0
    return 1 if card_state(card) in {"failed", "upstream_failed"} else 2


def _block(facts: RunPageFacts, graph: Graph, card: Card) -> TableBlock:
    return TableBlock(
        task=card.task_id,
        href=task_link(facts, card),
        state=card_state(card),
        subtitle=card_subtitle(card),
        count=instance_count(card),
        remedies=tuple(remedy(facts, row) for row in (*card.broken_pushes, *card.broken_pulls)),
        rows=tuple(_row(facts, graph, card, row) for row in card.inputs),
    )


def _row(facts: RunPageFacts, graph: Graph, card: Card, row: InputRow) -> TableRow:
    value, is_said = row_value(row, card)
    into = [edge for edge in graph.edges if edge.target == row.id and edge.kind is EdgeKind.FLOW]
    return TableRow(
        field=row.field,
        href=port_link(facts, row.id),
        evidence=row.evidence.value,
        value=text.telling_end(value, _VALUE_ROOM),
        is_said=is_said,
        sources=tuple(_source(facts, graph, edge) for edge in into),
    )


def _source(facts: RunPageFacts, graph: Graph, edge: Edge) -> Source:
    card = next(card for card in graph.cards if card.id == edge.source_card)
    rows = [slot.row for slot in card_size(card).slots if slot.row.id == edge.source]
    key = next((row_name(row) for row in rows if isinstance(row, OutputRow)), "")
    return Source(task=card.task_id, href=port_link(facts, edge.source), key=key)
