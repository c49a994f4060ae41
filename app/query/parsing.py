"""A search as people write it, read into terms; `docs/search.md` has its grammar."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from app.query.comparisons import read_comparison
from app.query.free_text import read_free_text
from app.query.patterns import need_narrow_scope
from app.query.scopes import read_scoped
from app.query.terms import In, Query, Term
from app.query.text import Reader
from app.query.times import refuse_split_moment

MOST_CHARACTERS = 2_000
MOST_TERMS = 30

#: Each read term with where it begins.
_Placed = tuple[int, Term]


def parse(text: str, *, now: datetime) -> Query:
    """The terms of a search. Raises NotUnderstood, which knows the character it is about.

    `now` is what `since:7d` and `today` count from.
    """
    reader = Reader(text)
    _check_characters(reader)
    placed = list(_terms(reader, now))
    if len(placed) > MOST_TERMS:
        reader.refuse(f"A search has at most {MOST_TERMS} terms.", placed[MOST_TERMS][0])
    _check_places(reader, placed)
    need_narrow_scope(reader, placed)
    return Query(tuple(term for _, term in placed))


def _check_characters(reader: Reader) -> None:
    if len(reader.text) > MOST_CHARACTERS:
        reader.refuse(f"A search has at most {MOST_CHARACTERS:,} characters.", MOST_CHARACTERS)


def _terms(reader: Reader, now: datetime) -> Iterator[_Placed]:
    reader.skip_spaces()
    while reader.next():
        start = reader.at
        for term in _term(reader, now):
            yield start, term
        refuse_split_moment(reader, start)
        reader.skip_spaces()


def _term(reader: Reader, now: datetime) -> Iterable[Term]:
    """What is written as one term; a part of a comparison's text makes it two."""
    is_negated = _reads_minus(reader)
    scoped = read_scoped(reader, now)
    if scoped:
        return (Term(scoped, is_negated),)
    return read_comparison(reader, is_negated=is_negated) or (
        Term(read_free_text(reader), is_negated),
    )


def _reads_minus(reader: Reader) -> bool:
    """Whether a `-` negates what follows, and goes behind it; `--date` and `->` are texts."""
    following = reader.text[reader.at + 1 : reader.at + 2]
    if not reader.is_at("-") or not following or following.isspace() or following in "->":
        return False
    reader.at += 1
    return True


def _check_places(reader: Reader, placed: Iterable[_Placed]) -> None:
    first: In | None = None
    for start, term in placed:
        if isinstance(term.condition, In) and not term.is_negated:
            if first not in {None, term.condition}:
                reader.refuse(
                    "Nothing is in two places: leave out one, or write -in:… for those"
                    " that it should not be in.",
                    start,
                )
            first = term.condition
