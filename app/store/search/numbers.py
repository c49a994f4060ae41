"""Numbers of leaves: the second of the value's time, and a count within it in the low bits.

So the newest leaves have the greatest numbers, whenever they were written, and a time is a bound of
numbers. On PostgreSQL a sequence gives the count, of which writers share one; it comes round after
four thousand million leaves. SQLite has one writer and small numbers, which keep its index of texts
small: the next free number is taken, and a crowded second runs on into the next ones.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import func, insert, select, text

from app.store.session import ReadSession, WriteSession
from app.store.tables import leaf, leaf_spill

#: Airflow is of 2015; values that claim to be older count as of then.
EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
#: Greater than any number.
BEYOND = 2**63 - 1
#: Low bits of a number, which count within its second.
BITS = {"sqlite": 8, "postgresql": 32}
# Numbers looked at together from a second on.
_WINDOW = 256


def first_number(session: ReadSession, time: datetime) -> int:
    """The least number that a leaf of that second may have."""
    return _second(time) << BITS[session.dialect.name]


def number_after(session: ReadSession, time: datetime) -> int:
    """A number that is greater than that of every leaf up to that second."""
    spill = session.scalar(select(func.max(leaf_spill.c.seconds))) or 0
    return (_second(time) + 1 + spill) << BITS[session.dialect.name]


def take_numbers(
    session: WriteSession, wanted: Sequence[tuple[datetime, int]]
) -> list[Sequence[int]]:
    """Numbers that no leaf has: for each time as many, growing, as are wanted."""
    if session.dialect.name == "sqlite":
        return _next_free(session, wanted)
    count = sum(many for _, many in wanted)
    next_ones = text("SELECT nextval('leaf_number') FROM generate_series(1, :many)")
    low = iter(session.execute(next_ones, {"many": count}).scalars().all())
    return [
        [first_number(session, time) + one % 2**32 for one in islice(low, many)]
        for time, many in wanted
    ]


def _second(time: datetime) -> int:
    return max(0, int((time - EPOCH).total_seconds()))


def _next_free(
    session: WriteSession, wanted: Sequence[tuple[datetime, int]]
) -> list[Sequence[int]]:
    bases = [first_number(session, time) for time, _ in wanted]
    taken = _taken(session, bases)
    free = {base: _free(session, base, taken) for base in bases}
    found: list[Sequence[int]] = []
    spill = 0
    for base, (_, many) in zip(bases, wanted, strict=True):
        numbers = list(islice(free[base], many))
        taken.update(numbers)
        if numbers:
            spill = max(spill, (numbers[-1] - base) >> BITS["sqlite"])
        found.append(numbers)
    _note_spill(session, spill)
    return found


def _free(session: WriteSession, start: int, taken: set[int]) -> Iterator[int]:
    end = start + _WINDOW  # Up to here `taken` is known.
    while True:
        yield from (number for number in range(start, end) if number not in taken)
        start, end = end, end + 16 * _WINDOW
        taken.update(_between(session, start, end))


def _taken(session: WriteSession, bases: Iterable[int]) -> set[int]:
    """The numbers taken in a window from each base on."""
    in_windows = text(
        "SELECT leaf.id FROM json_each(:bases) AS base"
        " JOIN leaf ON leaf.id >= base.value AND leaf.id < base.value + :window"
    )
    given = {"bases": json.dumps(sorted(set(bases))), "window": _WINDOW}
    return set(session.execute(in_windows, given).scalars())


def _between(session: WriteSession, start: int, end: int) -> Iterable[int]:
    return session.execute(select(leaf.c.id).where(leaf.c.id >= start, leaf.c.id < end)).scalars()


def _note_spill(session: WriteSession, seconds: int) -> None:
    known = session.scalar(select(func.max(leaf_spill.c.seconds))) or 0
    if seconds > known:
        session.execute(insert(leaf_spill).values(seconds=seconds))
