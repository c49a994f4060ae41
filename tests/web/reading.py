"""A page as its reader hears it: the words, in order, marks by their labels."""

import re
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "title", "head"})


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _SILENT:
            self.hidden += 1
        elif tag == "svg" and given.get("aria-label"):
            self.words.append(given["aria-label"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def words(html: str) -> str:
    """Every visible word, single spaces between them."""
    parser = _Words()
    parser.feed(html)
    return " ".join(" ".join(parser.words).split())


def unmarked(html: str) -> str:
    """The same where marks within a text are none of its words."""
    return words(re.sub(r"</?span[^>]*>", "", html))
