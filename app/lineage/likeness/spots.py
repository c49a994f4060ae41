"""Places in the fields of tries, and the values of XComs that stand there."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from app.lineage.fields import TRUNCATED, address, text_of, tree
from app.lineage.likeness.values import Match, Values
from app.model.facts import Try
from app.model.ids import TryKey
from app.model.values import Json, Path

#: Bits that a value needs where it stands alone, and where it is a piece of a longer word.
_ALONE, _WITHIN = 16.0, 28.0
#: Fields that say how a pod runs; what stands in them seldom comes from another task.
_SETTINGS = frozenset(
    {
        "annotations", "cluster_context", "config_file", "hostname", "image", "image_pull_secrets",
        "kubernetes_conn_id", "labels", "name", "namespace", "node_selector", "pod_template_file",
        "queue", "service_account", "service_account_name",
    }
)  # fmt: skip
_MORE_FOR_SETTINGS = 14.0
_BEFORE = frozenset("=/ ,;'\"([{<>&?\t\n")
_AFTER = frozenset("/ ,;'\")]}<>&?#\t\n")
#: Places of one field that are looked at.
_MOST_SPOTS = 5_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the fields of one try, with what stands there."""

    one: Try
    name: str
    steps: Path
    value: Json

    @property
    def address(self) -> str:
        return address(self.name, self.steps)


@dataclass(frozen=True, slots=True)
class Seen:
    """A spot in which values of XComs stand, those that overlap included."""

    spot: Spot
    matches: tuple[Match, ...]


class Fields:
    """Looks for the values in the fields of tries.

    `values` is asked for only when a field is met of which nobody has spoken: where the source
    tells of all of them, the XComs need not be gone through. Nor need they where a try's field
    holds what could tell nothing wherever it came from, as `is_dull` says of a field's text.
    """

    def __init__(self, values: Callable[[], Values], is_dull: Callable[[str, str], bool]) -> None:
        self._ask = values
        self._is_dull = is_dull
        self._whole: dict[TryKey, list[Seen]] = {}

    def of(self, one: Try, covered: frozenset[str] = frozenset()) -> list[Seen]:
        """Where they stand in the try's fields, apart from the addresses that are `covered`."""
        if covered:
            return list(self._look(one, covered))
        if one.key not in self._whole:
            self._whole[one.key] = list(self._look(one, covered))
        return self._whole[one.key]

    def _look(self, one: Try, covered: frozenset[str]) -> Iterator[Seen]:
        for name, rendered in (one.rendered or {}).items():
            if rendered and name not in covered and not _is_cut(rendered):
                inside = self._inside(name, (), tree(name, rendered), covered)
                for steps, value, matches in islice(inside, _MOST_SPOTS):
                    yield Seen(Spot(one, name, steps, value), matches)

    def _inside(
        self, name: str, steps: Path, value: Json, covered: frozenset[str]
    ) -> Iterator[tuple[Path, Json, tuple[Match, ...]]]:
        """Those in the value's leaves, and instead of a document's leaves the document itself."""
        place = address(name, steps) if covered else ""
        if place in covered:
            return
        if not isinstance(value, dict | list):
            text = "" if value is None else text_of(value)
            is_dull = not text or (covered and self._is_dull(name, text))
            matches = () if is_dull else self._matches(text)
            if matches:
                yield steps, value, matches
            return
        is_told = bool(covered) and _speaks_inside(place, covered)
        whole = None if is_told else self._container(value)
        if whole is not None:
            yield steps, value, (whole,)
            return
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from self._inside(name, (*steps, step), inner, covered)

    def _matches(self, text: str) -> tuple[Match, ...]:
        values = self._ask()
        return values.matches(text) if values.is_whole else ()

    def _container(self, value: Json) -> Match | None:
        values = self._ask()
        return values.container(value) if values.is_whole else None


def needed(match: Match, spot: Spot) -> float:
    """Bits that the value needs at its place to tell anything."""
    start, end = match.span
    text = text_of(spot.value)
    if spot.name in _SETTINGS:
        return needed_by_all_of_it(spot.name) if end - start == len(text) else math.inf
    is_alone = (not start or text[start - 1] in _BEFORE) and (
        end == len(text) or text[end] in _AFTER
    )
    if not is_alone and match.is_number:
        return math.inf
    return _ALONE if is_alone else _WITHIN


def needed_by_all_of_it(name: str) -> float:
    """Bits that a value needs to tell anything where a leaf of the field holds nothing else."""
    return _ALONE + (_MORE_FOR_SETTINGS if name in _SETTINGS else 0)


def is_one_or_nothing(name: str, text: str) -> bool:
    """Whether no part of the leaf's text can tell anything: all of it is one value, or none is."""
    if name in _SETTINGS:
        return not text.rstrip().endswith(("}", "]"))  # It could be a document.
    return text.isalnum()


def is_argument(match: Match, spot: Spot) -> bool:
    """Whether the spot holds the text alone, as it is or behind the name of an option."""
    text, (start, end) = text_of(spot.value), match.span
    if match.is_document or end < len(text):
        return False
    return not start or (text[start - 1] == "=" and text.count("=") == 1)


def _is_cut(rendered: Json) -> bool:
    return isinstance(rendered, str) and rendered.startswith(TRUNCATED)


def _speaks_inside(whole: str, covered: frozenset[str]) -> bool:
    """Whether the source has spoken of a part of the value at the place."""
    return any(one.startswith((f"{whole}.", f"{whole}[")) for one in covered)
