"""The web application: pages, JSON, live updates and static files under one address."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from app.web import (
    api,
    api_compare,
    api_contracts,
    api_history,
    api_problems,
    api_search,
    api_tryout,
    api_value,
    bar,
    compare,
    dag,
    dags,
    deciding,
    design,
    errors,
    links,
    live,
    metrics,
    operating,
    overview,
    probes,
    problem,
    problem_kinds,
    problems,
    producer_contract,
    run,
    search,
    search_help,
    sign_in,
    static,
    status,
    task_history,
    task_instance,
    tryout,
    value,
)
from app.web.guard import Guard
from app.web.headers import SecurityHeaders
from app.web.parts import WebParts
from app.web.posted import BodyLimit

# Level 9 takes twice as long for a tenth less: 124 ms and not 63 for a run of 1,000 tasks.
_COMPRESSION = 6

ROUTERS = (
    overview.router,
    dags.router,
    dag.router,
    producer_contract.router,
    compare.router,
    run.router,
    problems.router,
    # Before the page of one problem, whose address takes any name for a number.
    problem_kinds.router,
    problem.router,
    deciding.router,
    task_history.router,
    task_instance.router,
    tryout.router,
    search.router,
    search_help.router,
    value.router,
    status.router,
    design.router,
    bar.router,
    sign_in.router,
    api_problems.router,
    # Before the API of a deployment, whose address takes any name.
    api_search.router,
    api.router,
    api_contracts.router,
    api_history.router,
    api_compare.router,
    api_tryout.router,
    api_value.router,
    live.router,
    static.router,
    probes.router,
    metrics.router,
)


def create_app(parts: WebParts, *, metrics_token: str | None = None) -> FastAPI:
    """An app over the parts; its lifespan starts and stops the hub of live updates.

    `metrics_token` is what whoever asks for the metrics has to show.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        parts.hub.start()
        yield
        parts.hub.stop()

    app = FastAPI(
        title="xcomtrace",
        summary="Which return.json key went into which argument and env var.",
        version=parts.version,
        openapi_url=f"{links.API}/openapi.json",
        # Their pages load scripts from elsewhere, which our policy and many networks forbid.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.parts = parts
    # It leaves streams of events and fonts alone. There is nothing for BREACH to guess from sizes:
    # no cookie and no token of ours stands in a page (posted.py).
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=_COMPRESSION)
    app.add_middleware(Guard, parts=parts)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(BodyLimit)
    errors.install(app, parts)
    # The last one added stands outside all others.
    operating.install(app, parts, metrics_token=metrics_token)
    for router in ROUTERS:
        app.include_router(router)
    return app
