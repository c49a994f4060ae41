"""What may be meant by a search that finds nothing or cannot be read: the usual slips, put right.

Nobody is corrected whose search finds something: all of this may be meant as it is written.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from app.model.errors import NotUnderstood
from app.query.comparisons import MISTAKEN_SIGNS, SIGNS
from app.query.nearness import meant
from app.query.parsing import parse
from app.query.patterns import UNKNOWN_FLAGS
from app.query.scopes import EXAMPLES, STATES
from app.query.terms import Query, Within
from app.query.times import SPLIT_MOMENT
from app.query.typed import words

#: Corrections of one search, the likeliest first.
_MOST = 6
_SIGN = "|".join((*MISTAKEN_SIGNS, SIGNS))
_NAME = r"(?:[^\W\d]|\[)[^\s=<>!:/]*"
_VALUE = r"'[^']*'|\"[^\"]*\"|[^\s=<>]\S*"
_SPACED = re.compile(rf"({_NAME}) +({_SIGN}) *({_VALUE})|({_NAME})({_SIGN}) +({_VALUE})")
_COMPARED = re.compile(rf"({_NAME})({_SIGN})(.+)", re.DOTALL)
_COLON = re.compile(r"(\w+): *(?!//)(\S.*)", re.DOTALL)
#: Words of ours that somebody expects before a colon, and what they stand for: `{}` is the rest.
_EXPECTED = {
    "env": (("in:env {}", "in environment variables"),
            ("path:env_vars.{}", "the variable of that name")),
    "env_vars": (("path:env_vars.{}", "the variable of that name"),),
    "args": (("in:args {}", "in arguments and fields"),),
    "arguments": (("in:args {}", "in arguments and fields"),),
    "xcom": (("in:xcom {}", "in what tasks gave"), ("key:{}", "the key of that name")),
    "xcom_key": (("key:{}", "the key of that name"),),
    "field": (("key:{}", "the field of that name"), ("in:args {}", "in arguments and fields")),
    "value": (("{}", "in values, as all words are"),),
    "text": (("{}", "in values, as all words are"),),
}  # fmt: skip
#: What people call states of Airflow.
_STATES_CALLED = {
    "error": "failed", "errored": "failed", "broken": "failed", "red": "failed", "ok": "success",
    "done": "success", "green": "success", "succeeded": "success", "retry": "up_for_retry",
    "retrying": "up_for_retry", "rescheduled": "up_for_reschedule", "waiting": "awaiting_input",
}  # fmt: skip
_PLACES_CALLED = {"arguments": "args", "fields": "args", "field": "args", "gave": "xcom"}
_SHORTEST_STATE = 2


@dataclass(frozen=True, slots=True)
class Correction:
    text: str  # The whole search.
    says: str  # What it makes of it.


#: What a stretch of the search may be meant as, and in what way.
_Options = Sequence[tuple[str, str]]


def corrections(typed: str, *, now: datetime) -> tuple[Correction, ...]:
    """Searches that can be read and say something else than this one."""
    read = _read(typed, now)
    parts = list(_parts([word.text for word in words(typed)]))
    found: dict[str, Correction] = {}
    for one in _combined(parts):
        query = _read(one.text, now)
        if one.says and query and query.terms and query != read:
            found.setdefault(one.text, one)
    return tuple(found.values())[:_MOST]


def unknown_states(typed: str) -> tuple[str, ...]:
    """What stands behind `state:` and is no state of any Airflow that we know."""
    named = (word.text.lower().removeprefix("-") for word in words(typed))
    states = (one.removeprefix("state:") for one in named if one.startswith("state:"))
    return tuple(one for one in states if one not in STATES and "*" not in one)


def _read(text: str, now: datetime) -> Query | None:
    try:
        return parse(text, now=now)
    except NotUnderstood:
        return None


def _combined(parts: Sequence[_Options]) -> Iterator[Correction]:
    """All slips put right in the likeliest way; then each in its other ways."""
    likeliest = [options[0] for options in parts]
    yield _joined(likeliest)
    for at, options in enumerate(parts):
        for option in options[1:]:
            yield _joined([*likeliest[:at], option, *likeliest[at + 1 :]])


def _joined(options: _Options) -> Correction:
    says = dict.fromkeys(says for _, says in options if says)
    return Correction(" ".join(filter(None, (text for text, _ in options))), ", ".join(says))


def _parts(terms: Sequence[str]) -> Iterator[_Options]:
    """Each stretch of terms with what it may be meant as; itself where nothing is wrong with it."""
    at = 0
    while at < len(terms):
        taken, options = next(
            (taken, options) for taken in (3, 2, 1) if (options := _meant(terms[at : at + taken]))
        )
        yield options
        at += min(taken, len(terms) - at)


def _meant(terms: Sequence[str]) -> _Options:
    minus = "-" if terms[0].startswith("-") and len(terms[0]) > 1 else ""
    text = " ".join(terms).removeprefix(minus)
    options = _together(text) if len(terms) > 1 else _alone(text)
    # Of two terms the minus would turn only the first around.
    meant_so = [(minus + one, says) for one, says in options if not (minus and " " in one)]
    return meant_so or ([(terms[0], "")] if len(terms) == 1 else [])


def _together(text: str) -> list[tuple[str, str]]:
    """What several terms in a row are, when they were meant as one."""
    time = SPLIT_MOMENT.fullmatch(text)
    if time:
        return [(f"{time[1]}T{time[2]}", "a day and its time, with a T between them")]
    spaced = _SPACED.fullmatch(text)
    if spaced:
        name, sign, value = (one for one in spaced.groups() if one is not None)
        right = MISTAKEN_SIGNS.get(sign, sign)
        return _as_scope(name, right, value) or [
            (f"{name}{right}{value}", "compared, without spaces")
        ]
    colon = _COLON.fullmatch(text)
    is_apart = colon and colon[1].lower() in EXAMPLES and text.startswith(f"{colon[1]}: ")
    if colon and is_apart and " " not in colon[2]:
        return [(f"{colon[1]}:{colon[2]}", "without a space behind the colon")]
    negated = re.fullmatch(r"NOT (\S+)", text)
    return [(f"-{negated[1]}", "all but that")] if negated else []


def _alone(text: str) -> list[tuple[str, str]]:
    if text == "AND":
        return [("", "all terms hold anyway")]
    compared = _COMPARED.fullmatch(text)
    if compared:
        name, sign, value = compared.groups()
        right = MISTAKEN_SIGNS.get(sign, sign)
        by_sign = [(f"{name}{right}{value}", f"with {right}")] if right != sign else []
        return _as_scope(name, right, value) or by_sign
    colon = _COLON.fullmatch(text)
    return _behind_colon(colon[1].lower(), colon[2]) if colon else []


def _as_scope(name: str, sign: str, value: str) -> list[tuple[str, str]]:
    """`dag=geo`: a name of Airflow, where a key of that name is compared."""
    word = meant(name, EXAMPLES)
    if word is None or word == "re" or sign not in {"=", "!="}:
        return []
    if sign == "!=":
        return [(f"-{word}:{value}", f"{word} with a colon")]
    behind = _behind_colon(word, value) if word in {"state", "in"} else []
    return behind or [(f"{word}:{value}", f"{word} with a colon")]


def _behind_colon(word: str, rest: str) -> list[tuple[str, str]]:
    if word in _EXPECTED:
        return [(form.format(rest), says) for form, says in _EXPECTED[word]]
    if word == "state":
        states = () if rest in STATES else _states(rest.lower())
        return [(f"state:{one}", "a state of Airflow") for one in states]
    if word == "in":
        return [(f"in:{one}", "a place") for one in _places(rest.lower())]
    if word == "re":
        return _pattern(rest)
    right = None if word in EXAMPLES else meant(word, EXAMPLES)
    return [(f"{right}:{rest}", f"the word is {right}:")] if right else []


def _states(said: str) -> list[str]:
    """The states that it may mean, those that begin so before those that hold it."""
    if len(said) < _SHORTEST_STATE or "*" in said:
        return []
    near = filter(None, (_STATES_CALLED.get(said), meant(said, STATES)))
    holding = sorted(STATES, key=lambda one: (not one.startswith(said), one))
    within = (one for one in holding if said in one or said.startswith(one))
    return list(dict.fromkeys(one for one in chain(near, within) if one in STATES))


def _places(said: str) -> list[str]:
    known = [one.value for one in Within]
    begun = (one for one in known if one.startswith(said) or said.startswith(one))
    near = (_PLACES_CALLED.get(said), meant(said, known), *begun)
    return [] if said in known else [one for one in dict.fromkeys(near) if one in known]


def _pattern(rest: str) -> list[tuple[str, str]]:
    if not rest.startswith("/"):
        return [(f"re:/{rest}/", "the pattern between slashes")]
    flagged = UNKNOWN_FLAGS.match(rest)
    return [(f"re:/{flagged[1]}/{rest[flagged.end() :]}", "without the flag")] if flagged else []
