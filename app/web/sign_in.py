"""Signing in and out, in the way that the settings name."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.access.reader import Access
from app.access.sessions import Sessions
from app.access.ways import ByPassword, ByProvider
from app.model.addresses import is_loopback
from app.model.errors import AccessError, SignInRefused
from app.web import links
from app.web.chrome import Chrome, bare_chrome
from app.web.guard import visit_of
from app.web.parts import Parts, WebParts
from app.web.posted import Form

router = APIRouter(include_in_schema=False)

# Carries a reader to the provider and back.
_LEFT = "xcomtrace_oidc"
_REFUSED, _TOO_OFTEN, _UNKNOWN = 401, 429, 503


@dataclass(frozen=True, slots=True)
class SignInPage:
    chrome: Chrome
    way: str  # "airflow", "oidc", or "proxy", where there is nothing to fill in.
    onward: str  # The page that was asked for.
    name: str
    refused: str  # Why it did not work, one line.
    several: bool  # Airflows that are tried.


@router.get(links.SIGN_IN)
def sign_in_page(request: Request, parts: Parts, onward: str = "") -> Response:
    if parts.access.is_open or parts.access.reader(visit_of(request)) is not None:
        return RedirectResponse(_ours(onward), 303)
    return _page(parts, onward=onward)


@router.post(links.SIGN_IN)
def signed_in(request: Request, parts: Parts, form: Form) -> Response:
    access, onward = signing_in(parts.access), form.get("onward", "")
    name = form.get("name", "").strip()
    if not isinstance(access, ByPassword):
        return RedirectResponse(links.SIGN_IN, 303)
    try:
        _over_https(request, access.sessions)
        cookie = access.sign_in(visit_of(request), name, form.get("password", ""))
    except AccessError as error:
        return _page(parts, onward=onward, name=name, error=error)
    return _welcome(access.sessions, cookie, onward)


@router.get(f"{links.SIGN_IN}/oidc")
def leave(parts: Parts, onward: str = "") -> Response:
    """To the provider of sign-ins."""
    access = signing_in(parts.access)
    if not isinstance(access, ByProvider):
        return RedirectResponse(links.SIGN_IN, 303)
    try:
        leaving = access.begin(_ours(onward))
    except AccessError as error:
        return _page(parts, onward=onward, error=error)
    answer = RedirectResponse(leaving.url, 303)
    answer.set_cookie(
        _LEFT,
        leaving.cookie,
        max_age=leaving.seconds,
        path=links.SIGN_IN,
        secure=access.sessions.is_secure,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get(links.SIGN_IN_BACK)
def come_back(request: Request, parts: Parts) -> Response:
    """From the provider of sign-ins."""
    access = signing_in(parts.access)
    if not isinstance(access, ByProvider):
        return RedirectResponse(links.SIGN_IN, 303)
    left = request.cookies.get(_LEFT, "")
    try:
        cookie, onward = access.finish(visit_of(request), request.url.query, left)
    except AccessError as error:
        return _page(parts, onward="", error=error)
    answer = _welcome(access.sessions, cookie, onward)
    answer.delete_cookie(_LEFT, path=links.SIGN_IN)
    return answer


@router.post(links.SIGN_OUT)
def signed_out(request: Request, parts: Parts, form: Form) -> Response:
    _ = form
    access = signing_in(parts.access)
    answer = RedirectResponse(links.SIGN_IN, 303)
    if isinstance(access, ByPassword | ByProvider):
        access.sign_out(visit_of(request))
        answer.delete_cookie(
            access.sessions.cookie, path="/", secure=access.sessions.is_secure, httponly=True
        )
    return answer


def signing_in(access: Access) -> Access:
    """The way of readers, without that of programs."""
    return getattr(access, "way", access)


def _welcome(sessions: Sessions, cookie: str, onward: str) -> Response:
    answer = RedirectResponse(_ours(onward), 303)
    answer.set_cookie(
        sessions.cookie,
        cookie,
        max_age=sessions.seconds,
        path="/",
        secure=sessions.is_secure,
        httponly=True,
        # Links to us from mails and chats are followed signed in; forms from elsewhere are not.
        samesite="lax",
    )
    return answer


def _page(
    parts: WebParts, *, onward: str, name: str = "", error: AccessError | None = None
) -> Response:
    access = signing_in(parts.access)
    way = _way(access)
    page = SignInPage(
        chrome=bare_chrome(parts, tab="sign_in"),
        way=way,
        onward=_ours(onward),
        name=name,
        refused=str(error or ""),
        several=isinstance(access, ByPassword) and access.is_of_several,
    )
    answer = parts.renderer.page("sign_in/page.html", page, status=_status(way, error))
    if isinstance(error, SignInRefused) and error.wait:
        answer.headers["Retry-After"] = str(error.wait)
    return answer


def _over_https(request: Request, sessions: Sessions) -> None:
    """Raises SignInRefused when the browser would drop our cookie, and ask to sign in for ever."""
    came_from = urlsplit(request.headers.get("origin", ""))
    # Browsers take loopback for as safe as HTTPS.
    if (
        sessions.is_secure
        and came_from.scheme == "http"
        and not is_loopback(came_from.hostname or "")
    ):
        raise SignInRefused(
            "You came by http://, and signing in works by https:// only: open this page by https://."
        )


def _way(access: Access) -> str:
    if isinstance(access, ByPassword):
        return "airflow"
    return "oidc" if isinstance(access, ByProvider) else "proxy"


def _status(way: str, error: AccessError | None) -> int:
    if error is None:
        return _REFUSED if way == "proxy" else 200
    if isinstance(error, SignInRefused):
        return _TOO_OFTEN if error.wait else _REFUSED
    return _UNKNOWN


def _ours(onward: str) -> str:
    """The address if it is one of our pages, else the overview."""
    parts = urlsplit(onward)
    is_ours = onward.startswith("/") and not onward.startswith(("//", "/\\", links.SIGN_IN))
    return onward if is_ours and not parts.scheme and not parts.netloc else links.overview()
