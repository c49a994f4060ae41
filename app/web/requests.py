"""Each request: its id, the line it leaves in the log, and how long its answer took to begin.

What a reader looked for stands in paths and queries, so neither is told: the route's template is.
"""

import logging
import re
import secrets
import time

from prometheus_client import Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.logs import FIELDS, REQUESTS, request_id

_log = logging.getLogger(REQUESTS)

HEADER = "X-Request-ID"
# Another's id is taken as it is when it cannot be anything but an id.
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Answers nobody waited for, or that an error kept from beginning.
_UNANSWERED = 500


class Requests:
    """Plain ASGI, so that streams pass through untouched; to stand outside all others."""

    def __init__(self, app: ASGIApp, *, seconds: Histogram) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = _id_of(Headers(scope=scope).get(HEADER, ""))
        # Never put back: the task is this request's own, and its last words come after us.
        request_id.set(number)
        began, status, seconds = time.perf_counter(), _UNANSWERED, None

        async def answer(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], time.perf_counter() - began
                MutableHeaders(scope=message)[HEADER] = number
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            took = time.perf_counter() - began if seconds is None else seconds
            self._tell(scope, status, took)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route, milliseconds = template_of(scope), round(seconds * 1000, 1)
        self._seconds.labels(method, route, str(status)).observe(seconds)
        fields = {"method": method, "route": route, "status": status, "milliseconds": milliseconds}
        line = (method, route, status, milliseconds)
        _log.info("%s %s %d %s ms", *line, extra={FIELDS: fields})


def template_of(scope: Scope) -> str:
    """The template of the route that the request went to; of none, `-`."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "-"


def _id_of(told: str) -> str:
    return told if _SANE.fullmatch(told) else secrets.token_hex(8)
