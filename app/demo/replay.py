"""A recording that answers like a live Airflow: the part of REST API v2 that we read.

Shapes, statuses and limits are those of Airflow 3.3.2 (airflow-facts.md, part 1). What is told
depends on the time: old runs are over, the newest unfold (plan.py says when, unfold.py how far).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Query, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from app.airflow.payloads import DagRunItem
from app.demo import tokens, unfold
from app.demo.paging import Page, PageQuery, page_of
from app.demo.recording import RecordedRun, RecordedXCom, plain
from app.demo.stage import Stage
from app.model.errors import NotThere
from app.model.facts import FINISHED_RUN_STATES

NDJSON = "application/x-ndjson"
RUN = "/dags/{dag_id}/dagRuns/{run_id}"
INSTANCE = RUN + "/taskInstances/{task_id}"


@dataclass(frozen=True, slots=True)
class Login:
    """The one user a replay knows."""

    username: str
    password: str = field(repr=False)


class LoginBody(BaseModel):
    username: str
    password: str


def create_replay(stage: Stage, login: Login) -> FastAPI:
    """The application; its only user signs in with `login`."""
    app = FastAPI(title="A recorded Airflow", openapi_url=None)
    app.state.stage = stage
    app.state.login = login
    app.include_router(public)
    app.include_router(api)
    app.add_api_route("/{page:path}", no_page)

    @app.exception_handler(NotThere)
    def missing(_request: Request, error: Exception) -> Response:
        return _json({"detail": str(error)}, status=404)

    return app


def _stage(request: Request) -> Stage:
    stage = request.app.state.stage
    assert isinstance(stage, Stage)  # noqa: S101 # create_replay put it there; tells mypy
    return stage


OnStage = Annotated[Stage, Depends(_stage)]


def _signed_in(stage: OnStage, authorization: Annotated[str, Header()] = "") -> None:
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not tokens.is_valid(token, now=stage.now()):
        raise HTTPException(401, "Not authenticated")


@dataclass(frozen=True, slots=True)
class Scene:
    """One run at the moment of a request."""

    run: RecordedRun
    now: datetime


def _scene(stage: OnStage, dag_id: str, run_id: str) -> Scene:
    now = stage.now()
    return Scene(stage.run(dag_id, run_id, now), now)


OfRun = Annotated[Scene, Depends(_scene)]

public = APIRouter()
api = APIRouter(prefix="/api/v2", dependencies=[Depends(_signed_in)])


@public.post("/auth/token")
def token(body: LoginBody, stage: OnStage, request: Request) -> Response:
    login: Login = request.app.state.login
    if (body.username, body.password) != (login.username, login.password):
        raise HTTPException(401, "Invalid credentials")
    issued = tokens.issued(subject=body.username, now=stage.now())
    return _json({"access_token": issued}, status=201)


@public.get("/api/v2/version")
def version(stage: OnStage) -> Response:
    return _json({"version": stage.airflow_version, "git_version": None})


@api.get("/dags")
def dags(stage: OnStage, page: Page) -> Response:
    return _json(page_of([each.dag for each in stage.dags()], "dags", page))


@api.get("/dags/{dag_id}/dagVersions")
def dag_versions(stage: OnStage, dag_id: str, page: Page, order_by: str = "id") -> Response:
    shown = stage.dags() if dag_id == "~" else (stage.dag(dag_id),)
    found = [(each.number, one.dag.dag_id) for one in shown for each in one.versions]
    rows = [
        {"version_number": number, "dag_id": name}
        for number, name in sorted(found, reverse=order_by.startswith("-"))
    ]
    return _json(page_of(rows, "dag_versions", page))


@api.get("/dagSources/{dag_id}")
def dag_source(stage: OnStage, dag_id: str, version_number: int | None = None) -> Response:
    versions = stage.dag(dag_id).versions
    for each in reversed(versions):
        if version_number in (None, each.number) and each.source is not None:
            return _json({"content": each.source, "dag_id": dag_id, "version_number": each.number})
    raise NotThere(f"No source of {dag_id} in version {version_number}")


@api.get("/dags/{dag_id}/tasks")
def tasks(stage: OnStage, dag_id: str) -> Response:
    rows = stage.dag(dag_id).tasks
    return _json({"tasks": plain(rows), "total_entries": len(rows)})


class RunQuery(PageQuery):
    """The filters of the run list that we use; Airflow ignores unknown ones, and so does this."""

    updated_at_gte: datetime | None = None
    run_after_gte: datetime | None = None
    run_after_lte: datetime | None = None
    state: tuple[str, ...] = ()
    order_by: tuple[str, ...] = ("id",)


@api.get("/dags/{dag_id}/dagRuns")
def dag_runs(stage: OnStage, dag_id: str, query: Annotated[RunQuery, Query()]) -> Response:
    now = stage.now()
    found = [run for run in stage.runs(now) if dag_id in ("~", run.run.dag_id)]
    rows = [row for run in found if _matches(row := unfold.run_at(run, now), run, query, now)]
    if "-run_after" in query.order_by:
        rows.sort(key=lambda row: row.run_after or now, reverse=True)
    return _json(page_of(rows, "dag_runs", query))


def _matches(row: DagRunItem, run: RecordedRun, query: RunQuery, now: datetime) -> bool:
    due = row.run_after or now
    return (
        (query.updated_at_gte is None or unfold.changed_at(run, now) >= query.updated_at_gte)
        and (query.run_after_gte is None or due >= query.run_after_gte)
        and (query.run_after_lte is None or due <= query.run_after_lte)
        and (not query.state or row.state in query.state)
    )


@api.get(RUN)
def dag_run(scene: OfRun) -> Response:
    return _json(plain(unfold.run_at(scene.run, scene.now)))


@api.get(RUN + "/taskInstances")
def task_instances(scene: OfRun, page: Page) -> Response:
    return _json(page_of(unfold.instances_at(scene.run, scene.now), "task_instances", page))


@api.get(INSTANCE + "/tries")
@api.get(INSTANCE + "/{map_index}/tries")
def tries(scene: OfRun, task_id: str, map_index: int = -1) -> Response:
    rows = plain(unfold.tries_at(scene.run, task_id, map_index, scene.now))
    for row in rows:
        del row["rendered_fields"]
    return _json({"task_instances": rows, "total_entries": len(rows)})


@api.get(INSTANCE + "/xcomEntries")
def xcoms(scene: OfRun, task_id: str, page: Page) -> Response:
    found = unfold.xcoms_at(scene.run, scene.now)
    rows = [each.index for each in found if task_id in ("~", each.index.task_id)]
    rows.sort(key=lambda row: row.timestamp or scene.now)
    return _json(page_of(rows, "xcom_entries", page))


@api.get(INSTANCE + "/xcomEntries/{key:path}")
def xcom(scene: OfRun, task_id: str, key: str, map_index: int = -1) -> Response:
    for each in unfold.xcoms_at(scene.run, scene.now):
        if (each.index.task_id, each.index.map_index, each.index.key) == (task_id, map_index, key):
            return _json(plain(each.index) | {"value": each.value})
    raise NotThere(f"XCom entry with key: `{key}` not found")


@api.get(RUN + "/wait")
def wait(scene: OfRun, result: Annotated[tuple[str, ...], Query()] = ()) -> Response:
    state = unfold.run_at(scene.run, scene.now).state
    told: dict[str, Any] = {"state": state}
    if state in FINISHED_RUN_STATES and result:
        told["results"] = _results(unfold.xcoms_at(scene.run, scene.now), frozenset(result))
    return Response(f"{json.dumps(told)}\n", media_type=NDJSON)


def _results(xcoms: Iterable[RecordedXCom], task_ids: frozenset[str]) -> dict[str, Any]:
    """Return values by task: bare, or a list by map index for a mapped task."""
    results: dict[str, Any] = {}
    for each in sorted(xcoms, key=lambda xcom: xcom.index.map_index or 0):
        if each.index.key == "return_value" and each.index.task_id in task_ids:
            if each.index.map_index == -1:
                results[each.index.task_id] = each.value
            else:
                results.setdefault(each.index.task_id, []).append(each.value)
    return results


@api.get(INSTANCE + "/logs/{try_number}")
def log(
    scene: OfRun,
    task_id: str,
    try_number: int,
    map_index: int = -1,
    accept: Annotated[str, Header()] = "",
) -> Response:
    found = unfold.log_at(scene.run, task_id, map_index, try_number, scene.now)
    if found is None:
        raise NotThere(f"No log of try {try_number} of {task_id}")
    lines = plain(found.lines)
    if NDJSON in accept:
        return Response("".join(f"{json.dumps(line)}\n" for line in lines), media_type=NDJSON)
    return _json({"content": lines, "continuation_token": None})


@api.get("/eventLogs")
def event_logs() -> Response:
    return _json({"event_logs": [], "total_entries": 0})


def no_page(page: str) -> Response:
    """Where a link of the dashboard leads to a page of Airflow."""
    if page.startswith("api/"):
        return _json({"detail": "Not Found"}, status=404)
    text = "This Airflow is a recording: it answers the dashboard, and has no pages of its own."
    return HTMLResponse(f"<!doctype html><title>A recorded Airflow</title><p>{text}", 404)


def _json(told: Any, *, status: int = 200) -> Response:
    # Python's own writer: values hold integers of any size, and NaN.
    return Response(json.dumps(told), status_code=status, media_type="application/json")
