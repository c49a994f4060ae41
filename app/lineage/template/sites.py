"""The pulls of a template as they are written: where each argument and each step of one stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.lineage.template.reads import ARGUMENTS
from app.lineage.template.tokens import Token, closing, is_name, is_operator, lexed

_LITERALS = frozenset({"string", "integer"})
_AFTER_VALUES = frozenset({"name", "string", "integer"})


@dataclass(frozen=True, slots=True)
class Argument:
    """`name`: that of the parameter, also when it is given by its position."""

    name: str
    start: int
    end: int
    texts: tuple[Token, ...]  # The quoted texts that stand in it.
    names: tuple[Token, ...] = ()  # The names, as of variables.
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A step into a value: `['k']`, `[0]`, `.k` or `.get('k'`; `start` and `end` are its own."""

    form: str  # subscript, attribute or get
    literal: Token
    start: int
    end: int
    sign: int = 1  # Of an index.

    @property
    def name(self) -> str | int:
        if self.literal.kind != "integer":
            return self.literal.value
        return self.sign * int(self.literal.text.replace("_", ""), 0)


@dataclass(frozen=True, slots=True)
class Site:
    """One `ti.xcom_pull(…)` and the steps into what it gives."""

    start: int
    opens: int  # The place behind its opening bracket.
    closes: int  # The place of its closing bracket.
    arguments: tuple[Argument, ...]
    steps: tuple[Step, ...]
    has_owner: bool  # Whether `ti.` stands before it.

    def argument(self, name: str) -> Argument | None:
        return next((one for one in self.arguments if one.name == name), None)

    def reads(self, task_id: str) -> bool:
        """Whether it names the task, or names it by what the template does not spell out."""
        given = self.argument("task_ids")
        return given is None or not given.texts or task_id in {one.value for one in given.texts}


@lru_cache(maxsize=1_024)
def sites(template: str) -> tuple[Site, ...]:
    """Every pull of the template, in order."""
    tokens = lexed(template).tokens
    calls = (at for at in range(len(tokens)) if is_name(tokens, at, "xcom_pull"))
    found = (_site(tokens, at) for at in calls if is_operator(tokens, at + 1, "("))
    return tuple(one for one in found if one is not None)


@lru_cache(maxsize=1_024)
def steps(template: str) -> tuple[Step, ...]:
    """Every step of the template into any value, in order."""
    tokens = lexed(template).tokens
    found = (_step(tokens, at) for at in range(1, len(tokens)) if _is_value(tokens[at - 1]))
    return tuple(one[0] for one in found if one is not None)


def _is_value(token: Token) -> bool:
    return token.kind in _AFTER_VALUES or token.text in (")", "]", "}")


def _site(tokens: Sequence[Token], at: int) -> Site | None:
    closes = closing(tokens, at + 1)
    if closes is None:
        return None
    has_owner = is_operator(tokens, at - 1, ".")
    first = tokens[at - 2 if has_owner and at > 1 else at]
    return Site(
        first.start,
        tokens[at + 1].end,
        tokens[closes].start,
        tuple(_arguments(tokens, at + 2, closes)),
        tuple(_chain(tokens, closes + 1)),
        has_owner,
    )


def _arguments(tokens: Sequence[Token], begin: int, end: int) -> Iterator[Argument]:
    position = 0
    while begin < end:
        until = _end_of_argument(tokens, begin, end)
        is_named = is_name(tokens, begin) and is_operator(tokens, begin + 1, "=")
        own = tokens[begin + 2 if is_named else begin : until]
        if is_named:
            name = tokens[begin].text
        else:
            name = ARGUMENTS[position] if position < len(ARGUMENTS) else ""
            position += 1
        if own:
            texts = tuple(one for one in own if one.kind == "string")
            names = tuple(one for one in own if one.kind == "name")
            is_list = own[0].text in ("[", "(")
            yield Argument(name, tokens[begin].start, own[-1].end, texts, names, is_list)
        begin = until + 1


def _end_of_argument(tokens: Sequence[Token], begin: int, end: int) -> int:
    at = begin
    while at < end and not is_operator(tokens, at, ","):
        at = (closing(tokens, at) or at) + 1 if tokens[at].text in ("(", "[", "{") else at + 1
    return min(at, end)


def _chain(tokens: Sequence[Token], at: int) -> Iterator[Step]:
    found = _step(tokens, at)
    while found is not None:
        step, at = found
        yield step
        found = _step(tokens, at)


def _step(tokens: Sequence[Token], at: int) -> tuple[Step, int] | None:
    """The step that begins at this word, and the word behind it."""
    if is_operator(tokens, at, "["):
        return _subscript(tokens, at)
    if not (is_operator(tokens, at, ".") and is_name(tokens, at + 1)):
        return None
    if not is_operator(tokens, at + 2, "("):
        return Step("attribute", tokens[at + 1], tokens[at].start, tokens[at + 1].end), at + 2
    closes = closing(tokens, at + 2)
    is_get = tokens[at + 1].text == "get" and closes is not None and closes > at + 3
    if not is_get or closes is None or tokens[at + 3].kind != "string":
        return None
    return Step("get", tokens[at + 3], tokens[at].start, tokens[closes].end), closes + 1


def _subscript(tokens: Sequence[Token], at: int) -> tuple[Step, int] | None:
    is_negative = is_operator(tokens, at + 1, "-")
    inner = at + (2 if is_negative else 1)
    if not (inner < len(tokens) and tokens[inner].kind in _LITERALS):
        return None
    if not is_operator(tokens, inner + 1, "]"):
        return None
    sign = -1 if is_negative else 1
    step = Step("subscript", tokens[inner], tokens[at].start, tokens[inner + 1].end, sign)
    return step, inner + 2
