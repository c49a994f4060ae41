"""The JSON of a template that is tried."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.lineage.fields import preview
from app.lineage.template.limits import TEMPLATE_LENGTH
from app.lineage.tryout.tried import TriedPull, TriedWay, Tryout
from app.model.errors import NotKept
from app.model.ids import NOT_MAPPED, RunKey
from app.web import links
from app.web.answering import as_json
from app.web.api import ERRORS, ERRORS_OF_POSTS
from app.web.api_findings import FoundShape, found_shape
from app.web.parts import MOST_COUNTED, Parts
from app.web.trying import TOO_LONG, Wish, tried_in

router = APIRouter(prefix=links.API, tags=["v1"], responses=ERRORS)


@dataclass(frozen=True, slots=True)
class SpanShape:
    """A stretch of the text that came from a pull."""

    start: int
    end: int
    pull: int  # Its position in `pulls`.
    path: list[str | int]


@dataclass(frozen=True, slots=True)
class WayShape:
    """One way in which the template may come out."""

    text: str | None  # null: it fails. What only Airflow knows is left out, see `unknown_at`.
    failure: str | None  # In Airflow's words.
    spans: list[SpanShape]
    unknown_at: list[int]  # Positions in the text at which something unknown stands.


@dataclass(frozen=True, slots=True)
class TriedPullShape:
    """One XCom that the template was after."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int  # -1: not mapped.
    try_number: int  # 0: not known.
    key: str
    state: str | None  # Of the producer.
    pushed: datetime | None
    found: bool | None  # null: it cannot be told.
    value: str | None  # A preview.
    problem: FoundShape | None  # Why nothing was there.


@dataclass(frozen=True, slots=True)
class TryoutShape:
    ways: list[WayShape]  # The likeliest first.
    pulls: list[TriedPullShape]
    problems: list[FoundShape]
    unknown: list[str]  # Names whose values only Airflow knows.


@router.post(
    "/{deployment}/dags/{dag_id}/runs/{run_id:path}/try",
    response_model=TryoutShape,
    responses=ERRORS_OF_POSTS,
)
def tryout(  # noqa: PLR0913 - three make the address, the others are the body's
    parts: Parts,
    *,
    deployment: str,
    dag_id: str,
    run_id: str,
    task_id: Annotated[str, Body()],
    template: Annotated[str, Body(max_length=TEMPLATE_LENGTH)],
    map_index: Annotated[int, Body(ge=NOT_MAPPED, le=MOST_COUNTED)] = NOT_MAPPED,
    field: Annotated[str, Body(description="Names the field in problems.")] = "",
    now: Annotated[bool, Body(description="With all XComs there are now.")] = False,
) -> Response:
    """Render a template as a task of the run would see it. Nothing runs and nothing is stored."""
    wish = Wish(run_id, task_id, map_index, field, template, is_now=now)
    with parts.store.reading() as session:
        attempt = tried_in(session, deployment, RunKey(dag_id, run_id), wish)
    if attempt.refusal == TOO_LONG:
        raise HTTPException(413, attempt.refusal)
    if attempt.tryout is None:
        raise NotKept(attempt.refusal)
    return as_json(_shape(attempt.tryout))


def _shape(tryout: Tryout) -> TryoutShape:
    return TryoutShape(
        ways=[_way(one) for one in tryout.ways],
        pulls=[_pull(one) for one in tryout.pulls],
        problems=[found_shape(one) for one in tryout.problems],
        unknown=list(tryout.unknown),
    )


def _way(way: TriedWay) -> WayShape:
    spans, unknown, at = [], [], 0
    for piece in way.pieces:
        end = at + len(piece.text)
        spans += [SpanShape(at, end, one.pull, list(one.path)) for one in piece.sources]
        unknown += [at] if piece.is_unknown else []
        at = end
    text = None if way.failure else way.text
    return WayShape(text=text, failure=way.failure or None, spans=spans, unknown_at=unknown)


def _pull(pull: TriedPull) -> TriedPullShape:
    return TriedPullShape(
        dag_id=pull.dag_id,
        run_id=pull.run_id,
        task_id=pull.task_id,
        map_index=pull.map_index,
        try_number=pull.try_number,
        key=pull.key,
        state=pull.state,
        pushed=pull.pushed,
        found=pull.is_there if pull.is_known else None,
        value=preview(pull.value) if pull.is_there else None,
        problem=found_shape(pull.problem) if pull.problem else None,
    )
