"""The places of a value, run by run: what is alike in one run is one row; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.lineage.extent import Extent
from app.lineage.provenance.joining import LONG_AGO
from app.lineage.provenance.occurrences import Act, Occurrence, Tie
from app.model.findings import Evidence
from app.model.leaves import LeafAddress, Place
from app.model.values import shape_of
from app.web import links, text
from app.web.leaf_places import Spelling, place_name, spelling
from app.web.read_words import WITHIN
from app.web.run_words import worst_of

# Sources named in one row.
_MOST_SOURCES = 2
# Characters shown around a value that stands in a longer text, and of the value itself.
_AROUND, _ROOM = 28, 60


class Shown(StrEnum):
    """Which places a reader wants to see."""

    ALL = "all"
    TRAIL = "trail"
    FLOWS = "flows"
    EQUAL = "equal"


#: What each of them shows.
TIES = {
    Shown.ALL: frozenset(Tie),
    Shown.TRAIL: frozenset({Tie.CHOSEN, Tie.BEFORE, Tie.AFTER}),
    Shown.FLOWS: frozenset({Tie.CHOSEN, Tie.BEFORE, Tie.AFTER, Tie.FLOW}),
    Shown.EQUAL: frozenset({Tie.EQUAL}),
}
_TIES = {
    Tie.CHOSEN: "this place",
    Tie.BEFORE: "it came from here",
    Tie.AFTER: "it went here",
    Tie.FLOW: "same text, other flows",
    Tie.EQUAL: "same text, no flow",
}


_PART = "a part of it came from here"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place, or many that are alike: of them the first is named."""

    time: text.Moment | None
    verb: str
    tie: str  # A Tie.
    tie_words: str
    evidence: str
    task: str
    task_href: str
    number: str  # "x128", of mapped instances or items that are alike.
    state: str | None
    where: str
    href: str  # The page of the value there.
    lead: str  # "within" or "which is", before the pieces.
    pieces: tuple[text.Piece, ...]  # The longer text in which it stands, or what was taken of it.
    note: str


@dataclass(frozen=True, slots=True)
class RunGroup:
    deployment: str
    dag_id: str
    dag_href: str
    run_id: str
    run_href: str
    when: text.Moment | None
    is_own: bool  # The chosen place is in it.
    rows: tuple[PlaceRow, ...]


def run_groups(occurrences: Iterable[Occurrence], *, newest_first: bool) -> tuple[RunGroup, ...]:
    """The runs by their first place, and each run's places, in the order of time or against it."""
    shown = tuple(occurrences)
    named = spelling(one.at for one in shown)
    by_run: dict[tuple[object, ...], list[Occurrence]] = {}
    for one in shown:
        by_run.setdefault((one.at.deployment, one.at.instance.run), []).append(one)
    groups = [_group(ones, named, newest_first=newest_first) for ones in by_run.values()]
    return tuple(reversed(groups) if newest_first else groups)


def _group(ones: Sequence[Occurrence], named: Spelling, *, newest_first: bool) -> RunGroup:
    at = ones[0].at
    run = at.instance.run
    return RunGroup(
        deployment=at.deployment,
        dag_id=run.dag_id,
        dag_href=links.dag(deployment=at.deployment, dag_id=run.dag_id),
        run_id=run.run_id,
        run_href=links.run(deployment=at.deployment, run=run),
        when=text.day_and_time(at.time) if at.time != LONG_AGO else None,
        is_own=any(one.tie is Tie.CHOSEN for one in ones),
        rows=_rows(ones, named)[:: -1 if newest_first else 1],
    )


def _rows(ones: Sequence[Occurrence], named: Spelling) -> tuple[PlaceRow, ...]:
    alike: dict[tuple[object, ...], list[Occurrence]] = {}
    for one in ones:
        alike.setdefault(_kind(one), []).append(one)
    return tuple(_row(same, named) for same in alike.values())


def _clock(one: Occurrence) -> text.Moment | None:
    """None where all that is known is when it was read, or not even that."""
    is_known = one.is_kept or one.at.place is Place.FIELD
    return text.clock(one.at.time) if is_known and one.at.time != LONG_AGO else None


def _kind(one: Occurrence) -> tuple[object, ...]:
    at = one.at
    how = (one.act, one.tie, one.extent, one.evidence, bool(one.spans), one.is_part)
    return (at.instance.task_id, at.name, alike_at(one), *how, one.is_kept, one.is_gone)


def alike_at(one: Occurrence) -> tuple[object, ...]:
    """Equal for places that may be told as one: items of a list, unless each took a part."""
    return one.at.path if one.act is Act.TOOK_PART else shape_of(one.at.path)


def _row(same: Sequence[Occurrence], named: Spelling) -> PlaceRow:
    one, at = same[0], same[0].at
    many = len(same)
    mapped = text.mapped(at.instance.map_index) if many == 1 else ""
    return PlaceRow(
        time=_clock(one),
        verb=one.act.value,
        tie=one.tie.value,
        tie_words=_PART if one.is_part else _TIES[one.tie],
        evidence=one.evidence.value if one.evidence else "",
        task=f"{at.instance.task_id}{mapped}",
        task_href=links.task_instance(deployment=at.deployment, instance=at.instance),
        number=text.times(many),
        state=worst_of(each.state for each in same),
        where=named.of_all([each.at for each in same]),
        href=place_link(one),
        lead=_lead(one),
        pieces=_pieces(one),
        note=_note(same),
    )


def place_link(one: Occurrence) -> str:
    """The page of the value at that place."""
    return links.value(one.at) if one.is_kept else told_link(one.at)


def told_link(at: LeafAddress) -> str:
    """The same of a place that only a flow tells of: for a field its task instance."""
    if at.place is Place.FIELD:
        return links.task_instance(
            deployment=at.deployment, instance=at.instance, try_number=at.try_number
        )
    return links.value(at, time=None)


def _lead(one: Occurrence) -> str:
    is_all_of_it = one.is_part and one.spans == ((0, len(one.text)),)
    return "which is" if one.act is Act.TOOK_PART or is_all_of_it else "within"


def _pieces(one: Occurrence) -> tuple[text.Piece, ...]:
    if one.act is Act.TOOK_PART:
        return (text.Piece(text.telling_end(one.text, _ROOM)),) if one.text else ()
    return excerpt(one.text, one.spans[0]) if one.spans else ()


def excerpt(whole: str, span: tuple[int, int]) -> tuple[text.Piece, ...]:
    """The stretch, marked, with a little of what stands around it."""
    start, end = span
    before, after = whole[max(0, start - _AROUND) : start], whole[end : end + _AROUND]
    marked = text.telling_end(whole[start:end], _ROOM)
    return tuple(
        piece
        for piece in (
            text.Piece(("…" if start > _AROUND else "") + before),
            text.Piece(marked, "held"),
            text.Piece(after + ("…" if end + _AROUND < len(whole) else "")),
        )
        if piece.text
    )


def _note(same: Sequence[Occurrence]) -> str:
    readers = sum(one.readers for one in same)
    words = [f"read by {text.count(readers, 'field')}{_within(same, readers)}"] if readers else []
    words += [f"from {_sources(same)}"] if same[0].sources else []
    if same[0].extent is Extent.WHOLE:
        words.append(WITHIN)
    if same[0].is_gone:
        words.append("gone from Airflow, kept here")
    if not same[0].is_kept and same[0].evidence in _UNSEEN:
        words.append(_UNSEEN[same[0].evidence])
    return " · ".join(words)


def _within(same: Sequence[Occurrence], readers: int) -> str:
    within = sum(one.readers_within for one in same)
    if not within:
        return ""
    return f" {WITHIN}" if within == readers else f", {text.thousands(within)} of them {WITHIN}"


#: Of fields of which only a flow tells.
_UNSEEN = {
    Evidence.DECLARED: "the field was not seen",
    Evidence.CONTRADICTED: "the field shows another value",
}


def _sources(same: Sequence[Occurrence]) -> str:
    """Where it came from; of a value that was passed on the field that had got it."""
    sources = dict.fromkeys(_source(at, one.at) for one in same for at in one.sources)
    names = list(sources)[:_MOST_SOURCES]
    more = len(sources) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _source(source: LeafAddress, target: LeafAddress) -> str:
    name = place_name(source, source.path)
    return name if source.instance == target.instance else f"{source.instance.task_id} {name}"
