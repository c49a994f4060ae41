"""Nobody gets past it without having said who they are, where access is controlled.

Everything is closed but what is open to all: static files, signs of life, and signing in itself.
"""

import re
from urllib.parse import urlencode

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.reader import Access, Visit
from app.web import links
from app.web.errors import answered
from app.web.parts import WebParts
from app.web.posted import same_origin

# `/metrics` has a token of its own.
_OPEN_TO_ALL = re.compile(
    rf"/static/.*|/healthz|/readyz|/metrics|{links.SIGN_IN}|{links.SIGN_IN}/.*"
)
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Plain ASGI, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp, parts: WebParts) -> None:
        self._app, self._parts = app, parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = await self._refusal(Request(scope), self._parts.access)
        await (refusal or self._app)(scope, receive, send)

    async def _refusal(self, request: Request, access: Access) -> Response | None:
        """What to answer in the page's place; None: the reader goes on, known to the page."""
        try:
            # A program with a token of its own is no browser that somebody could have misled.
            if request.method not in _READS:
                same_origin(request)
            if access.is_open or _OPEN_TO_ALL.fullmatch(request.url.path):
                return None
            reader = await run_in_threadpool(access.reader, visit_of(request))
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody gets in by it
            return answered(request, self._parts, error)
        if reader is None:
            return _nobody(request)
        request.state.reader = reader
        return None


def visit_of(request: Request) -> Visit:
    """What the request tells of its sender; a header that is there twice with all its values."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Visit(headers, request.cookies, request.client.host if request.client else "")


def _nobody(request: Request) -> Response:
    path = request.url.path
    if path.startswith(links.API) or request.method not in _READS:
        message = "Sign in first, or send a token as Authorization: Bearer …"
        return JSONResponse({"error": "not_signed_in", "message": message}, 401)
    # A part of a page that refreshes itself stays as it is, until the reader opens a page.
    if "hx-request" in request.headers or path == links.live():
        return Response(status_code=401)
    query = f"?{request.url.query}" if request.url.query else ""
    onward = {} if path == "/" and not query else {"onward": f"{path}{query}"}
    return RedirectResponse(f"{links.SIGN_IN}?{urlencode(onward)}".rstrip("?"), 303)
