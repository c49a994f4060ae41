"""The HTTP door of the cluster: the routes of core/v1 that pods need."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.lab.cluster import faults
from tests.lab.cluster.containers import Container, log_time
from tests.lab.cluster.pods import Cluster
from tests.lab.cluster.status import Refusal
from tests.lab.cluster.terminal import run_in

PODS = "/api/v1/namespaces/{namespace}/pods"


def cluster_app(cluster: Cluster) -> Starlette:
    """The application over one cluster."""
    door = _Door(cluster)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        # Here and not after uvicorn.run: uvicorn ends the process with the signal it got.
        cluster.end()

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/version", _version),
            Route(PODS, door.list_pods, methods=["GET"]),
            Route(PODS, door.create_pod, methods=["POST"]),
            Route(PODS + "/{name}", door.get_pod, methods=["GET"]),
            Route(PODS + "/{name}", door.patch_pod, methods=["PATCH"]),
            Route(PODS + "/{name}", door.delete_pod, methods=["DELETE"]),
            Route(PODS + "/{name}/log", door.read_log, methods=["GET"]),
            WebSocketRoute(PODS + "/{name}/exec", door.execute),
            Route("/api/v1/namespaces/{namespace}/events", door.list_events, methods=["GET"]),
        ],
        exception_handlers={Refusal: _refused, HTTPException: _no_such_route},
    )


class _Door:
    """The routes; sync ones run in threads, as their work waits for processes and locks."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def list_pods(self, request: Request) -> Response:
        selector = request.query_params.get("labelSelector", "")
        return JSONResponse(self._cluster.select(_namespace(request), selector))

    async def create_pod(self, request: Request) -> Response:
        manifest = json.loads(await request.body())
        return JSONResponse(self._cluster.create(manifest, _namespace(request)), 201)

    def get_pod(self, request: Request) -> Response:
        return JSONResponse(self._cluster.get(*_pod_of(request)).describe())

    async def patch_pod(self, request: Request) -> Response:
        change = json.loads(await request.body())
        return JSONResponse(self._cluster.patch(*_pod_of(request), change))

    def delete_pod(self, request: Request) -> Response:
        return JSONResponse(self._cluster.delete(*_pod_of(request)))

    def list_events(self, request: Request) -> Response:
        _, _, name = request.query_params.get("fieldSelector", "").partition("involvedObject.name=")
        return JSONResponse(self._cluster.events(_namespace(request), name or None))

    def read_log(self, request: Request) -> Response:
        pod = self._cluster.get(*_pod_of(request))
        wanted = request.query_params
        container = pod.container(wanted.get("container") or pod.containers[0].name)
        if not container.is_running and not container.is_terminated:
            raise _waiting(pod.name, container)
        text = _log_text(
            container,
            follow=wanted.get("follow", "").lower() == "true",
            timestamps=wanted.get("timestamps", "").lower() == "true",
        )
        return StreamingResponse(text, media_type="text/plain")

    async def execute(self, socket: WebSocket) -> None:
        wanted = socket.query_params
        where = socket.path_params
        if denial := faults.EXEC.get(where["namespace"]):
            await socket.send_denial_response(_denied(denial(where["name"], where["namespace"])))
            return
        try:
            pod = self._cluster.get(where["namespace"], where["name"])
            container = pod.container(wanted.get("container") or pod.containers[0].name)
            _ = container.init_pid
        except Refusal as refusal:
            await socket.send_denial_response(_refused(None, refusal))
        except ProcessLookupError as gone:
            lost = Refusal(500, "InternalError", f'container not found ("{gone}")')
            await socket.send_denial_response(_refused(None, lost))
        else:
            stdin = wanted.get("stdin", "").lower() == "true"
            await run_in(container, wanted.getlist("command"), socket, stdin=stdin)


def _log_text(container: Container, *, follow: bool, timestamps: bool) -> Iterator[bytes]:
    for line in container.lines(follow=follow):
        prefix = f"{log_time(line.time)} ".encode() if timestamps else b""
        yield prefix + line.text + b"\n"


def _waiting(pod_name: str, container: Container) -> Refusal:
    reason = container.status()["state"]["waiting"]["reason"]
    where = f'container "{container.name}" in pod "{pod_name}"'
    return Refusal(400, "BadRequest", f"{where} is waiting to start: {reason}")


def _namespace(request: Request) -> str:
    namespace: str = request.path_params["namespace"]
    return namespace


def _pod_of(request: Request) -> tuple[str, str]:
    return _namespace(request), request.path_params["name"]


def _version(_request: Request) -> Response:
    return JSONResponse({"major": "1", "minor": "34", "gitVersion": "v1.34.0-lab"})


def _denied(denial: Refusal | faults.Denial) -> Response:
    if isinstance(denial, Refusal):
        return _refused(None, denial)
    return Response(denial.body, denial.code, media_type=denial.content_type)


def _refused(_request: object, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return JSONResponse(error.status(), error.code)


def _no_such_route(_request: Request, error: Exception) -> Response:
    message = "the server could not find the requested resource"
    code = error.status_code if isinstance(error, HTTPException) else 500
    return _refused(None, Refusal(code, "NotFound", message))
