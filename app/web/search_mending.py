"""Where a search finds nothing: what is likely wrong with it, and searches that find something."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from app.model.errors import NotUnderstood
from app.query.parsing import parse
from app.query.scopes import EXAMPLES, STATES
from app.query.slips import Correction, corrections, unknown_states
from app.query.terms import Named, Query, Scope, Term
from app.query.typed import words
from app.query.writing import written
from app.store.pages.names import read_names
from app.store.search.finding import search
from app.store.session import ReadSession
from app.web import links
from app.web.search_advice import MOST, Advice, wider

# Each is searched for before it is offered: so long for one, and for all.
_SECONDS, _SECONDS_OF_ALL = 0.25, 1.0
# Names that one is compared with, how many are offered, and how much of it has to be the same.
_MOST_NAMES, _MOST_NEAR = 2000, 3
_LIKENESS = 0.7
_CALLED = {
    Scope.DEPLOYMENT: "deployment",
    Scope.DAG: "DAG",
    Scope.TASK: "task",
    Scope.KEY: "key or field",
}


@dataclass(frozen=True, slots=True)
class Mending:
    notes: tuple[str, ...]  # What is likely wrong, `code` in backquotes.
    advice: tuple[Advice, ...]  # Each finds something.


def mending(session: ReadSession, typed: str, *, now: datetime) -> Mending:
    """For a search that can be read and finds nothing."""
    query = parse(typed, now=now)
    slips = corrections(typed, now=now)
    asked = [query, *(parse(one.text, now=now) for one in slips)]
    missing = [
        one for one in dict.fromkeys(chain(*map(_named, asked))) if _is_missing(session, one)
    ]
    near = chain(*(_with_near_names(session, one, missing) for one in asked))
    # What is wider than the likeliest correction is nearer to what was meant than the rest.
    offers = chain(map(_advice, slips), near, *(wider(one) for one in reversed(asked[:2])))
    advice = tuple(_that_find(session, offers, now))
    return Mending((*_notes(session, typed, missing), *_tried(slips, advice)), advice)


def meant_instead(typed: str, *, now: datetime) -> tuple[Advice, ...]:
    """For a search that cannot be read: how it can be."""
    return tuple(map(_advice, corrections(typed, now=now)))


def _advice(correction: Correction) -> Advice:
    return Advice(correction.text, links.search(q=correction.text), correction.says)


def _that_find(session: ReadSession, offers: Iterable[Advice], now: datetime) -> Iterator[Advice]:
    until = time.monotonic() + _SECONDS_OF_ALL
    found: set[str] = set()
    for one in offers:
        left = until - time.monotonic()
        if left <= 0 or len(found) == MOST:
            return
        if one.words not in found and _finds(session, one.words, now, min(_SECONDS, left)):
            found.add(one.words)
            yield one


def _finds(session: ReadSession, typed: str, now: datetime, seconds: float) -> bool:
    try:
        query = parse(typed, now=now)
    except NotUnderstood:  # A wider pattern may need a narrower scope.
        return False
    return bool(search(session, query, most=1, seconds=seconds).leaves)


def _named(query: Query) -> list[Named]:
    """Names that have to be there, whole."""
    return [
        one
        for one in query.positives
        if isinstance(one, Named) and one.scope in _CALLED and "*" not in one.pattern
    ]


def _is_missing(session: ReadSession, named: Named) -> bool:
    return named.pattern not in read_names(session, named.scope, named.pattern, most=_MOST_NAMES)


def _with_near_names(
    session: ReadSession, query: Query, missing: Iterable[Named]
) -> Iterator[Advice]:
    for at, term in enumerate(query.terms):
        condition = term.condition
        if term.is_negated or not isinstance(condition, Named) or condition not in missing:
            continue
        for name in _near(session, condition):
            right = Term(replace(condition, pattern=name))
            text = written(Query((*query.terms[:at], right, *query.terms[at + 1 :])))
            yield Advice(text, links.search(q=text), f"a {_CALLED[condition.scope]} that is there")


def _near(session: ReadSession, named: Named) -> list[str]:
    """Names like this one, the likest first; of deployments, which are few, all."""
    if named.scope not in {Scope.DEPLOYMENT, Scope.DAG}:
        return []
    names = read_names(session, named.scope, "", most=_MOST_NAMES)
    likest = process.extract(
        named.pattern,
        names,
        scorer=DamerauLevenshtein.normalized_similarity,
        score_cutoff=None if named.scope is Scope.DEPLOYMENT else _LIKENESS,
        limit=_MOST_NEAR,
    )
    return [name for name, _, _ in likest]


def _notes(session: ReadSession, typed: str, missing: Iterable[Named]) -> Iterator[str]:
    for state in unknown_states(typed):
        yield f"`{state}` is no state of Airflow. They are: {_listed(sorted(STATES))}."
    for one in missing:
        there = ""
        if one.scope is Scope.DEPLOYMENT:
            there = f" There is {_listed(_near(session, one))}."
        yield f"No {_CALLED[one.scope]} that is kept here is called `{one.pattern}`.{there}"
    for word in words(typed):
        yield from _no_word(word.text)


def _no_word(text: str) -> Iterator[str]:
    """`try:1` is a text, as no term begins so."""
    before, colon, after = text.removeprefix("-").partition(":")
    if not (colon and after and before.isidentifier()) or after.startswith("//"):
        return
    if before.lower() not in EXAMPLES:
        known = _listed(f"{word}:" for word in EXAMPLES)
        yield f"`{before}:` begins no term, so `{text}` was looked for as a text. Terms: {known}."


def _tried(slips: tuple[Correction, ...], advice: Iterable[Advice]) -> Iterator[str]:
    """The likeliest correction, where it finds nothing either."""
    if slips and slips[0].text not in {one.words for one in advice}:
        yield f"If you meant `{slips[0].text}` ({slips[0].says}): that finds nothing either."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
