"""The JSON of a search, and the suggestions for one that is being typed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.lineage.extent import Extent
from app.model.leaves import Found, Leaf
from app.query.parsing import parse
from app.store.pages.search import LeafConsumer, LeafProducer, Surroundings, read_surroundings
from app.store.search.finding import search
from app.web import links
from app.web.answering import as_json
from app.web.api import ERRORS
from app.web.api_findings import ProducerShape, TryShape, producer_shape
from app.web.parts import MOST_NUMBERED, Parts
from app.web.search_results import consumers_of, place_of, producers_of
from app.web.suggesting import suggestions

router = APIRouter(prefix=links.API, tags=["v1"], responses=ERRORS)

# Values of one answer.
_MOST = 50
_MOST_ASKED = 500

Typed = Annotated[str, Query(description="In the language of docs/search.md.")]
Older = Annotated[
    int | None, Query(ge=0, le=MOST_NUMBERED, description="The `older` of the answer before.")
]


@dataclass(frozen=True, slots=True)
class ConsumerOfShape(TryShape):
    """A field that got the value, in `count` task instances of which this is the first."""

    field: str
    evidence: str  # confirmed, declared, inferred or contradicted.
    count: int
    extent: str  # itself, whole (it got what the value is a part of) or part (of the value).


@dataclass(frozen=True, slots=True)
class ProducerOfShape(ProducerShape):
    evidence: str


@dataclass(frozen=True, slots=True)
class ResultShape(TryShape):
    """A scalar that a task gave (`place` xcom) or got (`place` field)."""

    number: int  # Grows with the time of the value.
    deployment: str
    place: str
    name: str  # The XCom's key, or the template field.
    path: list[str | int]  # From there.
    address: str  # Both as people write them: `tiles_uri`, `env_vars.PATH_IN`.
    time: datetime  # When the XCom was pushed, or the try that got it began.
    value: bool | int | float | str | None  # Only the beginning where it is `truncated`.
    truncated: bool
    size: int | None  # Bytes of the whole value's JSON text, where it is `truncated`.
    state: str | None  # Of the try.
    gone: bool  # Airflow has since deleted it: it is kept only here.
    consumers: list[ConsumerOfShape]  # Of what a task gave.
    producers: list[ProducerOfShape]  # Of what a task got.


@dataclass(frozen=True, slots=True)
class Results:
    """`older`: to be asked for the next ones; null when these are all.

    `ran_out`: time was up before the answer was full; asking for older ones may find more.
    """

    query: str
    results: list[ResultShape]  # The newest first.
    older: int | None
    ran_out: bool


@dataclass(frozen=True, slots=True)
class SuggestionShape:
    """`text`, to be written in place of the characters from `start` to `end`."""

    text: str
    start: int
    end: int
    note: str
    is_whole: bool  # Nothing more belongs to it.


@dataclass(frozen=True, slots=True)
class Suggestions:
    suggestions: list[SuggestionShape]


@router.get("/search", response_model=Results)
def searched(
    parts: Parts,
    q: Typed = "",
    older: Older = None,
    limit: Annotated[int, Query(ge=1, le=_MOST_ASKED)] = _MOST,
) -> Response:
    """What tasks gave and got, the newest first; everything where `q` is empty."""
    query = parse(q, now=parts.now())
    with parts.store.reading() as session:
        found = search(session, query, older=older, most=limit)
        around = read_surroundings(session, found.leaves)
    return as_json(results(q, found, around))


@router.get("/search/suggestions", response_model=Suggestions)
def suggested(
    parts: Parts,
    q: Typed = "",
    at: Annotated[int | None, Query(ge=0, description="Where the caret stands.")] = None,
) -> Response:
    """What the word at the caret may become: words of the language, and names that are stored."""
    with parts.store.reading() as session:
        found = suggestions(session, q, len(q) if at is None else at)
    return as_json(
        Suggestions(
            [SuggestionShape(one.text, one.start, one.end, one.note, one.is_whole) for one in found]
        )
    )


def results(typed: str, found: Found, around: Surroundings) -> Results:
    shapes = [_result(leaf, around) for leaf in found.leaves]
    return Results(query=typed, results=shapes, older=found.older, ran_out=found.ran_out)


def _result(leaf: Leaf, around: Surroundings) -> ResultShape:
    at, instance = leaf.at, leaf.at.instance
    return ResultShape(
        dag_id=instance.dag_id,
        run_id=instance.run_id,
        task_id=instance.task_id,
        map_index=instance.map_index,
        try_number=at.try_number,
        number=leaf.number,
        deployment=at.deployment,
        place=at.place.value,
        name=at.name,
        path=list(at.path),
        address=place_of(leaf),
        time=at.time,
        value=None if isinstance(leaf.value, dict | list) else leaf.value,
        truncated=leaf.cut_from is not None,
        size=leaf.cut_from,
        state=leaf.state,
        gone=leaf.is_gone,
        consumers=[_consumer(*each) for each in consumers_of(leaf, around)],
        producers=[_producer(one) for one in producers_of(leaf, around)],
    )


def _consumer(one: LeafConsumer, extent: Extent) -> ConsumerOfShape:
    at = one.instance
    return ConsumerOfShape(
        dag_id=at.dag_id,
        run_id=at.run_id,
        task_id=at.task_id,
        map_index=at.map_index,
        try_number=one.try_number,
        field=one.field,
        evidence=one.evidence.value,
        count=one.number,
        extent=extent.value,
    )


def _producer(one: LeafProducer) -> ProducerOfShape:
    shape = producer_shape(one.producer)
    return ProducerOfShape(
        dag_id=shape.dag_id,
        run_id=shape.run_id,
        task_id=shape.task_id,
        map_index=shape.map_index,
        try_number=shape.try_number,
        key=shape.key,
        path=shape.path,
        evidence=one.evidence.value,
    )
