"""Comparisons: `rows>1000`, `day>=2026-11-01`, `uri="s3://lake/a"`, `uri=s3://lake/*`."""

import re
from datetime import datetime

from app.query.free_text import read_free_text
from app.query.paths import read_name, written_path
from app.query.scalars import moment, number
from app.query.terms import At, Begins, Compared, Contains, Sign, Term
from app.query.text import QUOTES, Reader, quoted

#: Patterns of the signs, the longer ones first, and what is written in their place.
SIGNS = "!=|<=|>=|=|<|>"
_SIGN = re.compile(SIGNS)
MISTAKEN_SIGNS = {"==": "=", "=>": ">=", "=<": "<=", "<>": "!=", ">>": ">", "<<": "<"}
#: Text, not a comparison: `year=2026/month=11`, `dt=2026-11-20/part-0`, `v=1&x=2` of an address.
_PARTITIONS = re.compile(r"[\w.-]+=(?:[^'\"\s/:]*/[\w-]+=|[0-9-]+/)")
_PARAMETERS = re.compile(r"[\w.-]+=(?!['\"])[^\s&]*&[\w.-]+=")
#: Whole numbers that a floating-point number may not hold exactly are compared as texts.
_LONG_WHOLE = re.compile(r"-?[0-9]{16,}\Z")


def read_comparison(reader: Reader, *, is_negated: bool) -> tuple[Term, ...]:
    """The comparison that stands here, and goes behind it; no terms when none does."""
    start = reader.at
    if _PARTITIONS.match(reader.text, start) or _PARAMETERS.match(reader.text, start):
        return ()
    steps = read_name(reader)
    if steps is None:
        return ()
    sign = _read_sign(reader, start)
    if sign in {Sign.EQUAL, Sign.UNEQUAL}:
        return _equal(reader, steps, sign, is_negated=is_negated)
    return (Term(Compared(steps, sign, _read_measure(reader, start)), is_negated),)


def _read_sign(reader: Reader, start: int) -> Sign:
    mistaken = reader.text[reader.at : reader.at + 2]
    if mistaken in MISTAKEN_SIGNS:
        reader.refuse(
            f"Write {MISTAKEN_SIGNS[mistaken]} instead of {mistaken}{_or_quotes(reader, start)}.",
            reader.at,
        )
    found = _SIGN.match(reader.text, reader.at)
    assert found  # noqa: S101 # read_name looked ahead
    reader.at = found.end()
    if reader.is_at_end():
        empty = f' (an empty text is {found[0]}"")' if found[0] in {"=", "!="} else ""
        reader.refuse(
            f"Write a value right after {found[0]}{empty}{_or_quotes(reader, start)}.", reader.at
        )
    return Sign(found[0])


def _or_quotes(reader: Reader, start: int) -> str:
    """How to look for what stands there as a text."""
    return f"; to look for the text itself write {quoted(Reader(reader.text, start).word())}"


def _read_measure(reader: Reader, start: int) -> float | datetime:
    """A number or a moment, which have an order."""
    at = reader.at
    words = reader.quoted() if reader.is_at(*QUOTES) else reader.word()
    reader.expect_end()
    value = number(words)
    measure = moment(words) if value is None else value
    if measure is None:
        reader.refuse(
            "Compare with a number or a date, such as rows>1000, rows>=1e3 or day>=2026-11-01"
            f"{_or_quotes(reader, start)}.",
            at,
        )
    return measure


def _equal(
    reader: Reader, steps: tuple[str, ...], sign: Sign, *, is_negated: bool
) -> tuple[Term, ...]:
    is_quoted, start = reader.is_at(*QUOTES), reader.at
    if not is_quoted and "*" not in Reader(reader.text, start).word():
        return (Term(Compared(steps, sign, _value(reader.word())), is_negated),)
    if Reader(reader.text, start).word() == "*":
        reader.refuse(f"Write path:**.{written_path(steps)} for any value.", start)
    text = read_free_text(reader)
    if not isinstance(text, Begins | Contains):
        return (Term(Compared(steps, sign, text.text), is_negated),)
    if is_negated:
        other = Sign.UNEQUAL if sign == Sign.EQUAL else Sign.EQUAL
        reader.refuse(
            f"Write {other} instead of {sign} here, without the - in front.", start - len(sign)
        )
    is_unequal = sign == Sign.UNEQUAL
    return Term(At(_ending_in(steps))), Term(text, is_unequal)


def _value(word: str) -> float | str:
    value = number(word)
    return word if value is None or _LONG_WHOLE.match(word) else value


def _ending_in(steps: tuple[str, ...]) -> tuple[str, ...]:
    return steps if steps[0] == "**" else ("**", *steps)
