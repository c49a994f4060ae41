"""Two versions of a value leaf by leaf: what changed, came and went; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from app.graph.addresses import address as exact_address
from app.lineage.beginnings import shared_ends
from app.lineage.fields import address, every_leaf
from app.model.facts import XCom
from app.model.masks import is_mask
from app.model.values import Json, Path
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
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    address: str
    change: Change
    before: Side | None  # None: it was not there.
    after: Side | None  # None: it is not there any more.
    href: str = ""  # The page of the value, the later one where there are two.


#: Leaves by address, in the order of the value.
Leaves = Mapping[str, Json]


def field_leaves(rendered: Mapping[str, Json] | None) -> dict[str, Json]:
    """Rendered fields by their addresses; what holds nothing is none."""
    return {one.address: one.text for one in fields_of(rendered or {})}


def xcom_leaves(xcoms: Iterable[XCom]) -> dict[str, Json]:
    """The leaves of several XComs, bounded; one that is not stored whole is a leaf itself."""
    return {name: leaf for name, (_, _, leaf) in xcom_places(xcoms).items()}


def xcom_places(xcoms: Iterable[XCom]) -> dict[str, tuple[XCom, Path, Json]]:
    """The same leaves, each with the XCom and the path in it."""
    found: dict[str, tuple[XCom, Path, Json]] = {}
    for xcom in xcoms:
        opened = ((), xcom.value) if xcom.truncated else None
        for path, leaf in (opened,) if opened else every_leaf(xcom.value):
            if len(found) >= MOST_LEAVES:
                return found
            # Keys may hold dots and brackets themselves: then the exact address tells them apart.
            name = address(xcom.at.key, path)
            name = exact_address(xcom.at.key, path) if name in found else name
            found[name] = (xcom, path, leaf)
    return found


def compared(
    before: Leaves, after: Leaves, hrefs: Mapping[str, str] = MappingProxyType({})
) -> tuple[Leaf, ...]:
    """All leaves of either version: those of the later one in its order, then those that went.

    `hrefs`: the pages of their values, by address.
    """
    gone = [address for address in before if address not in after]
    rows = (_leaf(address, before, after) for address in (*after, *gone))
    return tuple(replace(row, href=hrefs.get(row.address, "")) for row in rows)


def sides(before: Json, after: Json) -> tuple[Side, Side]:
    """Two values, marked where they differ."""
    old, new = value_text(before), value_text(after)
    if max(len(old), len(new)) > _LONGEST_MARKED or is_mask(before) or is_mask(after):
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
    return Side((Piece(text),), is_masked=is_mask(value))


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
