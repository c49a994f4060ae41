"""The values of a run's XComs, found again in texts, numbers and documents."""

import ast
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from app.lineage.fields import leaves, text_of
from app.lineage.likeness.rarity import shape
from app.model.facts import XCom
from app.model.masks import plain
from app.model.values import Json, Path

#: Leaves and containers of one XCom, and of all, that are known; a run with more tells nothing.
_MOST_OF_ONE = 5_000
_MOST_OF_ALL = 40_000
#: Ways in which values are looked for around one word, and values that are found in one text.
_MOST_WAYS = 64
_MOST_MATCHES = 1_000
#: Containers that are compared, as they begin and end alike; characters of a leaf that say so.
_MOST_SIGNED = 40
_MOST_ALIKE = 100
_DEEPEST = 5
#: Shortest text and least number that can be told from chance.
_SHORTEST, _LEAST = 4, 10_000
#: Characters of one text that are searched, and of all texts that are read as documents.
_LONGEST_TEXT = 20_000
_MOST_PARSED = 400_000
_PODS_OWN_KEYS = frozenset({"pod_name", "pod_namespace"})
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in an XCom."""

    xcom: XCom
    path: Path


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of a field's text in which a value stands that XComs hold too."""

    value: Json
    text: str  # The field's characters.
    span: tuple[int, int]
    places: list[Place]

    @property
    def is_document(self) -> bool:
        return isinstance(self.value, dict | list)

    @property
    def is_number(self) -> bool:
        return self.text.lstrip("-").replace(".", "", 1).isdigit()

    def is_value(self, value: Json) -> bool:
        """Whether it is this one, numbers and their texts being the same."""
        return value == self.value if self.is_document else plain(text_of(value)) == self.text

    def stands_in(self, value: Json) -> bool:
        """Whether a field that holds the value shows this one."""
        return value == self.value or stands_in(self.text, plain(text_of(value)))


class Values:
    """Every leaf and container of the XComs. `is_whole`: none of them had to be left out."""

    def __init__(self, xcoms: Iterator[XCom]) -> None:
        self.is_whole = True
        self._count = 0
        self._by_text: dict[str, list[Place]] = defaultdict(list)
        self._ways: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._containers: dict[str, list[tuple[Json, list[Place]]]] = defaultdict(list)
        self._lengths: set[int] = set()
        self._found: dict[str, tuple[Match, ...]] = {}
        self._left_to_parse = _MOST_PARSED
        for xcom in xcoms:
            if not xcom.truncated and xcom.at.key not in _PODS_OWN_KEYS:
                self._add(xcom)

    @cached_property
    def _crowds(self) -> Counter[str]:
        return Counter(map(shape, self._by_text))

    def crowd(self, match: Match) -> int:
        """How many values of the run differ from it in nothing but digits, itself included."""
        return 1 if match.is_document else self._crowds[shape(match.text)]

    def container(self, value: Json) -> Match | None:
        """The mapping or list of a field, when XComs hold the very same."""
        places = self._places(value)
        text = text_of(value) if places else ""
        return Match(value, text, (0, len(text)), places) if places else None

    def matches(self, text: str) -> tuple[Match, ...]:
        """Where values stand in the text as whole words, those that overlap included."""
        if text not in self._found:
            words = islice(self._words(plain(text[:_LONGEST_TEXT])), _MOST_MATCHES)
            self._found[text] = (*self._documents(text), *words)
        return self._found[text]

    def _add(self, xcom: XCom) -> None:
        for count, (path, value) in enumerate(_nodes(xcom.value)):
            if count >= _MOST_OF_ONE or self._count >= _MOST_OF_ALL:
                self.is_whole = self._count < _MOST_OF_ALL
                return
            self._count += 1
            if isinstance(value, dict | list):
                self._add_container(value, Place(xcom, path))
            elif _may_tell(value):
                self._add_text(plain(text_of(value)), Place(xcom, path))

    def _add_container(self, value: "list[Json] | dict[str, Json]", place: Place) -> None:
        if not value:
            return
        self._lengths.add(len(value))
        alike = self._containers[_signature(value)]
        same = _same(value, alike)
        if same:
            same.append(place)
        elif len(alike) < _MOST_ALIKE:
            alike.append((value, [place]))

    def _places(self, value: Json) -> list[Place]:
        """Where XComs hold this mapping or list."""
        if not isinstance(value, dict | list) or len(value) not in self._lengths:
            return []
        return _same(value, self._containers.get(_signature(value), []))

    def _add_text(self, text: str, place: Place) -> None:
        if text not in self._by_text:
            # The longest word is the rarest, so that few texts have to be tried around it.
            anchor = max(_WORD.findall(text[:_LONGEST_TEXT]), key=len, default="")
            if not anchor:
                return
            ways, way = self._ways[anchor], (text.find(anchor), len(text))
            if way not in ways and len(ways) < _MOST_WAYS:
                ways.append(way)
        self._by_text[text].append(place)

    def _words(self, text: str) -> Iterator[Match]:
        for word in _WORD.finditer(text):
            for offset, length in self._ways.get(word[0], ()):
                start = word.start() - offset
                end = start + length
                if start < 0 or end > len(text):
                    continue
                places = self._by_text.get(text[start:end])
                if places and is_word(text, start, end):
                    yield Match(text[start:end], text[start:end], (start, end), places)

    def _documents(self, text: str) -> Iterator[Match]:
        """The document that a text ends with: `{…}`, `--config={…}`, Python's text of a list."""
        body = text.rstrip()
        start = min((at for at in (body.find("{"), body.find("[")) if at >= 0), default=-1)
        if start < 0 or not self._containers or body[-1] not in "}]":
            return
        self._left_to_parse -= len(body)
        if self._left_to_parse < 0 or len(body) > _LONGEST_TEXT:
            return
        value = _parsed(body[start:])
        places = self._places(value)
        if places:
            # A task that handed the text on gave it as a text.
            texts = self._by_text.get(body[start:], [])
            yield Match(value, body[start:], (start, len(body)), [*places, *texts])


def _same(value: Json, alike: list[tuple[Json, list[Place]]]) -> list[Place]:
    return next((places for known, places in alike if known == value), [])


def stands_in(text: str, whole: str) -> bool:
    """Whether the text stands in the whole as a word of its own, in one place at least."""
    at = whole.find(text) if text else -1
    while at >= 0:
        if is_word(whole, at, at + len(text)):
            return True
        at = whole.find(text, at + 1)
    return False


def is_word(text: str, start: int, end: int) -> bool:
    """Whether the stretch neither begins nor ends within a run of letters and digits."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (before.isalnum() and text[start].isalnum()) and not (
        after.isalnum() and text[end - 1].isalnum()
    )


def _nodes(value: Json) -> Iterator[tuple[Path, Json]]:
    """Every container down to a depth, and every scalar, each before what stands in it."""
    waiting: list[tuple[Path, Json]] = [((), value)]
    while waiting:
        steps, one = waiting.pop()
        if not isinstance(one, dict | list):
            yield steps, one
        elif len(steps) >= _DEEPEST:
            yield from leaves(one, steps)
        else:
            yield steps, one
            inside = one.items() if isinstance(one, dict) else enumerate(one)
            waiting.extend(((*steps, step), inner) for step, inner in inside)


def _signature(value: "list[Json] | dict[str, Json]") -> str:
    """The same for equal values, and seldom the same for others: their first and last parts."""
    if isinstance(value, list):
        first, last, names = value[0], value[-1], ""
    else:
        keys = [key for key in value if isinstance(key, str)] or [""]
        least, greatest = min(keys), max(keys)  # Keys have no order of their own.
        first, last, names = value.get(least), value.get(greatest), f"{least} {greatest}"
    return f"{len(value)} {names} {_signed(first)} {_signed(last)}"


def _signed(value: Json) -> str:
    if isinstance(value, dict | list):
        return str(len(value))
    return str(value)[-_MOST_SIGNED:]


def _may_tell(value: Json) -> bool:
    if isinstance(value, str):
        return len(value) >= _SHORTEST
    if isinstance(value, float):
        return True
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _LEAST


def _parsed(text: str) -> Json:
    try:
        parsed: Json = json.loads(text)
    except (ValueError, RecursionError):
        return _literal(text)
    return parsed


def _literal(text: str) -> Json:
    try:
        parsed: Json = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None
    return parsed
