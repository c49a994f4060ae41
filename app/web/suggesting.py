"""What may be meant by the word that somebody types into a search."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, islice

from app.model.errors import NotUnderstood
from app.query.guide import GUIDE
from app.query.parsing import parse
from app.query.terms import At, Contains, In, Named, Query, Scope, Term
from app.query.typed import Word, word_at, words
from app.query.writing import written_term
from app.store.pages.names import Beside, read_names, read_paths
from app.store.session import ReadSession
from app.web import links, text
from app.web.dag_rows import Choice
from app.web.leaf_places import USUAL_KEY

# Suggestions at once, and those of one kind beside others.
_MOST = 10
_MOST_OF_A_KIND = 4
# Of shorter parts every name has some.
_SHORTEST = 2
# Paths that are looked through for their next steps.
_MOST_PATHS = 500
_STEP_ENDS = re.compile(r"[.\[]")
# No name means a time.
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)

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
    found = _offers(session, part, _beside(typed, word))
    offers = {one: (note, is_whole) for one, note, is_whole in found}
    return tuple(
        Suggestion(one, start, word.end, note, is_whole)
        for one, (note, is_whole) in islice(offers.items(), _MOST)
        if one != part
    )


def named_so(session: ReadSession, query: Query) -> tuple[Choice, ...]:
    """Searches for the DAG, task, key or path of that name, where one word is searched for."""
    match query.terms:
        case (Term(Contains(word), is_negated=False),):
            found = _anything(session, word, Beside(), most=1)
        case _:
            return ()
    return tuple(
        Choice(one, links.search(q=one), is_chosen=False, number=note)
        for one, note, _ in found
        if one.endswith((f":{word}", f".{word}"))
    )


#: A text, what it is, and whether it is whole.
_Offer = tuple[str, str, bool]


def _beside(typed: str, word: Word) -> Beside:
    """What the other words say of whose the values are."""
    others = (one.text for one in words(typed) if one != word)
    asked = [condition for other in others for condition in _positives(other)]
    names = {one.scope: one.pattern for one in asked if isinstance(one, Named)}
    within = (one.within for one in asked if isinstance(one, In))
    return Beside(names, next(within, None))


def _positives(word: str) -> Sequence[object]:
    try:
        return parse(word, now=_ANY_TIME).positives
    except (NotUnderstood, OverflowError):
        return ()


def _offers(session: ReadSession, part: str, beside: Beside) -> Iterator[_Offer]:
    begins, colon, rest = part.partition(":")
    begins = begins.lower()
    rest = rest.strip("\"'")
    if not colon:
        return chain(_phrases(part), _anything(session, part, beside))
    if begins == "path":
        return _steps(session, rest, beside)
    if begins == "state":
        return _states(rest)
    if begins in {"since", "until"}:
        return ((f"{begins}:{one}", note, True) for one, note in _TIMES.items() if rest in one)
    if begins in set(Scope):
        return _names(session, Scope(begins), rest, beside, _MOST)
    return _phrases(part)


def _phrases(part: str) -> Iterator[_Offer]:
    """Words of the language that begin so."""
    for chapter in GUIDE:
        for phrase in chapter.phrases:
            if phrase.begins.startswith(part) and phrase.begins[:1].isalpha():
                whole = phrase.begins == phrase.example
                yield phrase.begins, phrase.finds.replace("`", ""), whole


def _anything(
    session: ReadSession, part: str, beside: Beside, most: int = _MOST_OF_A_KIND
) -> Iterator[_Offer]:
    """DAGs, tasks, keys and paths in whose names the part stands."""
    if len(part) < _SHORTEST:
        return iter(())
    return chain(
        _names(session, Scope.DAG, part, beside, most),
        _names(session, Scope.TASK, part, beside, most),
        _paths(session, part, beside, most),
    )


def _names(
    session: ReadSession, scope: Scope, part: str, beside: Beside, most: int
) -> Iterator[_Offer]:
    for name in read_names(session, scope, part, most=most, beside=beside):
        yield written_term(Term(Named(scope, name))), _NOTES[scope], True


def _steps(session: ReadSession, part: str, beside: Beside) -> Iterator[_Offer]:
    """Paths in whose names the part stands; step by step where more begin so than are shown."""
    if part and USUAL_KEY.startswith(part):
        yield f"path:{USUAL_KEY}.", "what is in return values", False
    is_under = part.startswith((f"{USUAL_KEY}.", f"{USUAL_KEY}["))
    under = part[: len(USUAL_KEY) + 1] if is_under else ""
    if under:
        beside = replace(beside, names={**beside.names, Scope.KEY: USUAL_KEY})
    looked_for = part.removeprefix(under).replace(".*", "[*]")
    offers = list(_paths(session, looked_for, beside, _MOST_PATHS, is_whole_path=bool(under)))
    begun = [one for one in offers if one[0].lower().startswith(f"path:{part}".lower())]
    is_room = len(begun) <= _MOST or not part
    yield from begun if is_room else _next_steps(begun, len(f"path:{part}"))
    if not under:
        yield from (one for one in offers if one not in begun)


def _next_steps(offers: Sequence[_Offer], at: int) -> Iterator[_Offer]:
    """One for all that go on with the same step behind that character."""
    alike: dict[str, list[_Offer]] = {}
    for one in offers:
        end = _STEP_ENDS.search(one[0], at)
        alike.setdefault(one[0][: end.end()] if end else one[0], []).append(one)
    for begun, ones in alike.items():
        yield ones[0] if len(ones) == 1 else (begun, f"{len(ones)} paths", False)


def _paths(
    session: ReadSession, part: str, beside: Beside, most: int, *, is_whole_path: bool = False
) -> Iterator[_Offer]:
    for name, steps in read_paths(session, part, most=most, beside=beside):
        if not steps:
            yield written_term(Term(Named(Scope.KEY, name))), _NOTES[Scope.KEY], True
        elif name == USUAL_KEY and not is_whole_path:
            yield written_term(Term(At(steps))), "path in a return value", True
        else:
            yield written_term(Term(At((name, *steps)))), f"path in {name}", True


def _states(part: str) -> Iterator[_Offer]:
    for state in _STATES:
        if part in state:
            note = f"values of tries that are {text.state_look(state).word}"
            yield written_term(Term(Named(Scope.STATE, state))), note, True
