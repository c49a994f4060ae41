"""Our errors put into statuses and shown: the one place of the program that picks a status."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.logs import request_id
from app.model.errors import AccessError, NotKept, NotUnderstood, StoreError, XcomtraceError
from app.web import links
from app.web.answering import as_json
from app.web.chrome import Chrome, bare_chrome
from app.web.headers import HEADERS
from app.web.parts import WebParts
from app.web.requests import HEADER

_OURS = 500


@dataclass(frozen=True, slots=True)
class ErrorPage:
    chrome: Chrome
    title: str
    advice: str
    request_id: str | None  # Of a mistake of ours: the log's lines about it carry it.


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    # One word per kind: "not_found", "bad_request", "not_understood", "store", "internal".
    error: str
    message: str
    position: int | None = None  # Of the character, from 0, that a search is not understood at.
    request_id: str | None = None  # Of a mistake of ours: the log's lines about it carry it.


@dataclass(frozen=True, slots=True)
class _Shown:
    status: int
    word: str
    title: str
    advice: str
    position: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def install(app: FastAPI, parts: WebParts) -> None:
    """Every error of the app answers as a page, or as JSON under /api."""

    def handle(request: Request, error: Exception) -> Response:
        return answered(request, parts, error)

    for kind in (XcomtraceError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, handle)


def answered(request: Request, parts: WebParts, error: Exception) -> Response:
    """The answer to a request that ended so."""
    return _answer(request, parts, _shown(error))


def _answer(request: Request, parts: WebParts, shown: _Shown) -> Response:
    if shown.status != _OURS:
        answer = _told(request, parts, shown, number=None)
        answer.headers.update(shown.headers)
        return answer
    number = request_id.get() or None
    answer = _told(request, parts, shown, number=number)
    # A mistake is answered outside of what gives all other answers their policy and their id.
    answer.headers.update({**HEADERS, "Cache-Control": "private, no-cache"})
    if number:
        answer.headers[HEADER] = number
    return answer


def _told(request: Request, parts: WebParts, shown: _Shown, *, number: str | None) -> Response:
    if request.url.path.startswith(links.API):
        message = " ".join(filter(None, (f"{shown.title.removesuffix('.')}.", shown.advice)))
        answer = ErrorAnswer(shown.word, message, shown.position, number)
        return as_json(answer, shown.status)
    # Without the store: it may be what failed.
    page = ErrorPage(bare_chrome(parts), shown.title, shown.advice, number)
    return parts.renderer.page("errors/page.html", page, status=shown.status)


def _shown(error: Exception) -> _Shown:  # noqa: PLR0911 - one for each kind of error
    match error:
        case NotKept():
            advice = (
                "It may not be mirrored yet, it may have been deleted because it was old (see"
                " Status), or the address has a typing error."
            )
            return _Shown(404, "not_found", str(error), advice)
        case AccessError():
            return _Shown(503, "access", "Who may see what is not known now", str(error))
        case NotUnderstood(position=at):
            return _Shown(422, "not_understood", "The search is not understood", str(error), at)
        case StoreError():
            return _Shown(503, "store", "The database does not answer as it should", str(error))
        case HTTPException(status_code=404):
            return _Shown(404, "not_found", "There is no such page", "Check the address.")
        case HTTPException(status_code=405, headers=headers):
            methods = (headers or {}).get("Allow", "")
            title = "This address is not asked for in this way"
            return _Shown(405, "bad_request", title, f"Use {methods}.", headers=headers or {})
        case HTTPException(status_code=400, detail="There was an error parsing the body"):
            advice = "Send JSON as UTF-8, and nest it no deeper than needed."
            return _Shown(400, "bad_request", "The body cannot be read", advice)
        case HTTPException(status_code=status):
            return _Shown(status, "bad_request", str(error.detail), "")
        case RequestValidationError():
            complaints: list[dict[str, Any]] = list(error.errors())
            where = "body" if complaints[0]["loc"][0] == "body" else "address"
            title = f"The {where} asks for something odd"
            return _Shown(422, "bad_request", title, _odd(complaints))
    advice = "The log of xcomtrace says more. Nothing that was stored is lost."
    return _Shown(_OURS, "internal", "xcomtrace made a mistake", advice)


def _odd(complaints: list[dict[str, Any]]) -> str:
    return "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in complaints)
