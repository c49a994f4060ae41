"""Texts in which something is marked: the wrong part, a change, the spans a value fills; pure."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from app.lineage.beginnings import shared_ends
from app.web.text import Piece

# Characters compared one by one; longer texts are shown as wholly replaced.
_MOST_COMPARED = 4000
# Characters shown before and after a difference, and of the difference itself.
_AROUND = 72
_MOST_DIFFERING = 320
_MOSTLY_ALIKE = 0.6


def marked(text: str, wrong: str, css: str = "wrong") -> tuple[Piece, ...]:
    """The text with the first place where `wrong` stands marked."""
    at = text.find(wrong) if wrong else -1
    if at < 0:
        return _solid((Piece(text),))
    end = at + len(wrong)
    return _solid((Piece(text[:at]), Piece(wrong, css), Piece(text[end:])))


def spotted(text: str, spans: Iterable[tuple[int, int]], room: int) -> tuple[Piece, ...]:
    """The text, or as much of it around its first mark as there is room for; `found` is marked.

    It says by an ellipsis that its beginning is left out, and nothing of its end.
    """
    marks = tuple(spans)
    begin = _begin(text, marks[0] if marks else (0, 0), room)
    pieces, at = [Piece("…" if begin else "")], begin
    for start, end in ((max(start, begin), min(end, begin + room)) for start, end in marks):
        if start < end:
            pieces += [Piece(text[at:start]), Piece(text[start:end], "found")]
            at = end
    return _solid((*pieces, Piece(text[at : begin + room])))


def _begin(text: str, mark: tuple[int, int], room: int) -> int:
    """Where to begin, so that the mark is seen with as much before it as after it."""
    start, end = mark
    if len(text) <= room or end <= room:
        return 0
    return max(min(start - (room - min(end - start, room)) // 2, len(text) - room), 0)


def changed(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts, marked where they differ: `removed` in the first, `added` in the second."""
    if max(len(before), len(after)) > _MOST_COMPARED:
        return (Piece(before, "removed"),), (Piece(after, "added"),)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    old = (Piece(before[a:b], "" if tag == "equal" else "removed") for tag, a, b, _, _ in steps)
    new = (Piece(after[c:d], "" if tag == "equal" else "added") for tag, _, _, c, d in steps)
    return _solid(old), _solid(new)


def differing(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts around the place where they differ, the rest cut; marked as by `changed`."""
    start, end = shared_ends(before, after)
    lead = before[:start] if start <= _AROUND else f"…{before[start - _AROUND : start]}"
    rest = before[len(before) - end :]
    tail = rest if end <= _AROUND else f"{rest[:_AROUND]}…"
    old, new = (_cut(one[start : len(one) - end]) for one in (before, after))
    olds, news = _alike_parts(old, new)
    return _solid((Piece(lead), *olds, Piece(tail))), _solid((Piece(lead), *news, Piece(tail)))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_DIFFERING else f"{text[:_MOST_DIFFERING]}…"


def _alike_parts(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Marked part by part where most of them is alike: letters in common by chance are no help."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _MOSTLY_ALIKE:
        return (Piece(old, "removed"),), (Piece(new, "added"),)
    return changed(old, new)


def coded(text: str) -> tuple[Piece, ...]:
    """Our own text, with what stands between backticks marked as `code`."""
    parts = enumerate(text.split("`"))
    return _solid(Piece(part, "code" if number % 2 else "") for number, part in parts)


def _solid(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece.text)
