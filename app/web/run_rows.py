"""The rows of the drawing's cards: a field and its value, cut to their room, and their port."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.graph.parts import BrokenRow, Card, InputRow, OutputRow
from app.graph.sizes import CARD_WIDTH, Slot
from app.web import text
from app.web.run_light import Light
from app.web.run_words import (
    broken_lines,
    ending,
    field_name,
    row_name,
    row_value,
    telling_value,
    worst_severity,
)

# JetBrains Mono of 11 px advances 6.6 px, less 0.015 em of tracking; 10 px stay free on each side.
_ROW_CHARACTERS = int((CARD_WIDTH - 20) / 6.44)
_BETWEEN = 2  # Characters between a field and its value.
_NAME_X = 10
_BADGE_WIDTH = 17  # Px of the badge before a field's name, with its gap.
_BADGE_CHARACTERS = 3
_TITLE_ROOM = 240  # Characters of what is told to whoever points at a row.
_TOO_LITTLE = 8  # Values with less room than this are left out.
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
    lines: tuple[str, str, str, str] = _NO_LINES
    is_wrong: bool = False  # The second of the lines is what is wrong.
    badge: str = ""  # Severity of what looks wrong in the field.
    name_x: int = _NAME_X
    ways: str = ""  # Of a folded TaskGroup: ids of the rows it is joined with there, as JSON.


def draw_row(
    slot: Slot, card: Card, *, href: str, light: Light, ways: Sequence[str] | None = None
) -> DrawnRow:
    """The row with its words cut to its room. `ways`: rows it is joined with in a TaskGroup."""
    row = slot.row
    name, value, is_said = _words(row, card)
    marks = [one for one in card.marks if one.on == row.id]
    badge = worst_severity(marks)
    shown, value = _fitted(name, value, _ROW_CHARACTERS - (_BADGE_CHARACTERS if badge else 0))
    return DrawnRow(
        id=row.id,
        kind=_kind(row),
        href=href,
        title=text.telling_end(f"{name}: {_title(row, card, marks)}", _TITLE_ROOM),
        name=shown,
        value=value,
        is_said=is_said,
        y=slot.top,
        height=slot.height,
        port_y=slot.port,
        port=_port(row),
        css=" ".join(filter(None, (light.row_css(row.id), _severity_css(row)))),
        lines=_broken_lines(row),
        is_wrong=isinstance(row, BrokenRow) and bool(row.problem.wrong),
        badge=badge,
        name_x=_NAME_X + (_BADGE_WIDTH if badge else 0),
        ways="" if ways is None else json.dumps(ways),
    )


def _title(row: BrokenRow | InputRow | OutputRow, card: Card, marks: Sequence[BrokenRow]) -> str:
    if isinstance(row, BrokenRow):
        return row.problem.title
    return "; ".join((*(one.problem.title for one in marks), row_value(row, card)[0]))


def _words(row: BrokenRow | InputRow | OutputRow, card: Card) -> tuple[str, str, bool]:
    if isinstance(row, BrokenRow):
        return field_name(row), "", False
    name = field_name(row) if isinstance(row, InputRow) else row_name(row)
    return name, *row_value(row, card)


def _broken_lines(row: BrokenRow | InputRow | OutputRow) -> tuple[str, str, str, str]:
    if not isinstance(row, BrokenRow):
        return _NO_LINES
    what, wrong, remedy, word = broken_lines(row)
    room = _ROW_CHARACTERS + 1  # Inter, in which the first words stand, is narrower.
    return (
        what,
        ending(wrong, room - len(what)),
        remedy if word else text.telling_end(remedy, room),
        ending(word, room - len(remedy)) if word else "",
    )


def _fitted(name: str, value: str, characters: int) -> tuple[str, str]:
    """Name and value as far as they fit beside each other in one row; the name goes first."""
    shown = ending(name, characters)
    room = characters - len(shown) - _BETWEEN
    if len(value) <= room:
        return shown, value
    return shown, telling_value(value, room) if room >= _TOO_LITTLE else ""


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


def _severity_css(row: BrokenRow | InputRow | OutputRow) -> str:
    return "" if not isinstance(row, BrokenRow) or row.is_error else "is-warning"
