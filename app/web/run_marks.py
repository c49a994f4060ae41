"""The marks in the head of a card: how many problems, and how its instances or tasks went."""

from collections import Counter
from dataclasses import dataclass

from app.graph.parts import Card
from app.graph.sizes import CARD_WIDTH, HEAD, SQUARE, SQUARES_IN_ROW, squares_height
from app.web import text
from app.web.run_words import card_state, worst_severity

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
class DrawnSquare:
    """A task of a folded TaskGroup."""

    css: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class DrawnBadge:
    """How many problems a card has, and how bad the worst of them is."""

    severity: str
    count: str
    x: int  # Right end of the count; the glyph stands before it.
    label: str


def badge(card: Card, count: str) -> DrawnBadge | None:
    if not card.problems:
        return None
    severity = worst_severity(card.problems)
    taken = _COUNT_SIDE + _DIGIT * len(count) if count else 0
    number = text.count(len(card.problems), "problem")
    return DrawnBadge(severity, str(len(card.problems)), _HEAD_END - taken, f"{number}, {severity}")


def squares(card: Card) -> tuple[DrawnSquare, ...]:
    """One per task of a folded TaskGroup, as long as they are few."""
    if not squares_height(card):
        return ()
    return tuple(
        DrawnSquare(
            css=text.state_look(card_state(one)).css,
            x=12 + number % SQUARES_IN_ROW * SQUARE,
            y=HEAD + number // SQUARES_IN_ROW * SQUARE,
        )
        for number, one in enumerate(card.members)
    )


def shares(card: Card) -> tuple[DrawnShare, ...]:
    """The bar under a mapped task's head: one part per state, as long as its share."""
    room = CARD_WIDTH - 20
    counted = Counter(text.state_look(one.state).css for one in card.instances)
    parts, x = [], 10.0
    for css, number in counted.most_common():
        width = room * number / len(card.instances)
        parts.append(DrawnShare(css, round(x, 1), round(width, 1)))
        x += width
    return tuple(parts)
