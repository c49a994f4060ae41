"""How rare a text is: how many bits of chance it would take to meet it twice."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.lineage.fields import leaves, text_of
from app.model.facts import RunFacts
from app.model.masks import (
    COMMON,
    MASK,
    RARE,
    SECRET,
    digest_length,
    has_bare_mask,
    without_digests,
)
from app.model.values import Json

#: Bits of a decimal digit, and of a character where letters and digits are mixed.
_DIGIT, _MIXED, _FOREIGN = math.log2(10), 4.2, 6.0
#: Bits of the run's own id in a text: it varies from run to run, yet every task knows it.
_RUN_ID = 10.0
#: Bits of words by their length; longer words are no rarer, people choose from few.
_WORD = (0.0, 3.0, 4.0, 5.0, 6.0, 7.0)
#: Characters of a text that are weighed.
_MOST_WEIGHED = 400
#: Leaves of a mapping or list that are weighed.
_MOST_LEAVES = 50
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
#: Dates, months, years, and the time of day to the second: all tasks of a run share them.
_MOMENT = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:"
    r"-\d\d(?:-\d\d(?:[T ]\d\d:?\d\d(?::?\d\d)?)?)?"
    r"|(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\d|3[01])(?:[T_]?\d{6})?)?"
    r"|)(?!\d)"
)
#: Names that a cloud gave to what outlives every run; the account of a role is no news.
_LASTING = re.compile(
    r"\barn:[\w-]*:\S*|\b(?:acl|ami|eni|igw|nat|rtb|sg|subnet|vol|vpc|vpce)-[0-9a-f]{8,}\b"
)
_RUN = re.compile(r"[A-Za-z0-9]+|[^\x00-\x7f]")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_ALTERNATION = re.compile(r"[A-Za-z]+|[0-9]+")
_COUNTING = "0123456789012345678901234567890"
_ANY_DIGIT = str.maketrans("123456789", "000000000")


@dataclass(frozen=True, slots=True)
class Rarity:
    """Bits of a text. `telling`: those of its parts that are no words, dates or round numbers."""

    bits: float
    telling: float

    def __add__(self, other: "Rarity") -> "Rarity":
        return Rarity(self.bits + other.bits, self.telling + other.telling)


NOTHING = Rarity(0, 0)
#: Of secrets it is not known how rare they are: they tell something when they change together.
_OF_DIGEST = {0: NOTHING, COMMON: NOTHING, SECRET: Rarity(20, 0), RARE: Rarity(32, 32)}


class Rarities:
    """How rare texts are in one run; what every task of the run knows is not rare."""

    def __init__(self, facts: RunFacts) -> None:
        run = facts.run
        self._run_id = run.key.run_id
        moments = (run.logical_date, run.run_after, run.queued_at, run.start, run.end)
        self._fractions = _fractions(moments)
        conf = (text_of(value) for _, value in leaves(run.conf))
        self._known = {run.key.dag_id, *(task.task_id for task in facts.tasks), *conf}
        self._weighed: dict[str, Rarity] = {}
        self._runs: dict[str, tuple[float, float]] = {}

    def of(self, text: str) -> Rarity:
        """The rarity of one text, or of a number's text."""
        if text not in self._weighed:
            self._weighed[text] = self._of(text)
        return self._weighed[text]

    def of_value(self, value: Json) -> Rarity:
        """The rarity of all the leaves of a value together."""
        texts = (
            text_of(leaf) for _, (_, leaf) in zip(range(_MOST_LEAVES), leaves(value), strict=False)
        )
        return sum((self.of(text) for text in dict.fromkeys(texts)), NOTHING)

    def _of(self, text: str) -> Rarity:
        if text in self._known:
            return NOTHING
        if MASK in text:
            return self._of_masked(text)
        rest, of_run = _SCHEME.sub(" ", text[:_MOST_WEIGHED]), 0.0
        if self._run_id and self._run_id in rest:
            rest, of_run = rest.replace(self._run_id, " "), _RUN_ID
        for fraction in self._fractions:
            rest = rest.replace(fraction, " ")
        rest = _MOMENT.sub(" ", _LASTING.sub(_lasting, rest))
        words, telling = 0.0, of_run
        for run in _RUN.findall(rest):
            known = self._runs.get(run)
            if known is None:
                known = self._runs[run] = _weighed(run)
            words, telling = words + known[0], telling + known[1]
        return Rarity(words + telling, telling)

    def _of_masked(self, text: str) -> Rarity:
        """What is behind a mask may be anything; a digest is as rare as its length says."""
        of_digest = NOTHING if has_bare_mask(text) else _OF_DIGEST[digest_length(text)]
        rest = without_digests(text)
        return of_digest + self._of(rest) if of_digest.bits and MASK not in rest else of_digest


def undated(text: str, run_id: str) -> str:
    """The text without what the run alone makes different: its id, and dates."""
    return _MOMENT.sub(" ", text.replace(run_id, " ") if run_id else text)


def _lasting(name: re.Match[str]) -> str:
    """The name without its numbers, so that its words are left to be weighed."""
    return re.sub(r"[\w-]*\d[\w-]*", " ", name[0])


def shape(text: str) -> str:
    """The text with its digits made equal: numbered texts, and numbers of one length, are alike."""
    return text.translate(_ANY_DIGIT)


def _fractions(moments: Iterable[datetime | None]) -> tuple[str, ...]:
    found = {f"{one:%S.%f}" for one in moments if one is not None and one.microsecond}
    return tuple(sorted(found))


def _weighed(run: str) -> tuple[float, float]:
    """Bits of the words, and of what is no word, in one run of letters and digits."""
    if run.isdigit():
        return 0, _DIGIT * _significant(run)
    if not run.isascii():
        return 0, _FOREIGN
    parts = _ALTERNATION.findall(run)
    if len(parts) > 3 or (len(parts) == 3 and len(run) > 5):  # noqa: PLR2004  # i18n, k8s are words
        return 0, _MIXED * len(run)
    if len(parts) == 2 and parts[0] in "vV":  # noqa: PLR2004  # a version is chosen from few
        return _WORD[1], 0
    words = [one for one in _PART.findall(run) if not one.isdigit()]
    digits = sum(_significant(one) for one in parts if one.isdigit())
    return sum(_WORD[min(len(one), len(_WORD) - 1)] for one in words), _DIGIT * digits


def _significant(digits: str) -> int:
    """Digits that chance chose: not the zeros of a round number, nor those of a whole minute."""
    core = digits.strip("0")
    if len(set(core)) <= 1 or core in _COUNTING:
        return min(len(core), 1)
    whole_minute = {10: 60, 13: 60_000}.get(len(digits))
    if whole_minute and digits[0] in "12" and int(digits) % whole_minute == 0:
        return 0
    return len(core)
