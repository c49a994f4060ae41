"""What somebody probably meant: the nearest of the names there are."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

#: Below this likeness a suggestion would rather mislead.
_ALIKE = 0.55
#: How much nearer a preferred name counts.
_PREFERENCE = 0.08
#: How much less near than the nearest a name may be and still be meant.
_MARGIN = 0.2
_MOST_NEAR = 4
#: Longer names are cut before they are compared; the work grows with the square.
_LONGEST = 200
#: Names compared at most, and those of them that are looked at closely.
_MOST_NAMES, _MOST_CANDIDATES = 5_000, 50
#: What names that have the same words, or one within the other, are alike at least.
_SAME_WORDS, _WITHIN, _SHORTEST_WITHIN = 0.9, 0.6, 4

_WORD = re.compile(r"[a-z]+|[A-Z][a-z]*|[0-9]+")


def nearest(wrong: str, names: Iterable[str], preferred: Container[str] = ()) -> str | None:
    """The likeliest correction, or None when nothing is near enough.

    Two letters swapped count as one mistake, so `extarct` finds `extract`. Of names about equally
    near, a preferred one wins.
    """
    return next(iter(nearest_first(wrong, names, preferred)), None)


def nearest_first(wrong: str, names: Iterable[str], preferred: Container[str] = ()) -> list[str]:
    """The few names that may be meant, the likeliest first."""
    scored = sorted(
        (
            (score + (_PREFERENCE if name in preferred else 0.0), tie, name)
            for score, tie, name in _ranked(wrong, frozenset(names))
        ),
        key=lambda one: (-one[0], -one[1], one[2]),
    )
    near = [one for one in scored if one[0] >= max(_ALIKE, scored[0][0] - _MARGIN)]
    return [name for _, _, name in near[:_MOST_NEAR]]


@lru_cache(maxsize=1_024)
def _ranked(wrong: str, names: frozenset[str]) -> tuple[tuple[float, float, str], ...]:
    """The names that are alike at all, whoever asks."""
    found = []
    for name in _candidates(wrong, _known(names)):
        score = likeness(wrong, name)
        if name != wrong and score >= _ALIKE - _PREFERENCE:
            tie = JaroWinkler.similarity(wrong[:_LONGEST], name[:_LONGEST])
            found.append((score, tie, name))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Known:
    """Names as they are compared."""

    names: tuple[str, ...]
    plain: tuple[str, ...]
    by_words: dict[tuple[str, ...], list[str]]


@lru_cache(maxsize=16)
def _known(names: frozenset[str]) -> _Known:
    known = tuple(sorted(names)[:_MOST_NAMES])
    by_words: dict[tuple[str, ...], list[str]] = {}
    for name in known:
        by_words.setdefault(tuple(_words(name)), []).append(name)
    return _Known(known, tuple(map(_plain, known)), by_words)


def _candidates(wrong: str, known: _Known) -> Iterator[str]:
    """The names that can be alike; to compare each of a thousand in Python takes too long."""
    plain, least = _plain(wrong), _ALIKE - _PREFERENCE
    alike = process.extract(
        plain,
        known.plain,
        scorer=DamerauLevenshtein.normalized_similarity,
        score_cutoff=least,
        limit=_MOST_CANDIDATES,
    )
    within = (at for at, one in enumerate(known.plain) if plain in one or one in plain)
    places = dict.fromkeys((*(at for _, _, at in alike), *islice(within, _MOST_CANDIDATES)))
    words = known.by_words.get(tuple(_words(wrong)), ())
    yield from dict.fromkeys((*(known.names[at] for at in places), *words[:_MOST_CANDIDATES]))


def _plain(name: str) -> str:
    return name[:_LONGEST].casefold().replace("-", "_")


def likeness(one: str, other: str) -> float:
    """From 0 to 1; names that only differ in case or in `-` and `_` are nearly the same."""
    plain = [_plain(one), _plain(other)]
    alike = DamerauLevenshtein.normalized_similarity(plain[0], plain[1])
    if plain[0] in plain[1] or plain[1] in plain[0]:
        shorter = min(map(len, plain))
        alike = max(alike, _WITHIN if shorter >= _SHORTEST_WITHIN else 0.0)
    if alike < _SAME_WORDS and _words(one) == _words(other) != []:
        alike = _SAME_WORDS
    return alike


def _words(name: str) -> list[str]:
    """The words of a name, whichever way and in which order it puts them together."""
    return sorted(word.lower() for word in _WORD.findall(name[:_LONGEST]))
