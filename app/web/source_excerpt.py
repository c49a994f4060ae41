"""Some lines of a DAG's source, with what is read and what is wrong there; pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.web.marked import marked
from app.web.text import Piece

# Columns shown of one line; generated sources have lines of megabytes.
_WIDEST = 400


@dataclass(frozen=True, slots=True)
class LineNote:
    """What a line does: the field it fills and how sure that is."""

    text: str
    evidence: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class LineMarks:
    """How one line is marked. `css`: is-read, is-broken, is-doubtful or nothing."""

    css: str = ""
    wrong: str = ""
    remark: str = ""
    notes: tuple[LineNote, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceLine:
    number: int
    pieces: tuple[Piece, ...]
    css: str
    remark: str  # Stands under the line, beginning below the wrong part.
    notes: tuple[LineNote, ...]


_PLAIN = LineMarks()
_WRONG = {"is-doubtful": "wrong warning"}


def excerpt(
    source: str, *, first: int, last: int, marks: Mapping[int, LineMarks]
) -> tuple[SourceLine, ...]:
    """Lines `first` to `last`, counted from 1, as far as the source has them."""
    lines = source.splitlines()
    start = max(first, 1)
    return tuple(
        _line(number, text, marks.get(number, _PLAIN))
        for number, text in enumerate(lines[start - 1 : max(last, 0)], start)
    )


def around(line: int, *, before: int = 4, after: int = 3) -> tuple[int, int]:
    return max(line - before, 1), line + after


def _line(number: int, text: str, marks: LineMarks) -> SourceLine:
    shown = text if len(text) <= _WIDEST else f"{text[:_WIDEST]}…"
    at = max(shown.find(marks.wrong), 0) if marks.wrong else len(shown) - len(shown.lstrip())
    return SourceLine(
        number=number,
        pieces=marked(shown, marks.wrong, _WRONG.get(marks.css, "wrong")),
        css=marks.css,
        remark=f"{' ' * at}└─ {marks.remark}" if marks.remark else "",
        notes=marks.notes,
    )
