"""How big a card is and where in it each row and port stands, in px from its top left corner.

The measures are those of the run page's drawing; the placement needs them before anything is drawn.
"""

from dataclasses import dataclass

from app.graph.parts import BrokenRow, Card, InputRow, OutputRow

CARD_WIDTH = 216
HEAD = 42
ROW = 20
BROKEN_ROW = 62
#: Middle of a broken row's first line, where its port is.
_BROKEN_PORT = 14
#: Dependencies leave and enter at the middle of the head.
HEAD_PORT = 21
#: A should-have-been edge leaves this much above the port it shares with the flows.
MEANT_ABOVE = 4
_RULE = 1
_GAP = 3  # Above and below a rule.
_FOOT = 4
#: A folded TaskGroup shows a square for each of its tasks, in rows of so many.
SQUARES_IN_ROW = 24
SQUARE = 8  # With its gap.
# More are told by their shares alone.
_MOST_SQUARES = 72


@dataclass(frozen=True, slots=True)
class Slot:
    """A row and its place in the card."""

    row: BrokenRow | InputRow | OutputRow
    top: int
    height: int
    port: int  # The y of its port and of every edge that ends there.


@dataclass(frozen=True, slots=True)
class CardSize:
    height: int
    slots: tuple[Slot, ...]
    rules: tuple[int, ...]  # Where the dividing lines are.
    fold: int | None  # Top of the line about keys nobody reads, or nothing given.


def card_size(card: Card) -> CardSize:
    """Broken pulls, inputs, a rule, failed pushes, outputs, the folded line."""
    pen = _Pen(HEAD + squares_height(card))
    pen.broken(card.broken_pulls)
    if card.inputs:
        pen.skip(_GAP)
        pen.rows(card.inputs)
    if has_output_part(card) and pen.slots:
        pen.skip(_GAP if card.inputs else 0)
        pen.rule()
    pen.broken(card.broken_pushes)
    if card.outputs or _has_fold(card):
        pen.skip(_GAP)
    pen.rows(card.outputs)
    fold = pen.y if _has_fold(card) else None
    height = pen.y + (ROW if fold is not None else 0) + (_FOOT if pen.slots or fold else 0)
    return CardSize(height, tuple(pen.slots), tuple(pen.rules), fold)


def squares_height(card: Card) -> int:
    """Room of the squares below a folded TaskGroup's head; 0: it has none, or too many."""
    many = len(card.members)
    return -(-many // SQUARES_IN_ROW) * SQUARE + 2 if 0 < many <= _MOST_SQUARES else 0


def has_output_part(card: Card) -> bool:
    return bool(card.outputs or card.broken_pushes or _has_fold(card))


def _has_fold(card: Card) -> bool:
    """Whether it says something about what no row shows; states must not change a card's size."""
    says_it_in_rows = bool(card.outputs or card.broken_pushes)
    is_told = says_it_in_rows or card.is_foreign or card.members
    return card.unread > 0 or not is_told


class _Pen:
    """Where the next row goes, while a card is measured from top to bottom."""

    def __init__(self, top: int) -> None:
        self.y = top
        self.slots: list[Slot] = []
        self.rules: list[int] = []
        self.rule()

    def skip(self, px: int) -> None:
        self.y += px

    def rule(self) -> None:
        self.rules.append(self.y)
        self.y += _RULE

    def rows(self, rows: tuple[InputRow, ...] | tuple[OutputRow, ...]) -> None:
        for row in rows:
            self.slots.append(Slot(row, self.y, ROW, self.y + ROW // 2))
            self.y += ROW

    def broken(self, rows: tuple[BrokenRow, ...]) -> None:
        for number, row in enumerate(rows):
            if number:
                self.rule()
            self.slots.append(Slot(row, self.y, BROKEN_ROW, self.y + _BROKEN_PORT))
            self.y += BROKEN_ROW
