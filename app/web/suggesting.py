"""What may be meant by the word that somebody types into a search."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from app.query.guide import GUIDE
from app.query.terms import At, Contains, Named, Query, Scope, Term
from app.query.typed import word_at
from app.query.writing import written_term
from app.store.pages.names import read_names, read_paths
from app.store.session import ReadSession
from app.web import links, text
from app.web.dag_rows import Choice

# Suggestions at once, and those of one kind beside others.
_MOST = 10
_MOST_OF_A_KIND = 4
# Of shorter parts every name has some.
_SHORTEST = 2

_TIMES = {"1h": "the last hour", "24h": "the last 24 hours", "7d": "the last 7 days"}
_STATES = ("success", "failed", "running", "up_for_retry", "skipped", "upstream_failed", "deferred")
_NOTES = {
    Scope.DEPLOYMENT: "deployment",
    Scope.DAG: "DAG",
    Scope.RUN: "run",
    Scope.TASK: "task",
    Scope.KEY: "key or field",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text`, to be written in place of the characters from `start` to `end`."""

    text: str
    start: int
    end: int
    note: str  # What it is, in a few words.
    is_whole: bool  # Nothing more belongs to it.


def suggestions(session: ReadSession, typed: str, at: int) -> tuple[Suggestion, ...]:
    """For the word at the caret, which stands at the character `at`: what it may become."""
    word = word_at(typed, at)
    start = word.start + word.text.startswith("-")
    part = typed[start : max(at, start)]
    offers = {one: (note, is_whole) for one, note, is_whole in _offers(session, part)}
    return tuple(
        Suggestion(one, start, word.end, note, is_whole)
        for one, (note, is_whole) in islice(offers.items(), _MOST)
        if one != part
    )


def named_so(session: ReadSession, query: Query) -> tuple[Choice, ...]:
    """Searches for the DAG, task, key or path of that name, where one word is searched for."""
    match query.terms:
        case (Term(Contains(word), is_negated=False),):
            found = _anything(session, word, most=1)
        case _:
            return ()
    return tuple(
        Choice(one, links.search(q=one), is_chosen=False, number=note)
        for one, note, _ in found
        if one.endswith((f":{word}", f".{word}"))
    )


#: A text, what it is, and whether it is whole.
_Offer = tuple[str, str, bool]


def _offers(session: ReadSession, part: str) -> Iterator[_Offer]:
    begins, colon, rest = part.partition(":")
    begins = begins.lower()
    rest = rest.strip("\"'")
    if not colon:
        return chain(_phrases(part), _anything(session, part))
    if begins == "path":
        return _paths(session, rest, _MOST)
    if begins == "state":
        return _states(rest)
    if begins in {"since", "until"}:
        return ((f"{begins}:{one}", note, True) for one, note in _TIMES.items() if rest in one)
    if begins in set(Scope):
        return _names(session, Scope(begins), rest, _MOST)
    return _phrases(part)


def _phrases(part: str) -> Iterator[_Offer]:
    """Words of the language that begin so."""
    for chapter in GUIDE:
        for phrase in chapter.phrases:
            if phrase.begins.startswith(part) and phrase.begins[:1].isalpha():
                whole = phrase.begins == phrase.example
                yield phrase.begins, phrase.finds.replace("`", ""), whole


def _anything(session: ReadSession, part: str, most: int = _MOST_OF_A_KIND) -> Iterator[_Offer]:
    """DAGs, tasks, keys and paths in whose names the part stands."""
    if len(part) < _SHORTEST:
        return iter(())
    return chain(
        _names(session, Scope.DAG, part, most),
        _names(session, Scope.TASK, part, most),
        _paths(session, part, most),
    )


def _names(session: ReadSession, scope: Scope, part: str, most: int) -> Iterator[_Offer]:
    for name in read_names(session, scope, part, most=most):
        yield written_term(Term(Named(scope, name))), _NOTES[scope], True


def _paths(session: ReadSession, part: str, most: int) -> Iterator[_Offer]:
    for name, steps in read_paths(session, part, most=most):
        if not steps:
            yield written_term(Term(Named(Scope.KEY, name))), _NOTES[Scope.KEY], True
        elif name == "return_value":
            yield written_term(Term(At(steps))), "path in a return value", True
        else:
            yield written_term(Term(At((name, *steps)))), f"path in {name}", True


def _states(part: str) -> Iterator[_Offer]:
    for state in _STATES:
        if part in state:
            note = f"values of tries that are {text.state_look(state).word}"
            yield written_term(Term(Named(Scope.STATE, state))), note, True
