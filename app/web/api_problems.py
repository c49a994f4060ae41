"""The JSON of problems: each with its proof, grouped by what there is to mend, and decided."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.store.audit import Act
from app.store.decisions import acknowledge, mute, reopen
from app.store.pages.places import find_dag
from app.store.pages.problem_groups import GroupStatus, read_groups, read_groups_of
from app.store.pages.sightings import read_victims
from app.store.problems import read_problems, read_problems_ahead
from app.store.session import WriteSession
from app.web import links
from app.web.answering import as_json
from app.web.api import ERRORS, ERRORS_OF_POSTS
from app.web.api_findings import Problems, problem_shape
from app.web.api_groups import Groups, GroupShape, group_shape, listed_group_shape
from app.web.deciding import MOST_REASON, decide
from app.web.moments import AwareMoment
from app.web.parts import MOST_NUMBERED, Parts, WebParts
from app.web.posted import same_origin

router = APIRouter(prefix=links.API, tags=["v1"], responses=ERRORS)

# Problems of one answer; older ones are asked for by run.
_MOST_PROBLEMS = 1000
_MOST_GROUPS = 5000
_DECIDES: dict[str, Any] = {
    "response_model": GroupShape,
    "dependencies": [Depends(same_origin)],
    "responses": ERRORS_OF_POSTS,
}

Number = Annotated[int, Path(ge=1, le=MOST_NUMBERED, description="Of a problem of the group.")]
By = Annotated[str, Body(max_length=200, description="Who decides.", embed=True)]


@router.get("/problems", response_model=Problems)
def problems(  # noqa: PLR0913 - each is a query parameter
    parts: Parts,
    *,
    deployment: str | None = None,
    dag_id: str | None = None,
    run_id: str | None = None,
    status: str | None = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = _MOST_PROBLEMS,
) -> Response:
    """Problems of the newest runs first; without `status` open and gone ones.

    With an empty `run_id` those that were found in a DAG before it runs.
    """
    with parts.store.reading() as session:
        found = read_problems(
            session,
            most=limit,
            deployment=deployment,
            dag_id=dag_id,
            run_id=run_id,
            status=status,
        )
        of = read_groups_of(session, [one.pk for one in found], now=parts.now())
    return as_json(Problems([problem_shape(one, of.get(one.pk)) for one in found]))


@router.get("/{deployment}/dags/{dag_id}/problems", response_model=Problems)
def dag_problems(parts: Parts, deployment: str, dag_id: str) -> Response:
    """What is wrong with the newest version of a DAG, found before it runs."""
    with parts.store.reading() as session:
        find_dag(session, deployment_name=deployment, dag_id=dag_id)
        found = read_problems_ahead(
            session, deployment=deployment, dag_id=dag_id, most=_MOST_PROBLEMS
        )
        of = read_groups_of(session, [one.pk for one in found], now=parts.now())
    return as_json(Problems([problem_shape(one, of.get(one.pk)) for one in found]))


@router.get("/problems/groups", response_model=Groups)
def groups(
    parts: Parts,
    *,
    deployment: str | None = None,
    dag_id: str | None = None,
    status: GroupStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=_MOST_GROUPS)] = _MOST_PROBLEMS,
) -> Response:
    """What there is to mend, over all runs: errors first, then by the newest run that has it."""
    with parts.store.reading() as session:
        fitting = [
            one
            for one in read_groups(session, now=parts.now(), most=_MOST_GROUPS)
            if deployment in (None, one.latest.deployment)
            and dag_id in (None, one.latest.run.dag_id)
            and status in (None, one.status)
        ][:limit]
        victims = read_victims(session, [group.latest.pk for group in fitting])
    return as_json(
        Groups([listed_group_shape(one, victims.get(one.latest.pk, ())) for one in fitting])
    )


@router.post("/problems/{number}/acknowledge", **_DECIDES)
def acknowledged(parts: Parts, request: Request, number: Number, by: By = "") -> Response:
    """Somebody has seen it: it is no longer open, until it is gone and comes back."""

    def write(session: WriteSession, who: str) -> None:
        acknowledge(session, number, at=parts.now(), by=who)

    decide(parts, request, number, Act.ACKNOWLEDGED, write, by=by)
    return _group(parts, number)


@router.post("/problems/{number}/mute", **_DECIDES)
def muted(  # noqa: PLR0913 - each is a part of the request
    parts: Parts,
    request: Request,
    number: Number,
    *,
    reason: Annotated[str, Body(max_length=MOST_REASON)] = "",
    until: Annotated[AwareMoment | None, Body(description="null: for good.")] = None,
    by: By = "",
) -> Response:
    """It is silent until then, even when it comes back."""
    if until is not None and until <= parts.now():
        raise HTTPException(422, "until: that time is over")

    def write(session: WriteSession, who: str) -> None:
        mute(session, number, reason=reason, until=until, at=parts.now(), by=who)

    decide(parts, request, number, Act.MUTED, write, by=by)
    return _group(parts, number)


@router.post("/problems/{number}/reopen", **_DECIDES)
def reopened(parts: Parts, request: Request, number: Number) -> Response:
    """Nothing is decided about it any more."""
    decide(parts, request, number, Act.REOPENED, lambda session, _by: reopen(session, number))
    return _group(parts, number)


def _group(parts: WebParts, number: int) -> Response:
    with parts.store.reading() as session:
        group = read_groups_of(session, [number], now=parts.now())[number]
    return as_json(group_shape(group))
