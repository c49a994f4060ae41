"""One value, all that flows and equal texts tell of it, read and put together."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from app.lineage.fields import address, at, text_of, tree
from app.lineage.provenance.brought import brought, field_texts, parts_of
from app.lineage.provenance.followed import Followed, Piece, followed
from app.lineage.provenance.occurrences import Provenance, provenance
from app.lineage.provenance.telling import is_telling
from app.model.errors import NotKept
from app.model.findings import KnownFlow, Problem
from app.model.leaves import Leaf, LeafAddress, Place
from app.model.values import Json
from app.store.flows_at import PlaceOfFlow, read_flows_at, read_flows_into
from app.store.pages.value import (
    AskedValue,
    HeldValue,
    SameText,
    read_held_value,
    read_same_text,
    read_same_text_in_run,
    read_some_same_text,
)
from app.store.pages.value_fields import read_open_problems
from app.store.search.kinds import LONGEST
from app.store.session import ReadSession
from app.web.value_readers import read_readers, seen_in

#: Places of a common value that are counted.
MOST_COUNTED = 50


@dataclass(frozen=True, slots=True)
class Common:
    """How many places hold a value that chance puts into many. `is_all`: there are no more."""

    places: int
    is_all: bool


@dataclass(frozen=True, slots=True)
class ValueFacts:
    """`common`: set where equal text tells nothing, and only flows were asked."""

    held: HeldValue
    value: Json
    followed: Followed
    found: Provenance
    older: int | None = None  # The number to go on below, for places that are older.
    common: Common | None = None
    problems: tuple[tuple[int, Problem], ...] = ()  # Open ones of the field, with their numbers.


def read_value(session: ReadSession, asked: AskedValue, *, older: int | None = None) -> ValueFacts:
    """The value and its places, down to a number of leaves; a bounded number of queries.

    Raises NotKept when it is not stored, or not any more.
    """
    held = read_held_value(session, asked)
    facts = _read(session, held, older)
    if held.at.place is Place.XCOM:
        return facts
    return replace(facts, problems=read_open_problems(session, held.at, _fields_at(held.at)))


def _read(session: ReadSession, held: HeldValue, older: int | None) -> ValueFacts:
    value = _value(held)
    text = text_of(value)[:LONGEST]
    cut_from = held.size if held.truncated else None
    chosen = Leaf(0, held.at, value, text, held.state, held.is_gone, cut_from)
    own = read_flows_at(session, [_place(chosen)])
    field = address(held.at.name, held.at.path)
    part = followed(held.at, text, field=field, flows=own)
    if isinstance(value, dict | list):
        return _of_document(session, held, chosen, part, own)
    if not is_telling(part.text, held.at.instance.run):
        return _of_common_text(session, held, chosen, part, own)
    return _of_telling_text(session, held, chosen, part, older)


def _of_document(
    session: ReadSession, held: HeldValue, chosen: Leaf, part: Followed, own: Collection[KnownFlow]
) -> ValueFacts:
    found = provenance(
        held.at,
        part.text,
        leaves=[chosen],
        flows=own,
        is_telling=False,
        fields=read_readers(session, held.at, own),
    )
    return ValueFacts(held, chosen.value, part, found)


def _of_common_text(
    session: ReadSession, held: HeldValue, chosen: Leaf, part: Followed, own: Collection[KnownFlow]
) -> ValueFacts:
    """Equal texts are counted, and not taken for the same value."""
    some = read_some_same_text(session, part.text, most=MOST_COUNTED)
    leaves = _with_chosen(chosen, some.leaves)
    found = provenance(leaves[0].at, part.text, leaves=leaves, flows=own, is_telling=False)
    common = Common(len(some.leaves), is_all=some.older is None)
    return ValueFacts(held, chosen.value, part, found, common=common)


def _of_telling_text(
    session: ReadSession, held: HeldValue, chosen: Leaf, part: Followed, older: int | None
) -> ValueFacts:
    same = read_same_text(session, part.text, older=older)
    if held.at.place is Place.XCOM:
        part = replace(part, pieces=_brought(session, held, chosen.text))
    parts = () if held.at.place is Place.FIELD else parts_of(chosen.text, part.pieces)
    near = _near(session, part.text, chosen, same)
    origins = (leaf for one in parts for leaf in read_same_text_in_run(session, one, of=held.at))
    leaves = _with_chosen(chosen, (*near, *origins))
    flows = read_flows_at(session, [_place(leaf) for leaf in leaves])
    readers = read_readers(session, held.at, flows) if held.truncated else {}
    found = provenance(
        leaves[0].at,
        part.text,
        leaves=leaves,
        flows=seen_in(readers, flows),
        is_telling=True,
        parts=parts,
        fields=readers,
    )
    return ValueFacts(held, chosen.value, part, found, older=same.older)


def _brought(session: ReadSession, held: HeldValue, text: str) -> tuple[Piece, ...]:
    """What of the text its task had got in its fields."""
    flows = [known.flow for known in read_flows_into(session, held.at)]
    fields = field_texts(held.rendered)
    return brought(text, run=held.at.instance.run, fields=fields, flows=flows)


def _value(held: HeldValue) -> Json:
    whole = held.whole if held.at.place is Place.XCOM else tree(held.at.name, held.whole)
    try:
        return at(whole, held.at.path)
    except LookupError as error:
        where = address(held.at.name, held.at.path)
        raise NotKept(f"Nothing is stored at {where} of {held.at.instance.task_id}") from error


def _place(leaf: Leaf) -> PlaceOfFlow:
    at = leaf.at
    if at.place is Place.XCOM:
        return PlaceOfFlow(at, may_be_opened=leaf.text.startswith(("{", "[")))
    return PlaceOfFlow(at, _fields_at(at))


def _fields_at(at: LeafAddress) -> tuple[str, ...]:
    """The address of the field's leaf, and those of all that it stands in."""
    return tuple(address(at.name, at.path[:deep]) for deep in range(len(at.path) + 1))


def _near(session: ReadSession, text: str, chosen: Leaf, same: SameText) -> Sequence[Leaf]:
    """The leaves found, with those of the chosen one's run where they may not be among them."""
    if same.older is None:
        return same.leaves
    here = read_same_text_in_run(session, text, of=chosen.at)
    return tuple({leaf.number: leaf for leaf in (*same.leaves, *here)}.values())


def _with_chosen(chosen: Leaf, leaves: Iterable[Leaf]) -> list[Leaf]:
    """The chosen one first, as the index has it if it does."""
    others = {leaf.at: leaf for leaf in leaves}
    indexed = others.pop(chosen.at, chosen)
    return [indexed, *others.values()]
