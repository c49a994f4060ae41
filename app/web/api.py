"""The JSON under /api/v1: the same facts as the pages, for programs."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.model.ids import RunKey
from app.store.candidates import read_candidates
from app.store.deployments import read_deployments
from app.store.flows import read_flows
from app.store.pages.listings import list_dags, list_runs
from app.store.pages.places import find_run
from app.store.pages.storage import read_stored
from app.store.pages.unclear_sources import read_unclear_sources
from app.store.problems import read_open_problems
from app.web import links
from app.web.answering import as_json
from app.web.api_facts import (
    Dags,
    Runs,
    Status,
    dag_shape,
    database_shape,
    deployment_shape,
    run_shape,
)
from app.web.api_findings import Flows, candidates_shape, flow_shape, problem_shape
from app.web.errors import ErrorAnswer
from app.web.parts import Parts
from app.web.status import troubles

#: What answers when something goes wrong, for OpenAPI.
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer} for status in (401, 404, 422, 503)
}
#: Of what is sent with a body: too long, no text, or sent by a page of another site.
ERRORS_OF_POSTS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer} for status in (400, 403, 413)
}
router = APIRouter(prefix=links.API, tags=["v1"], responses=ERRORS)

# Problems of one answer.
_MOST_PROBLEMS = 1000


@router.get("/{deployment}/dags", response_model=Dags)
def dags(parts: Parts, deployment: str) -> Response:
    """Every DAG of a deployment."""
    with parts.store.reading() as session:
        found = list_dags(session, deployment_name=deployment)
    return as_json(Dags([dag_shape(dag) for dag in found]))


@router.get("/{deployment}/dags/{dag_id}/runs", response_model=Runs)
def runs(
    parts: Parts,
    deployment: str,
    dag_id: str,
    limit: Annotated[int, Query(ge=1, le=5000)] = 100,
) -> Response:
    """The newest runs of a DAG."""
    with parts.store.reading() as session:
        found = list_runs(session, deployment_name=deployment, dag_id=dag_id, most=limit)
    return as_json(Runs([run_shape(run) for run in found]))


@router.get("/{deployment}/dags/{dag_id}/runs/{run_id:path}/flows", response_model=Flows)
def flows(parts: Parts, deployment: str, dag_id: str, run_id: str) -> Response:
    """What went where in a run, and what is broken in it."""
    run = RunKey(dag_id, run_id)
    with parts.store.reading() as session:
        pk = find_run(session, deployment_name=deployment, run=run)
        found = read_flows(session, deployment_pk=pk, run=run)
        candidates = read_candidates(session, deployment_pk=pk, run=run)
        problems = read_open_problems(session, deployment=deployment, run=run, most=_MOST_PROBLEMS)
    return as_json(
        Flows(
            flows=[flow_shape(flow) for flow in found],
            problems=[problem_shape(problem) for problem in problems],
            candidates=[candidates_shape(one) for one in candidates],
        )
    )


@router.get("/status", response_model=Status)
def status(parts: Parts) -> Response:
    """How each deployment's mirror does."""
    with parts.store.reading() as session:
        states = read_deployments(session)
        sources = read_unclear_sources(session)
        stored = read_stored(session, now=parts.now())
    now = parts.now()
    deployments = [
        deployment_shape(one, stored.of(one.pk), list(troubles(one, sources)), now)
        for one in states
    ]
    return as_json(Status(parts.version, database_shape(stored), deployments))
