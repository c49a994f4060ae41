"""A template's words with the places at which they stand, as Jinja's own lexer tells them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, TemplateSyntaxError

from app.lineage.template.limits import TEMPLATE_LENGTH

#: What stands between words, and texts outside of code.
_SILENT = frozenset(
    ["data", "whitespace", "comment_begin", "comment", "comment_end", "raw_begin", "raw_end"]
)
OPENING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a template's code. `start`, `end`: its characters in the template."""

    kind: str  # As Jinja calls it: name, operator, string, integer, variable_begin, …
    text: str
    start: int
    end: int

    @property
    def value(self) -> str:
        """What the word says: a quoted text without its quotes."""
        return unquoted(self.text) if self.kind == "string" else self.text


@dataclass(frozen=True, slots=True)
class Lexed:
    """The words of a template, up to the place where it stops being one."""

    tokens: tuple[Token, ...]
    error: str | None = None  # What Jinja's lexer says of the rest.


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The environment that reads as Airflow's does; nothing is rendered in it."""
    return Environment(extensions=["jinja2.ext.do"], autoescape=True)


@lru_cache(maxsize=1_024)
def lexed(template: str) -> Lexed:
    """Every word of the template's code; none when Jinja's places would not be ours."""
    if "\r" in template or len(template) > TEMPLATE_LENGTH:
        return Lexed(())
    tokens: list[Token] = []
    try:
        tokens.extend(_placed(template))
    except _Stopped as stopped:
        return Lexed(stopped.tokens, stopped.message)
    return Lexed(tuple(tokens))


class _Stopped(Exception):
    def __init__(self, tokens: tuple[Token, ...], message: str) -> None:
        super().__init__(message)
        self.tokens, self.message = tokens, message


def _placed(template: str) -> Iterator[Token]:
    found: list[Token] = []
    at = 0
    try:
        for _, kind, text in environment().lexer.tokeniter(template, None):
            start = template.find(text, at)  # Jinja leaves blanks out that a minus cuts off.
            at = start + len(text)
            if kind not in _SILENT:
                found.append(Token(kind, text, start, at))
    except TemplateSyntaxError as error:
        raise _Stopped(tuple(found), error.message or "") from error
    yield from found


def unquoted(text: str) -> str:
    """What a quoted text of a template says, as Jinja reads it."""
    inner = text[1:-1]
    if "\\" not in inner:
        return inner
    try:
        return inner.encode("ascii", "backslashreplace").decode("unicode-escape")
    except UnicodeError:
        return inner


def quoted(text: str, quote: str = "'") -> str:
    """The text as a template writes it."""
    inner = text.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("\n", "\\n")
    return f"{quote}{inner}{quote}"


def closing(tokens: Sequence[Token], at: int) -> int | None:
    """Where the bracket that opens at this word is closed; None when it never is."""
    waiting: list[str] = []
    for place in range(at, len(tokens)):
        text = tokens[place].text if tokens[place].kind == "operator" else ""
        if text in OPENING:
            waiting.append(OPENING[text])
        elif waiting and text == waiting[-1]:
            waiting.pop()
            if not waiting:
                return place
    return None


def is_operator(tokens: Sequence[Token], at: int, text: str) -> bool:
    """Whether this word is there and is that operator."""
    return 0 <= at < len(tokens) and tokens[at].kind == "operator" and tokens[at].text == text


def is_name(tokens: Sequence[Token], at: int, text: str | None = None) -> bool:
    """Whether this word is there and is a name, or that name."""
    is_one = 0 <= at < len(tokens) and tokens[at].kind == "name"
    return is_one and text in (None, tokens[at].text)
