"""A search, read: terms that all hold for each leaf that is found.

Letters A to Z are the same in upper and lower case where a term says *contains*; everything else,
and every other term, tells them apart.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


class Within(StrEnum):
    """What `in:` narrows to. Arguments: every field but the environment variables."""

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
    r"""`re:/part-\d+/`: Python's `re.search` finds it; every match holds `literal`."""

    pattern: str
    literal: str  # At least three characters, or "" where the query names a narrow scope.


@dataclass(frozen=True, slots=True)
class Named:
    """`dag:geo_*`: the owner's name fits the pattern, in which `*` is any text."""

    scope: Scope
    pattern: str


@dataclass(frozen=True, slots=True)
class At:
    """`path:result.*.uri`: the leaf's whole path has these steps.

    A step may hold `*` for any text, also for a position of a list; a step `**` is any number of
    steps, none included.
    """

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """`rows>1000`, `result.day>=2026-11-01`, `name="x"`: a leaf of that name, and its value.

    The leaf's path ends with these steps (as in At); of a leaf without a path its key, or the last
    part of its field, is meant. A number compares with numbers, a datetime with texts that are
    dates of ISO 8601, a text, by `=` and `!=` alone, with the leaf's text.
    """

    steps: tuple[str, ...]
    sign: Sign
    value: float | datetime | str


@dataclass(frozen=True, slots=True)
class Since:
    """`since:7d`, `since:2026-11-01`: the value was given, or got, then or later."""

    time: datetime


@dataclass(frozen=True, slots=True)
class Until:
    """`until:…`: before then."""

    time: datetime


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
