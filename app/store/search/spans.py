"""Numbers of leaves in stretches of time, the newest first: of days on SQLite, of weeks elsewhere.

SQLite's indexes of leaves begin with the day, so that leaves which come in together change a few
pages of each and not as many as they are; what is looked up there is looked up day by day.
PostgreSQL has a part of the table for each week.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    exists,
    func,
    literal_column,
    select,
    text,
    type_coerce,
)

from app.store.among import among, listed
from app.store.search.numbers import BITS
from app.store.search.partitions import WEEK, partitions
from app.store.session import ReadSession
from app.store.tables import leaf

#: Numbers of a day's leaves, on SQLite.
DAY = (24 * 3600) << BITS["sqlite"]
#: Keeps a store from reading leaves in the order of their numbers, where another index is meant.
NUMBER: ColumnElement[int] = leaf.c.id + literal_column("0")

# From each day on to the next older one that has a leaf, without looking at the leaves between.
_DAYS = text(
    "WITH RECURSIVE taken (day) AS ("
    " SELECT max(id) / :width FROM leaf WHERE id < :high"
    " UNION ALL SELECT (SELECT max(id) / :width FROM leaf WHERE id < day * :width)"
    " FROM taken WHERE day * :width > :low)"
    " SELECT day FROM taken WHERE (day + 1) * :width > :low"
)


@dataclass(frozen=True)
class Stretch:
    """All leaves with numbers from `low` up to below `high`, as a session sees them."""

    session: ReadSession
    low: int
    high: int
    #: One that has the same parts and maybe more, which are asked for once.
    wider: "Stretch | None" = None

    @cached_property
    def parts(self) -> Sequence[int]:
        """Its days or weeks that may have leaves, the newest first."""
        if self.wider is None:
            return days_or_weeks(self.session, low=self.low, high=self.high)
        width = DAY if self.session.dialect.name == "sqlite" else WEEK
        return [one for one in self.wider.parts if one * width < self.high]

    def below(self, number: int) -> "Stretch":
        """What of it has numbers below that, without asking for its parts again."""
        return Stretch(self.session, self.low, number, wider=self)


@dataclass(frozen=True, slots=True)
class Part:
    """A day, a week, or several together."""

    low: int
    high: int
    where: tuple[ColumnElement[bool], ...]  # The condition of being in it.
    #: Bounds of the number tell which parts of the table to look at: PostgreSQL's weeks.
    is_bounded: bool = False


@dataclass(frozen=True)
class Span:
    """Some days or weeks of a stretch, the newest first."""

    stretch: Stretch
    those: Sequence[int]

    @property
    def low(self) -> int:
        """The least number that may be in them."""
        return self.whole.low

    @property
    def where(self) -> tuple[ColumnElement[bool], ...]:
        """The condition of being in them."""
        return self.whole.where

    @cached_property
    def whole(self) -> Part:
        """All of them together."""
        return self._made(self.those)

    @property
    def parts(self) -> Iterator[Part]:
        """Each by itself, the newest first."""
        return (self._made([one]) for one in self.those)

    def _made(self, those: Sequence[int]) -> Part:
        is_sqlite = self.stretch.session.dialect.name == "sqlite"
        return (_of_days if is_sqlite else _of_weeks)(self.stretch, those)


def days_or_weeks(session: ReadSession, *, low: int, high: int) -> Sequence[int]:
    """Those that may have leaves with numbers from `low` up to below `high`, the newest first."""
    if session.dialect.name == "sqlite":
        given = {"low": low, "high": high, "width": DAY}
        return session.execute(_DAYS, given).scalars().all()
    return [one for one in partitions(session) if (one + 1) * WEEK > low and one * WEEK < high]


def spans(
    stretch: Stretch, *, times: int = 8, having: Sequence[ColumnElement[bool]] = ()
) -> Iterator[Span]:
    """All of it, a short one first, and each so many times as long as the one before.

    Most searches find enough in the first ones. `having`: conditions on `leaf`, by which an index
    tells at once which days are worth looking at.
    """
    rest, size = stretch.parts, 1
    if having and stretch.session.dialect.name == "sqlite":
        rest = _days_having(stretch.session, rest, having)
    while rest:
        some, rest = rest[:size], rest[size:]
        yield Span(stretch, some)
        size *= times


def whole_span(stretch: Stretch) -> Span:
    """All of it as one."""
    return Span(stretch, stretch.parts)


def _days_having(
    session: ReadSession, days: Sequence[int], having: Sequence[ColumnElement[bool]]
) -> Sequence[int]:
    each = func.json_each(listed(session, days)).table_valued("value")
    has = exists(select(leaf.c.id).where(day_of_leaf() == each.c.value, *having)).correlate(each)
    return sorted(session.execute(select(each.c.value).where(has)).scalars(), reverse=True)


def _of_days(stretch: Stretch, days: Sequence[int]) -> Part:
    low = max(stretch.low, days[-1] * DAY) if days else stretch.low
    within = (stretch.low <= NUMBER, stretch.high > NUMBER)
    if len(days) == 1:
        return Part(low, stretch.high, (day_of_leaf() == days[0], *within))
    among_days = among(stretch.session, day_of_leaf(), days)
    return Part(low, stretch.high, (among_days, *within))


def _of_weeks(stretch: Stretch, weeks: Sequence[int]) -> Part:
    if not weeks:
        within = (stretch.low <= NUMBER, stretch.high > NUMBER)
        return Part(stretch.low, stretch.high, within)
    low, high = max(stretch.low, weeks[-1] * WEEK), min(stretch.high, (weeks[0] + 1) * WEEK)
    # They tell PostgreSQL how many leaves to expect, too.
    return Part(low, high, (leaf.c.id >= low, leaf.c.id < high), is_bounded=True)


def day_of_leaf() -> ColumnElement[Any]:
    """As SQLite's indexes have it: the number stands in the statement."""
    return type_coerce(leaf.c.id.op("/")(literal_column(str(DAY))), Integer)
