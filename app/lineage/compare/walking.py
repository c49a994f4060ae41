"""Where two JSON values differ, leaf by leaf."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from app.lineage.compare.comparison import ChangeKind
from app.lineage.compare.lists import item_pairs
from app.lineage.fields import every_leaf
from app.model.values import Json, Path

# Differences of one value that are told; what is beyond them is counted.
_MOST = 400
# Names that only one side has are compared with each other when they are no more than these.
_MOST_NAMES = 40
#: Steps into a value; what is deeper is one leaf.
DEEPEST = 60


@dataclass(frozen=True, slots=True)
class LeafChange:
    """A leaf of one value that is another, or missing, in the other value."""

    kind: ChangeKind
    left_path: Path | None
    right_path: Path | None
    left: Json = None
    right: Json = None


@dataclass(slots=True)
class Differences:
    leaves: list[LeafChange] = field(default_factory=list)
    unshown: int = 0
    #: Places of items that are the same and moved: an item was put in before them, or taken out.
    moved: list[tuple[Path, Path]] = field(default_factory=list)

    def add(self, one: LeafChange) -> None:
        if len(self.leaves) < _MOST:
            self.leaves.append(one)
        else:
            self.unshown += 1


#: Whether two names that only one side each has are the same one, such as a run's own date.
NamesAlike: TypeAlias = Callable[[str, str], bool]


def differences(left: Json, right: Json, names_alike: NamesAlike = str.__eq__) -> Differences:
    """The leaves that differ, in the left value's order; null and empty values are leaves too."""
    found = Differences()
    _walk(found, left, right, (), (), names_alike)
    return found


def is_same(left: Json, right: Json) -> bool:
    """Whether both are the same JSON: 1, 1.0 and true are three values, NaN is one."""
    if isinstance(left, str) or isinstance(right, str):
        return left == right
    return _text(left) == _text(right)


def _walk(  # noqa: PLR0913, PLR0917 - both sides of everything
    found: Differences, left: Json, right: Json, at: Path, to: Path, names_alike: NamesAlike
) -> None:
    if isinstance(left, dict) and isinstance(right, dict) and len(at) < DEEPEST:
        for one, other in _name_pairs(left, right, names_alike):
            inner = left[one] if one is not None else _NOTHING
            outer = right[other] if other is not None else _NOTHING
            if not _is_plainly_same(inner, outer):
                _enter(found, (inner, outer), (*at, one), (*to, other), names_alike)
    elif isinstance(left, list) and isinstance(right, list) and len(at) < DEEPEST:
        for i, j in item_pairs(_keys(left), _keys(right)):
            inner = left[i] if i is not None else _NOTHING
            outer = right[j] if j is not None else _NOTHING
            if not _is_plainly_same(inner, outer):
                _enter(found, (inner, outer), (*at, i), (*to, j), names_alike)
            if i is not None and j is not None and i != j:
                found.moved.append(((*at, i), (*to, j)))
    elif _is_leaf(left, at) and _is_leaf(right, to):
        if not is_same(left, right):
            found.add(LeafChange(ChangeKind.CHANGED, at, to, left, right))
    else:
        _replaced(found, left, right, at, to)


def _is_plainly_same(left: object, right: object) -> bool:
    """Whether that can be told without a look inside: most leaves are."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict | list):
        return not left and not right
    return left == right


class _Nothing:
    """Stands for what is not there: null is there."""


_NOTHING = _Nothing()
_Maybe: TypeAlias = "Json | _Nothing"


def _enter(
    found: Differences,
    pair: tuple[_Maybe, _Maybe],
    at: tuple[str | int | None, ...],
    to: tuple[str | int | None, ...],
    names_alike: NamesAlike,
) -> None:
    left, right = pair
    here, there = _known(at), _known(to)
    if not isinstance(left, _Nothing) and not isinstance(right, _Nothing):
        _walk(found, left, right, here, there, names_alike)
    elif not isinstance(left, _Nothing):
        _vanished(found, left, here)
    elif not isinstance(right, _Nothing):
        _added(found, right, there)


def _known(path: tuple[str | int | None, ...]) -> Path:
    return tuple(step for step in path if step is not None)


def _replaced(found: Differences, left: Json, right: Json, at: Path, to: Path) -> None:
    """A leaf against what has leaves, or a mapping against a list."""
    if _is_leaf(left, at) or _is_leaf(right, to):
        found.add(LeafChange(ChangeKind.CHANGED, at, to, left, right))
    else:
        _vanished(found, left, at)
        _added(found, right, to)


def _vanished(found: Differences, value: Json, at: Path) -> None:
    for path, leaf in every_leaf(value, at, deepest=DEEPEST):
        found.add(LeafChange(ChangeKind.VANISHED, path, None, left=leaf))


def _added(found: Differences, value: Json, to: Path) -> None:
    for path, leaf in every_leaf(value, to, deepest=DEEPEST):
        found.add(LeafChange(ChangeKind.ADDED, None, path, right=leaf))


def _is_leaf(value: Json, path: Path) -> bool:
    return not isinstance(value, dict | list) or not value or len(path) >= DEEPEST


def _name_pairs(
    left: dict[str, Json], right: dict[str, Json], names_alike: NamesAlike
) -> Iterator[tuple[str | None, str | None]]:
    """Names of both mappings, the left one's first; those of one side that are alike are pairs."""
    if left.keys() == right.keys():
        yield from zip(left, left, strict=True)
        return
    only_right = [name for name in right if name not in left]
    is_few = max(len(only_right), sum(name not in right for name in left)) <= _MOST_NAMES
    for name in left:
        if name in right:
            yield name, name
            continue
        alike = [other for other in only_right if is_few and names_alike(name, other)]
        if alike:
            only_right.remove(alike[0])
        yield name, alike[0] if alike else None
    yield from ((None, name) for name in only_right)


def _keys(items: list[Json]) -> list[str]:
    # A quote before texts: the text 1 is not the number.
    return [f'"{one}' if isinstance(one, str) else _text(one) for one in items]


def _text(value: Json) -> str:
    """Equal for equal values alone, whatever the order of names."""
    return json.dumps(value, sort_keys=True)
