"""A search, read: terms that all hold for each leaf that is found.

Letters A to Z are the same in upper and lower case where a term says *contains*; everything else,
and every other term, tells them apart.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


class Within(StrEnum):
    """What `in:` narrows to; `app/query/scalars.py` names the fields of environment variables.

    Arguments: every other field.
    """

    XCOM = "xcom"
    ARGS = "args"
    ENV = "env"


class Scope(StrEnum):
    """Names that a leaf's owner has; `key`: the XCom's key, or the template field's name."""

    DEPLOYMENT = "deployment"
    DAG = "dag"
    RUN = "run"
    TASK = "task"
    STATE = "state"  # Of the try that gave or got it.
    KEY = "key"


class Sign(StrEnum):
    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Contains:
    """`parquet`, `'two words'`: the text stands somewhere in the leaf's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Is:
    """`"s3://lake/a.parquet"`: the leaf's text is this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Begins:
    """`s3://lake/*`, `"s3://two words/"*`: the leaf's text begins with it."""

    text: str


@dataclass(frozen=True, slots=True)
class Matches:
    r"""`re:/part-\d+/`: Python's `re.search` finds it.

    Every text with a match holds `literal`, as Contains does.
    """

    pattern: str  # As `re` reads it; the flag of `re:/…/i` stands in it as `(?i)`.
    literal: str  # At least three characters, or "" where the query names a narrow scope.


@dataclass(frozen=True, slots=True)
class Named:
    """`dag:geo_*`: the owner's name fits the pattern, in which `*` is any text."""

    scope: Scope
    pattern: str


@dataclass(frozen=True, slots=True)
class At:
    """`path:result.*.uri`: the leaf's whole path has these steps.

    The name before the path (the XCom's key, the template field) may stand in front:
    `path:env_vars.PATH_IN`. A step may hold `*` for any text, also for a position of a list; a
    step `**` is any number of steps, none included.
    """

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """`rows>1000`, `result.day>=2026-11-01`, `name="x"`: a leaf of that name, and its value.

    The leaf's name and path, taken together, end with these steps (as in At). Then a number
    compares with numbers and with texts that are one, as environment variables are; a datetime,
    which has no `=` and `!=`, with texts that are dates of ISO 8601; a text, which has nothing
    else, with the leaf's text. `!=` holds where the name fits and `=` does not hold.
    """

    steps: tuple[str, ...]
    sign: Sign
    value: float | datetime | str


@dataclass(frozen=True, slots=True)
class Since:
    """`since:7d`, `since:2026-11-01`: the value was given, or got, then or later."""

    time: datetime
    words: str = field(default="", compare=False)  # As written, so that a link says `7d` again.


@dataclass(frozen=True, slots=True)
class Until:
    """`until:…`: before then."""

    time: datetime
    words: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """`in:env`."""

    within: Within


Condition: TypeAlias = Contains | Is | Begins | Matches | Named | At | Compared | Since | Until | In


@dataclass(frozen=True, slots=True)
class Term:
    condition: Condition
    is_negated: bool = False  # `-` before it.


@dataclass(frozen=True, slots=True)
class Query:
    """All terms hold. Without terms: every leaf."""

    terms: tuple[Term, ...] = ()

    @property
    def positives(self) -> list[Condition]:
        """What must hold."""
        return [term.condition for term in self.terms if not term.is_negated]
