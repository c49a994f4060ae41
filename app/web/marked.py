"""Texts in which something is marked: the wrong part, a change, the spans a value fills; pure."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from app.web.text import Piece

# Characters compared one by one; longer texts are shown as wholly replaced.
_MOST_COMPARED = 4000


def marked(text: str, wrong: str, css: str = "wrong") -> tuple[Piece, ...]:
    """The text with the first place where `wrong` stands marked."""
    at = text.find(wrong) if wrong else -1
    if at < 0:
        return _solid((Piece(text),))
    end = at + len(wrong)
    return _solid((Piece(text[:at]), Piece(wrong, css), Piece(text[end:])))


def changed(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts, marked where they differ: `removed` in the first, `added` in the second."""
    if max(len(before), len(after)) > _MOST_COMPARED:
        return (Piece(before, "removed"),), (Piece(after, "added"),)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    old = (Piece(before[a:b], "" if tag == "equal" else "removed") for tag, a, b, _, _ in steps)
    new = (Piece(after[c:d], "" if tag == "equal" else "added") for tag, _, _, c, d in steps)
    return _solid(old), _solid(new)


def coded(text: str) -> tuple[Piece, ...]:
    """Our own text, with what stands between backticks marked as `code`."""
    parts = enumerate(text.split("`"))
    return _solid(Piece(part, "code" if number % 2 else "") for number, part in parts)


def _solid(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece.text)
