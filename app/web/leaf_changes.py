"""Two versions of a value leaf by leaf: what changed, came and went; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.graph.addresses import address as exact_address
from app.lineage.beginnings import shared_ends
from app.lineage.fields import address, every_leaf
from app.model.facts import XCom
from app.model.values import Json
from app.web.fields import fields_of
from app.web.marked import changed
from app.web.text import Piece, Preview, preview, value_text

#: Leaves of one version that are compared; what is beyond is told by its number.
MOST_LEAVES = 2_000
# Characters of a leaf that is marked where it differs; a longer one folds.
_LONGEST_MARKED = 600
# Characters of two texts that are compared one by one, what they begin and end with alike aside.
_MOST_COMPARED = 200


class Change(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Side:
    """One version of a leaf: its pieces, or where it is long a preview that unfolds."""

    pieces: tuple[Piece, ...] = ()
    fold: Preview | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    address: str
    change: Change
    before: Side | None  # None: it was not there.
    after: Side | None  # None: it is not there any more.


#: Leaves by address, in the order of the value.
Leaves = Mapping[str, Json]


def field_leaves(rendered: Mapping[str, Json] | None) -> dict[str, Json]:
    """Rendered fields by their addresses; what holds nothing is none."""
    return {one.address: one.text for one in fields_of(rendered or {})}


def xcom_leaves(xcoms: Iterator[XCom] | tuple[XCom, ...]) -> dict[str, Json]:
    """The leaves of several XComs, bounded; one that is not stored whole is a leaf itself."""
    found: dict[str, Json] = {}
    for xcom in xcoms:
        opened = ((), xcom.value) if xcom.truncated else None
        for path, leaf in (opened,) if opened else every_leaf(xcom.value):
            if len(found) >= MOST_LEAVES:
                return found
            # Keys may hold dots and brackets themselves: then the exact address tells them apart.
            name = address(xcom.at.key, path)
            found[exact_address(xcom.at.key, path) if name in found else name] = leaf
    return found


def compared(before: Leaves, after: Leaves) -> tuple[Leaf, ...]:
    """All leaves of either version: those of the later one in its order, then those that went."""
    gone = [address for address in before if address not in after]
    return tuple(_leaf(address, before, after) for address in (*after, *gone))


def sides(before: Json, after: Json) -> tuple[Side, Side]:
    """Two values, marked where they differ."""
    old, new = value_text(before), value_text(after)
    if max(len(old), len(new)) > _LONGEST_MARKED:
        return side(before), side(after)
    start, end = shared_ends(old, new)
    first, second = _middle(old[start : len(old) - end], new[start : len(new) - end])
    head, tail = Piece(old[:start]), Piece(old[len(old) - end :])
    return Side(_joined(head, *first, tail)), Side(_joined(head, *second, tail))


def side(value: Json) -> Side:
    """One value as it is."""
    text = value_text(value)
    if len(text) > _LONGEST_MARKED:
        return Side(fold=preview(value))
    return Side((Piece(text),))


def change_of(address: str, before: Leaves, after: Leaves) -> Change:
    """What became of the leaf that stands there in either version."""
    if address not in before:
        return Change.ADDED
    if address not in after:
        return Change.GONE
    old, new = before[address], after[address]
    return Change.SAME if type(old) is type(new) and old == new else Change.CHANGED


def _leaf(address: str, before: Leaves, after: Leaves) -> Leaf:
    match change_of(address, before, after):
        case Change.CHANGED:
            return Leaf(address, Change.CHANGED, *sides(before[address], after[address]))
        case Change.GONE:
            return Leaf(address, Change.GONE, side(before[address]), None)
        case change:
            return Leaf(address, change, None, side(after[address]))


def _middle(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if max(len(old), len(new)) <= _MOST_COMPARED:
        return changed(old, new)
    return (Piece(old, "removed"),), (Piece(new, "added"),)


def _joined(*pieces: Piece) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece.text)
