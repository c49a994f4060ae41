"""A password user of Airflow 2: the session of its web site where that is let in, else HTTP basic.

Basic makes Airflow hash the password for every request, 110 ms of its processor's time; a session
does so once (airflow-facts.md, part 2). API v1 has no tokens.
"""

import base64
import re
import threading
from collections.abc import Callable

from app.airflow.auth import Password
from app.airflow.connection import Connection, Page
from app.airflow.errors import from_status

_LOGIN = "/login/"
# The smallest thing that a user who may read anything may read.
_PROBE = "/api/v1/dags?limit=1"
_CSRF = re.compile(r'name="csrf_token"[^>]*\svalue="([^"]+)"')
_OK = 200
_UNKNOWN, _FORBIDDEN = 401, 403
_REDIRECTS = (302, 303)
# A session that was let in is refused with 403, too, for what its user may not read: only one that
# is older than this may have ended instead.
_MAY_HAVE_ENDED = 600.0


class Session:
    """Signed in when it is first needed, and again once the session has ended."""

    def __init__(self, at: Connection, user: Password, *, clock: Callable[[], float]) -> None:
        self._at = at
        self._user = user
        self._clock = clock
        self._lock = threading.Lock()
        self._headers: dict[str, str] | None = None
        self._since = 0.0

    def headers(self) -> dict[str, str]:
        with self._lock:
            if self._headers is None:
                cookie = session_cookie(self._at, self._user)
                self._headers = {"Cookie": cookie} if cookie else basic(self._user)
                self._since = self._clock()
            return self._headers

    def renew(self, *, refused: dict[str, str], status: int) -> bool:
        with self._lock:
            # Several requests may be refused at once; the first one renews for all of them.
            if refused != self._headers:
                return True
            is_young = self._clock() - self._since < _MAY_HAVE_ENDED
            if "Cookie" not in refused or (status == _FORBIDDEN and is_young):
                return False
            self._headers = None
            return True


def basic(user: Password) -> dict[str, str]:
    text = base64.b64encode(f"{user.username}:{user.password}".encode()).decode()
    return {"Authorization": f"Basic {text}"}


def session_cookie(at: Connection, user: Password) -> str | None:
    """The cookie of a new session that API v1 lets in; None where there is no such thing.

    Raises LoginFailed when the sign-in page refuses the user.
    """
    form = at.page("GET", _LOGIN, headers={}, fields={})
    if form.status != _OK or 'name="password"' not in form.text:
        return None
    fields = {"username": user.username, "password": user.password}
    if token := _CSRF.search(form.text):
        fields["csrf_token"] = token[1]
    headers = {"Cookie": _cookie(form), "Referer": f"{at.url}{_LOGIN}"}
    answer = at.page("POST", _LOGIN, headers=headers, fields=fields)
    if answer.status not in _REDIRECTS or not answer.cookies:
        return None
    if answer.location.partition("?")[0].endswith(_LOGIN):
        raise from_status(_UNKNOWN, path=_LOGIN, url=at.url, retry_after=None)
    cookie = _cookie(answer)
    probe = at.page("GET", _PROBE, headers={"Cookie": cookie}, fields={})
    return cookie if probe.status == _OK else None


def _cookie(page: Page) -> str:
    return "; ".join(f"{name}={value}" for name, value in page.cookies.items())
