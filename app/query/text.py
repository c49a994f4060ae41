"""The text of a search while it is read: where one is, what stands there, what is in quotes."""

import re
from dataclasses import dataclass
from typing import NoReturn

from app.model.errors import NotUnderstood

_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "r": "\r", "t": "\t"}
_CODE = re.compile(r"u([0-9A-Fa-f]{4})")
QUOTES = ("'", '"')


@dataclass(slots=True)
class Reader:
    text: str
    at: int = 0

    def next(self) -> str:
        """The character here, "" at the end."""
        return self.text[self.at : self.at + 1]

    def is_at(self, *beginnings: str) -> bool:
        return self.text.startswith(beginnings, self.at)

    def is_at_end(self) -> bool:
        """Whether a term ends here."""
        return not self.next() or self.next().isspace()

    def skip_spaces(self) -> None:
        while self.next().isspace():
            self.at += 1

    def word(self) -> str:
        """What stands here up to the next space, and goes behind it."""
        start = self.at
        while not self.is_at_end():
            self.at += 1
        return self.text[start : self.at]

    def quoted(self) -> str:
        """The text in the quotes that begin here, and goes behind them."""
        start, quote, read = self.at, self.next(), []
        self.at += 1
        while self.next() != quote:
            if not self.next():
                self.refuse(f"This {quote} is not closed: write another {quote} at its end.", start)
            read.append(self._character())
        self.at += 1
        return "".join(read)

    def _character(self) -> str:
        """One character within quotes, as it is meant."""
        character = self.next()
        self.at += 1
        return self._escaped() if character == "\\" else character

    def _escaped(self) -> str:
        code = _CODE.match(self.text, self.at)
        self.at += code.end() - code.start() if code else 1
        if code:
            return chr(int(code[1], 16))
        meant = _ESCAPES.get(self.text[self.at - 1 : self.at])
        if meant is None:
            self.refuse("Within quotes a backslash is written twice: \\\\.", self.at - 2)
        return meant

    def expect_end(self) -> None:
        """Raises NotUnderstood unless the term ends here, behind its quotes."""
        if not self.is_at_end():
            self.refuse("Write a space after the closing quote.", self.at)

    def refuse(self, message: str, position: int) -> NoReturn:
        raise NotUnderstood(message, min(position, len(self.text)))


def quoted(text: str, quote: str = "'") -> str:
    """The text as `Reader.quoted` reads it."""
    return quote + "".join(_written(each, quote) for each in text) + quote


def _written(character: str, quote: str) -> str:
    for name, meant in _ESCAPES.items():
        if (meant == character and character not in QUOTES) or character == quote == name:
            return "\\" + name
    if character.isprintable() or ord(character) > 0xFFFF:  # noqa: PLR2004 # four digits hold no more
        return character
    return f"\\u{ord(character):04x}"
