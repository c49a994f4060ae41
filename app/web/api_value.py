"""The JSON of one value: every place where it was given and got, and how that is known."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.lineage.provenance.joining import LONG_AGO
from app.lineage.provenance.occurrences import Occurrence
from app.model.leaves import LeafAddress
from app.web import links
from app.web.answering import as_json
from app.web.api import ERRORS
from app.web.parts import MOST_NUMBERED, Parts
from app.web.value_asked import Asked
from app.web.value_reading import ValueFacts, read_value

router = APIRouter(prefix=links.API, tags=["v1"], responses=ERRORS)


@dataclass(frozen=True, slots=True)
class PlaceShape:
    """Where a value stands: in an XCom, or in a rendered field."""

    deployment: str
    dag_id: str
    run_id: str
    task_id: str
    map_index: int  # -1: not mapped.
    try_number: int  # 0: not known.
    place: str  # xcom or field.
    name: str  # The XCom's key, or the template field.
    path: list[str | int]
    time: datetime | None  # When it was given, or when the try that got it began.


@dataclass(frozen=True, slots=True)
class OccurrenceShape:
    at: PlaceShape
    act: str  # gave, passed on, got or took a part.
    tie: str  # chosen, before, after, flow, or equal: the same text, and no more is known.
    evidence: str | None  # confirmed, declared, inferred or contradicted.
    text: str  # The whole text there; what was read where a part was taken, or it is not kept.
    spans: list[list[int]]  # Where it holds the value, or the part; empty: it is the value alone.
    sources: list[PlaceShape]  # What it was read from, or the fields it was passed on from.
    extent: str | None  # What its field got: itself, whole (what it is a part of), or part of it.
    readers: int
    readers_within: int  # Those of them that read it as part of the whole.
    state: str | None  # Of the try.
    gone: bool  # Airflow has since deleted it.
    kept: bool  # Else only a flow tells of it.
    part: bool  # It holds only a part of the value, which came from there.


@dataclass(frozen=True, slots=True)
class CommonShape:
    """Chance puts the value into many places, so that only flows were asked."""

    places: int
    is_all: bool


@dataclass(frozen=True, slots=True)
class FieldProblemShape:
    """What is wrong with the field in which the value stands."""

    number: int
    kind: str
    severity: str
    title: str


@dataclass(frozen=True, slots=True)
class ValueShape:
    at: PlaceShape
    value: Any
    size: int | None  # Bytes of the whole XCom.
    truncated: bool  # Only the beginning of the XCom's JSON text is kept: `value` is that.
    sha256: str | None  # Of that whole text, where it is `truncated`.
    gone: bool
    state: str | None
    followed: str  # The text whose places are told: the value's, or the part that a flow brought.
    span: list[int]  # Where it stands in the value.
    common: CommonShape | None
    occurrences: list[OccurrenceShape]  # The oldest first.
    older: int | None  # Ask with it for those that are older.
    problems: list[FieldProblemShape]  # Open ones, of a field.


@router.get("/value", response_model=ValueShape)
def value(
    parts: Parts,
    asked: Asked,
    older: Annotated[int | None, Query(ge=0, le=MOST_NUMBERED)] = None,
) -> Response:
    """Where one value came from and where it went, over tries, runs, DAGs and deployments.

    It is asked for by its address, not by itself: addresses land in logs.
    """
    with parts.store.reading() as session:
        facts = read_value(session, asked, older=older)
    return as_json(value_shape(facts))


def value_shape(facts: ValueFacts) -> ValueShape:
    held, common = facts.held, facts.common
    return ValueShape(
        at=_place(held.at),
        value=facts.value,
        size=held.size,
        truncated=held.truncated,
        sha256=held.sha256,
        gone=held.is_gone,
        state=held.state,
        followed=facts.followed.text,
        span=list(facts.followed.span),
        common=CommonShape(common.places, common.is_all) if common else None,
        occurrences=[_occurrence(one) for one in facts.found.occurrences],
        older=facts.older,
        problems=[
            FieldProblemShape(pk, one.kind.value, one.severity.value, one.title)
            for pk, one in facts.problems
        ],
    )


def _occurrence(one: Occurrence) -> OccurrenceShape:
    return OccurrenceShape(
        at=_place(one.at),
        act=one.act.value,
        tie=one.tie.value,
        evidence=one.evidence.value if one.evidence else None,
        text=one.text,
        spans=[list(span) for span in one.spans],
        sources=[_place(at) for at in one.sources],
        extent=one.extent.value if one.extent else None,
        readers=one.readers,
        readers_within=one.readers_within,
        state=one.state,
        gone=one.is_gone,
        kept=one.is_kept,
        part=one.is_part,
    )


def _place(at: LeafAddress) -> PlaceShape:
    instance = at.instance
    return PlaceShape(
        deployment=at.deployment,
        dag_id=instance.dag_id,
        run_id=instance.run_id,
        task_id=instance.task_id,
        map_index=instance.map_index,
        try_number=at.try_number,
        place=at.place.value,
        name=at.name,
        path=list(at.path),
        time=None if at.time == LONG_AGO else at.time,
    )
