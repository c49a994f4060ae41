"""What one task instance got and gave in two runs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from app.lineage.compare.always import Past, Sides, always
from app.lineage.compare.comparison import (
    Change,
    Doubt,
    DoubtAt,
    Pair,
    SideName,
)
from app.lineage.compare.documents import fields_of, pods_of, read
from app.lineage.compare.matching import Matched
from app.lineage.compare.own import Own, is_own
from app.lineage.compare.walking import Differences, LeafChange, NamesAlike, differences
from app.model.leaves import Place
from app.model.sides import InstanceSide, StoredValue
from app.model.values import Json, Path

#: States of a task instance whose pod or callable never ran: nothing of it can be compared.
DID_NOT_RUN = frozenset({"skipped", "upstream_failed", "removed", None})

#: Place in the right run's field to that in the left one's, where an item moved.
Moved: TypeAlias = tuple[tuple[Path, Path], ...]


@dataclass(frozen=True, slots=True)
class Runs:
    """What is the same for every task instance of two runs."""

    sides: Sides
    before_own: Own | None  # Of the good run before the reference.
    before: Callable[[InstanceSide], InstanceSide | None]  # The reference's instance in it.


@dataclass(frozen=True, slots=True)
class Compared:
    pair: Pair
    moved: Moved = ()


def compared(match: Matched, runs: Runs) -> Compared:
    left, right = match
    if left is None or right is None:
        return Compared(Pair(left, right))
    own = replace(runs, sides=replace(runs.sides, ours=_own(runs.sides, left, right)))
    fields, doubts, moved = _fields(left, right, own)
    given, doubts_given = _xcoms(left, right, own)
    return Compared(Pair(left, right, (*fields, *given), (*doubts, *doubts_given)), moved)


def _own(sides: Sides, left: InstanceSide, right: InstanceSide) -> tuple[Own, Own]:
    return (
        sides.ours[0].of(try_number=left.try_number, pods=pods_of(left)),
        sides.ours[1].of(try_number=right.try_number, pods=pods_of(right)),
    )


def _fields(
    left: InstanceSide, right: InstanceSide, runs: Runs
) -> tuple[list[Change], list[DoubtAt], Moved]:
    if left.rendered is None or right.rendered is None:
        has_run = not {left.state, right.state} & DID_NOT_RUN
        doubt = DoubtAt(Doubt.NOT_RENDERED, Place.FIELD)
        is_worth_saying = has_run and left.rendered is not right.rendered
        return [], [doubt] if is_worth_saying else [], ()
    if left.rendered == right.rendered:
        return [], [], ()
    values = fields_of(left.rendered), fields_of(right.rendered)
    found = differences(*values, _alike(runs.sides))
    doubts = [DoubtAt(Doubt.MORE, Place.FIELD, number=found.unshown)] if found.unshown else []
    past = _Earlier(runs, left, right, values, lambda one: fields_of(one.rendered))
    changes = [
        _change(one, Place.FIELD, str(_first(one)), runs.sides, past) for one in found.leaves
    ]
    return changes, doubts, tuple(found.moved)


def _first(one: LeafChange) -> str | int:
    path = one.left_path or one.right_path or ("",)
    return path[0]


def _xcoms(
    left: InstanceSide, right: InstanceSide, runs: Runs
) -> tuple[list[Change], list[DoubtAt]]:
    """Keys of both; one that only one side has says something where both ended well."""
    changes: list[Change] = []
    doubts: list[DoubtAt] = []
    is_whole = left.state == right.state == "success"
    for key in dict.fromkeys((*left.xcoms, *right.xcoms)):
        pair = left.xcoms.get(key), right.xcoms.get(key)
        if all(pair) or is_whole:
            found, doubt = _xcom(key, pair, (left, right), runs)
            changes += found
            doubts += doubt
    return changes, doubts


def _xcom(
    key: str,
    pair: tuple[StoredValue | None, StoredValue | None],
    instances: tuple[InstanceSide, InstanceSide],
    runs: Runs,
) -> tuple[list[Change], list[DoubtAt]]:
    stored = [one for one in pair if one]
    is_same = _is_same(*pair)
    if is_same:
        return [], []
    if any(one.text is None for one in stored):
        doubt = Doubt.TOO_BIG if is_same is None else Doubt.DIFFERS
        return [], [DoubtAt(doubt, Place.XCOM, key)]
    # A key alone is a leaf, or leaves, of which the other side has nothing.
    values: tuple[dict[str, Json], dict[str, Json]] = (
        {key: read(pair[0].text)} if pair[0] else {},
        {key: read(pair[1].text)} if pair[1] else {},
    )
    found = differences(*values, _alike(runs.sides))
    past = _Earlier(runs, *instances, values, lambda one: _value(one, key))
    changes = [_change(one, Place.XCOM, key, runs.sides, past) for one in found.leaves]
    doubts = [*_xcom_doubts(key, stored, found)]
    if is_same is False and doubts and not changes:
        doubts.insert(0, DoubtAt(Doubt.DIFFERS, Place.XCOM, key))
    return changes, doubts


def _is_same(left: StoredValue | None, right: StoredValue | None) -> bool | None:
    """None: that cannot be told from what is known of them."""
    if left is None or right is None:
        return None
    if left.digest and right.digest:
        return left.digest == right.digest
    if left.text is None or right.text is None or left.is_cut or right.is_cut:
        return False if left.size != right.size else None
    return left.text == right.text


def _xcom_doubts(key: str, stored: list[StoredValue], found: Differences) -> Iterator[DoubtAt]:
    if any(one.is_cut for one in stored):
        yield DoubtAt(Doubt.CUT, Place.XCOM, key)
    if found.unshown:
        yield DoubtAt(Doubt.MORE, Place.XCOM, key, found.unshown)


def _value(one: InstanceSide, key: str) -> dict[str, Json]:
    stored = one.xcoms.get(key)
    return {key: read(stored.text)} if stored and stored.text is not None else {}


@dataclass(slots=True)
class _Earlier:
    """The good run's value before, read when the first change asks for it."""

    runs: Runs
    left: InstanceSide
    right: InstanceSide
    values: tuple[dict[str, Json], dict[str, Json]]
    read: Callable[[InstanceSide], dict[str, Json]]
    found: Past | None = None
    is_looked_up: bool = False

    def past(self) -> Past | None:
        if not self.is_looked_up:
            self.is_looked_up, self.found = True, self._look_up()
        return self.found

    def _look_up(self) -> Past | None:
        if self.runs.before_own is None:
            return None
        is_left = self.runs.sides.reference is SideName.LEFT
        one = self.runs.before(self.left if is_left else self.right)
        if one is None:
            return None
        good, subject = self.values if is_left else (self.values[1], self.values[0])
        own = self.runs.before_own.of(try_number=one.try_number, pods=pods_of(one))
        return Past(subject=subject, good=good, before=self.read(one), before_own=own)


def _change(one: LeafChange, place: Place, name: str, sides: Sides, past: _Earlier) -> Change:
    return Change(
        kind=one.kind,
        place=place,
        name=name,
        left_path=None if one.left_path is None else one.left_path[1:],
        right_path=None if one.right_path is None else one.right_path[1:],
        left=one.left,
        right=one.right,
        always=always(one, sides, place=place, name=name, past=past.past),
    )


def _alike(sides: Sides) -> NamesAlike:
    def are_alike(left: str, right: str) -> bool:
        return is_own(left, right, sides.ours) == (True, False)

    return are_alike
