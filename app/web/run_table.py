"""The run's flows as a table: a block per task, what is broken on top, its victims next."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from app.graph.parts import Card, EdgeKind, Graph, InputRow
from app.store.pages.run import RunPageFacts
from app.web import links, text
from app.web.run_links import port_link, task_link
from app.web.run_remedies import Remedy, remedy
from app.web.run_words import (
    card_state,
    card_subtitle,
    instance_count,
    is_state_known,
    row_name,
    row_value,
    telling_value,
)

_VALUE_ROOM = 34  # Characters; on a phone it is a line of its own.


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
    value_href: str  # The page of the value.
    is_said: bool
    sources: tuple[Source, ...]
    remedies: tuple[Remedy, ...]  # It got something that looks wrong.


@dataclass(frozen=True, slots=True)
class TableBlock:
    task: str
    href: str
    state: str | None
    is_known: bool  # Its state is.
    subtitle: str
    count: str
    remedies: tuple[Remedy, ...]
    is_broken: bool  # One of them is an error.
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Table:
    blocks: tuple[TableBlock, ...]
    onward: tuple[TableBlock, ...]  # Tasks of other runs that got something of this one.
    silent: str  # Tasks that got nothing and have no block.


def table(facts: RunPageFacts, graph: Graph) -> Table:
    """Broken tasks first, then victims, then the others in the order the data goes."""
    shown = [card for card in graph.cards if _is_shown(card)]
    rest = sum(1 for card in graph.cards if not _is_shown(card) and not card.is_foreign)
    into = _sources(facts, graph)
    blocks = [_block(facts, into, card) for card in sorted(shown, key=_urgency)]
    onward = [_block(facts, into, card) for card in graph.cards if card.is_foreign and card.inputs]
    silent = f"{text.count(rest, 'task')} got nothing from an XCom" if rest else ""
    return Table(tuple(blocks), tuple(onward), silent)


def _urgency(card: Card) -> int:
    if any(row.is_error for row in card.problems):
        return 0
    if card_state(card) in {"failed", "upstream_failed"}:
        return 1
    return 2 if card.problems else 3


def _is_shown(card: Card) -> bool:
    return bool(card.inputs or card.problems) and not card.is_foreign


def _sources(facts: RunPageFacts, graph: Graph) -> Mapping[str, list[Source]]:
    """Where the value of each input row comes from, by the row's id."""
    tasks = {card.id: card.name for card in graph.cards}
    names = {row.id: row_name(row) for card in graph.cards for row in card.outputs}
    into: dict[str, list[Source]] = defaultdict(list)
    for edge in graph.edges:
        if edge.kind is EdgeKind.FLOW:
            href = port_link(facts, edge.source)
            into[edge.target].append(Source(tasks[edge.source_card], href, names[edge.source]))
    return into


def _block(facts: RunPageFacts, into: Mapping[str, list[Source]], card: Card) -> TableBlock:
    return TableBlock(
        task=card.name,
        href=task_link(facts, card),
        state=card_state(card),
        is_known=is_state_known(card),
        subtitle=card_subtitle(card),
        count=instance_count(card),
        remedies=tuple(remedy(facts, row) for row in (*card.broken_pushes, *card.broken_pulls)),
        is_broken=any(row.is_error for row in card.problems),
        rows=tuple(_row(facts, into.get(row.id, []), card, row) for row in card.inputs),
    )


def _row(facts: RunPageFacts, sources: list[Source], card: Card, row: InputRow) -> TableRow:
    value, is_said = row_value(row, card)
    return TableRow(
        field=row.field,
        href=port_link(facts, row.id),
        evidence=row.evidence.value,
        value=telling_value(value, _VALUE_ROOM),
        value_href=links.given_value(deployment=facts.deployment, producer=row.flows[0].producer),
        is_said=is_said,
        sources=tuple(sources),
        remedies=tuple(remedy(facts, one) for one in card.marks if one.on == row.id),
    )
