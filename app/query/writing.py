"""A search written back, so that a link can add a term or take one away."""

import re
from datetime import UTC, datetime
from functools import singledispatch

from app.model.errors import NotUnderstood
from app.query.parsing import parse
from app.query.paths import written_path
from app.query.terms import (
    At,
    Begins,
    Compared,
    Condition,
    Contains,
    In,
    Is,
    Matches,
    Named,
    Query,
    Since,
    Term,
    Until,
)  # fmt: skip
from app.query.text import QUOTES, quoted
from app.query.times import CLOCK

#: From here on whole numbers are read as texts, unless a point or an exponent stands in them.
_WHOLE = 1e15
#: No word without quotes means a time.
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_SLASH_THAT_CLOSES = re.compile(r"(\\.)|/(?=i?(?:\s|\Z))", re.DOTALL)


def written(query: Query) -> str:
    """The search as a person would write it; `parse` reads the same from it."""
    return " ".join(map(written_term, query.terms))


def written_term(term: Term) -> str:
    """One term as a person would write it."""
    return ("-" if term.is_negated else "") + _written(term.condition)


@singledispatch
def _written(condition: Condition) -> str:
    raise TypeError(condition)


@_written.register
def _contains(condition: Contains) -> str:
    return _bare(condition.text, condition) or quoted(condition.text)


@_written.register
def _is(condition: Is) -> str:
    return quoted(condition.text, '"')


@_written.register
def _begins(condition: Begins) -> str:
    return _bare(f"{condition.text}*", condition) or quoted(condition.text, '"') + "*"


def _bare(word: str, condition: Condition) -> str:
    """The word, when it means the condition without quotes, behind a `-` or a day too; "" else."""
    if not word.isprintable() or word.startswith(("-", ">")) or CLOCK.fullmatch(word):
        return ""
    try:
        return word if parse(word, now=_ANY_TIME).terms == (Term(condition),) else ""
    except NotUnderstood:
        return ""


@_written.register
def _matches(condition: Matches) -> str:
    return f"re:/{_SLASH_THAT_CLOSES.sub(_escaped, condition.pattern)}/"


def _escaped(found: re.Match[str]) -> str:
    return found[1] or "\\/"


@_written.register
def _named(condition: Named) -> str:
    return f"{condition.scope}:{_value(condition.pattern)}"


def _value(text: str) -> str:
    is_plain = text.isprintable() and " " not in text and not text.startswith(QUOTES)
    return text if is_plain else quoted(text)


@_written.register
def _at(condition: At) -> str:
    return f"path:{written_path(condition.steps)}"


@_written.register
def _compared(condition: Compared) -> str:
    return f"{written_path(condition.steps)}{condition.sign}{_measure(condition.value)}"


def _measure(value: float | datetime | str) -> str:
    if isinstance(value, str):
        return quoted(value, '"')
    if isinstance(value, datetime):
        return value.isoformat()
    return f"{value:.0f}" if value.is_integer() and abs(value) < _WHOLE else repr(value)


@_written.register
def _since(condition: Since) -> str:
    return f"since:{_value(condition.words or condition.time.isoformat())}"


@_written.register
def _until(condition: Until) -> str:
    return f"until:{_value(condition.words or condition.time.isoformat())}"


@_written.register
def _in(condition: In) -> str:
    return f"in:{condition.within}"
