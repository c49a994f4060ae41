"""A search under somebody's hands: its words, whether or not it can be understood yet."""

import re
from dataclasses import dataclass

# A pattern; else whatever is not a space, or is in quotes that may stand there: at the start of a
# word, or behind what comes before a value. What is not closed goes on to the end.
_WORD = re.compile(
    r"""
    -?re:/(?:\\.|[^\\])*?(?:/i?(?=\s|\Z)|\Z)
    | (?:
        (?:(?<=[-:=<>!\[.])|(?<!\S)) (?:"(?:\\.|[^"\\])*(?:"|\Z) | '(?:\\.|[^'\\])*(?:'|\Z))
        | \S
      )+
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Word:
    """One term, whole or begun, and where it begins."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(found[0], found.start()) for found in _WORD.finditer(text))


def word_at(text: str, at: int) -> Word:
    """The word that the caret is in or at either end of; an empty one between two."""
    for word in words(text):
        if word.start <= at <= word.end:
            return word
    return Word("", min(at, len(text)))
