"""HTTP to one Airflow: connections, limits, sign-in, and what each status means.

At most four requests are under way at once, so many in a minute (`Budget`), and only one for a log
or a DAG source: those take two of an api-server's database connections each, and sixteen at once
have stopped a whole server together with the tasks that depend on it (airflow-facts.md, 1.8).
"""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeAlias, TypeVar
from urllib.parse import urlencode

import urllib3
from airflow_client.client import ApiClient, Configuration
from airflow_client.client.exceptions import OpenApiException

from app.airflow.auth import Bearer, Credentials, Identity, Password, token_source
from app.airflow.budget import A_MINUTE, Budget
from app.airflow.decoding import decoded
from app.airflow.errors import from_http, from_status, not_airflow, too_old
from app.airflow.payloads import Login
from app.model.errors import AirflowError, BadAnswer, LoginFailed, NotAirflow, NotThere, Unreachable

T = TypeVar("T")
#: A raw method of the official client, waiting for the headers to send.
Request: TypeAlias = Callable[[dict[str, str]], urllib3.HTTPResponse]

#: Requests under way at once; more gains nothing from one api-server process and can stall it.
MOST_AT_ONCE = 4
#: Seconds to connect, and between two pieces of an answer.
TIMEOUT = (5.0, 30.0)
# Seconds a whole answer may take, however steadily it drips.
_LONGEST_ANSWER = 180.0
# Bytes of any answer that is not a value; a page of 100 task instances has 0.2 MB.
_PAGE_LIMIT = 64_000_000
# Bytes of an answer to a sign-in, or of the page with its form.
_SIGN_IN_LIMIT = 1_000_000
_PIECE = 65_536
# What a cache in between remembers is of no use to a mirror.
_UNCACHED = {"Cache-Control": "no-cache"}
_OK = 200
_CREATED = 201
_MISSING = 404
#: How much older than another an answer may be: as long as the lists of changes overlap, so that
#: what it does not tell yet is listed again.
OLDEST = timedelta(seconds=120)
# To whom it does not know, Airflow 2 says 403 as well.
_REFUSED = (401, 403)


@dataclass(frozen=True, slots=True)
class Way:
    """How an Airflow is reached, beside its address; files are PEM."""

    ca_file: str | None = None  # Trusted beside the system's.
    client_certificate: str | None = None
    client_key: str | None = None  # Where it is not in the certificate's file.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # Sent each time.
    at_once: int = MOST_AT_ONCE
    a_minute: int = A_MINUTE


@dataclass(frozen=True, slots=True)
class Body:
    """An answer's bytes; `cut` when there were more. `length`: how many there are, if told."""

    data: bytes
    cut: bool
    length: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of Airflow's web site, with the cookies it gives."""

    status: int
    text: str
    location: str  # Where a redirect leads.
    cookies: Mapping[str, str]


class Connection:
    """The way to one Airflow, safe to use from several threads."""

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        *,
        way: Way,
        clock: Callable[[], float],
    ) -> None:
        self.url = url.rstrip("/")
        self.api = ApiClient(
            Configuration(
                host=self.url,
                ssl_ca_cert=way.ca_file,
                cert_file=way.client_certificate,
                key_file=way.client_key,
                retries=_retries(way.headers),
                connection_pool_maxsize=way.at_once,
            )
        )
        self.api.user_agent = "xcomtrace"
        self._way = way
        #: Who we are from the next request on.
        self.identity: Identity = Bearer(token_source(credentials, login=self._login, clock=clock))
        self._clock = clock
        self._slots = threading.BoundedSemaphore(way.at_once)
        self._heavy = threading.Lock()
        self._counting = threading.Lock()
        self._closed = threading.Event()
        self.budget = Budget(way.a_minute)
        self._pool = ThreadPoolExecutor(way.at_once, thread_name_prefix="airflow")
        self.requests = 0  # Made so far, sign-ins and refused ones included.
        self.errors = 0  # Of them, refused or not answered; that something is missing is none.
        self.server_time: datetime | None = None  # By the Date header of the latest answer.
        self._newest: datetime | None = None  # The latest time that any answer told.

    def close(self) -> None:
        """Let go of every connection; later requests fail with Unreachable."""
        self._closed.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.api.rest_client.pool_manager.clear()

    def forget_time(self) -> None:
        """Have the next answer believed, whatever its time: Airflow's clock may be put back."""
        self._newest = None

    def many(self, calls: Iterator[Callable[[], T]]) -> list[T]:
        """The results of independent calls, in their order, four at a time.

        Raises the first error among them; calls not yet begun are dropped then.
        """
        try:
            futures = [self._pool.submit(call) for call in calls]
        except RuntimeError as error:
            raise self._is_closed() from error
        try:
            return [future.result() for future in futures]
        except CancelledError as error:
            raise self._is_closed() from error
        finally:
            for future in futures:
                future.cancel()

    def _is_closed(self) -> Unreachable:
        return Unreachable(f"the connections to {self.url} are closed")

    def whole(self, request: Request, into: type[T], *, what: str, heavy: bool = False) -> T:
        """The answer as its payload. `what` names it in errors; `heavy`: one such at a time."""
        body = self.body(request, heavy=heavy)
        if body.cut:
            raise BadAnswer(f"Airflow's {what} is longer than {_PAGE_LIMIT} bytes")
        return decoded(body.data, into, what=what)

    def body(
        self,
        request: Request,
        *,
        limit: int = _PAGE_LIMIT,
        headers: dict[str, str] | None = None,
        heavy: bool = False,
        signed_in: bool = True,
    ) -> Body:
        """The answer's bytes up to the limit; the rest is not read.

        Raises AirflowError: whatever went wrong, in one line.
        """
        with self.answer(request, headers=headers, heavy=heavy, signed_in=signed_in) as response:
            return self._read(response, limit=limit)

    @contextmanager
    def answer(
        self,
        request: Request,
        *,
        headers: dict[str, str] | None = None,
        heavy: bool = False,
        signed_in: bool = True,
    ) -> Iterator[urllib3.HTTPResponse]:
        """A good answer, its body not read yet, holding one of the four places meanwhile."""
        with (
            self._heavy if heavy else _nothing(),
            self._slots,
            self._opened(request, headers=headers or {}, signed_in=signed_in) as response,
        ):
            yield response

    def pieces(self, response: urllib3.HTTPResponse) -> Iterator[bytes]:
        """The body, unpacked, piece by piece.

        Raises Unreachable when it breaks off or takes too long as a whole.
        """
        end = self._clock() + _LONGEST_ANSWER
        try:
            while piece := response.read(_PIECE):
                if self._clock() > end:
                    raise Unreachable(f"{self.url} took too long to answer")
                yield piece
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise from_http(error, url=self.url) from error

    def page(
        self, method: str, path: str, *, headers: dict[str, str], fields: dict[str, str]
    ) -> Page:
        """A page of Airflow's web site as it is, redirects not followed; `fields` are a form's.

        It takes none of the four places: whoever signs in holds one already.
        """
        with self._closing(
            self._sent(lambda sent: self._submit(method, path, sent, fields), headers)
        ) as response:
            text = self._read(response, limit=_SIGN_IN_LIMIT).data.decode("utf-8", "replace")
        cookies = dict(
            cookie.partition(";")[0].strip().split("=", 1)
            for cookie in response.headers.getlist("Set-Cookie")
            if "=" in cookie.partition(";")[0]
        )
        return Page(response.status, text, response.headers.get("Location", ""), cookies)

    def _submit(
        self, method: str, path: str, headers: dict[str, str], fields: dict[str, str]
    ) -> urllib3.HTTPResponse:
        # The client's own way to send a form follows redirects, and loses the cookie on the way.
        form = {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
        response = self.api.rest_client.pool_manager.urlopen(
            method,
            self.url + path,
            redirect=False,
            body=urlencode(fields) if fields else None,
            headers={"User-Agent": self.api.user_agent, **form, **headers},
            preload_content=False,
            timeout=urllib3.Timeout(*TIMEOUT),
        )
        return _urllib3s(response)

    @contextmanager
    def _opened(
        self, request: Request, *, headers: dict[str, str], signed_in: bool
    ) -> Iterator[urllib3.HTTPResponse]:
        with self._closing(
            self._accepted(request, headers=headers, signed_in=signed_in)
        ) as response:
            self._check_is_json(response)
            yield response

    @staticmethod
    @contextmanager
    def _closing(response: urllib3.HTTPResponse) -> Iterator[urllib3.HTTPResponse]:
        try:
            yield response
        finally:
            # A body read to its end has gone back to the pool; of the others we want no more.
            response.close()

    def _read(self, response: urllib3.HTTPResponse, *, limit: int) -> Body:
        pieces, size = [], 0
        for piece in self.pieces(response):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                break
        return Body(b"".join(pieces)[:limit], cut=size > limit, length=told_length(response))

    def _accepted(
        self, request: Request, *, headers: dict[str, str], signed_in: bool
    ) -> urllib3.HTTPResponse:
        who = self.identity.headers() if signed_in else {}
        response = self._sent(request, {**headers, **who})
        status = response.status
        if status in _REFUSED and signed_in and self.identity.renew(refused=who, status=status):
            response.close()
            response = self._sent(request, {**headers, **self.identity.headers()})
        try:
            if response.status in (_OK, _CREATED, _MISSING):
                self._check_is_new(response)
            if response.status not in (_OK, _CREATED):
                raise self._meaning(response)
        except AirflowError as error:
            response.close()
            self._count(error)
            raise
        return response

    def _count(self, error: AirflowError) -> None:
        if not isinstance(error, NotThere):
            with self._counting:
                self.errors += 1

    def _check_is_new(self, response: urllib3.HTTPResponse) -> None:
        """Raises OldAnswer for what a cache gives, though it was asked not to.

        What such an answer does not tell may have been told before, and would be taken as gone.
        """
        if (told := _told_time(response)) is None:
            return
        with self._counting:
            newest = self._newest = max(told, self._newest or told)
        if newest - told > OLDEST:
            raise too_old(newest - told, path=response.url or "", url=self.url)

    def _meaning(self, response: urllib3.HTTPResponse) -> AirflowError:
        path = response.url or ""
        error = from_status(
            response.status,
            path=path,
            url=self.url,
            retry_after=response.headers.get("Retry-After"),
        )
        # Airflow says 404 in JSON; a page that says so stands somewhere else.
        if isinstance(error, NotThere) and _is_page(response):
            return not_airflow(self.url, path=path)
        return error

    def _check_is_json(self, response: urllib3.HTTPResponse) -> None:
        if _is_page(response):
            raise not_airflow(self.url, path=response.url or "")

    def _sent(self, request: Request, headers: dict[str, str]) -> urllib3.HTTPResponse:
        if not self.budget.spend(self._closed.wait):
            raise self._is_closed()
        with self._counting:
            self.requests += 1
        try:
            response = request({**_UNCACHED, **self._way.headers, **headers})
        except (urllib3.exceptions.HTTPError, OpenApiException, OSError) as error:
            meaning = from_http(error, url=self.url)
            self._count(meaning)
            raise meaning from error
        self.server_time = _told_time(response) or self.server_time
        return response

    def _login(self, user: Password) -> str:
        fields = {"username": user.username, "password": user.password}
        try:
            # Without a place of its own: whoever needs the token holds one, and all others may be
            # held by requests that wait for it.
            with self._opened(
                lambda headers: self._post_login(fields, headers), headers={}, signed_in=False
            ) as response:
                body = self._read(response, limit=_SIGN_IN_LIMIT)
        except (NotThere, NotAirflow) as error:
            raise LoginFailed(
                f"{self.url} has no sign-in by password (POST /auth/token):"
                " set XCOMTRACE_AIRFLOW_TOKEN or XCOMTRACE_AIRFLOW_TOKEN_COMMAND instead"
            ) from error
        if not (token := decoded(body.data, Login, what="sign-in").access_token):
            raise LoginFailed(f"{self.url} signs in without giving a token")
        return token

    def _post_login(self, fields: dict[str, str], headers: dict[str, str]) -> urllib3.HTTPResponse:
        # Airflow 3.3 reads it without a word about its kind; a stricter FastAPI refuses to.
        return self.post("/auth/token", headers, fields)

    def get(self, path: str, headers: dict[str, str]) -> urllib3.HTTPResponse:
        """The answer to a path for which the official client has no method."""
        return self._raw("GET", path, headers=headers)

    def post(
        self, path: str, headers: dict[str, str], fields: Mapping[str, object]
    ) -> urllib3.HTTPResponse:
        """The answer to these fields, sent as JSON."""
        typed = {**headers, "Content-Type": "application/json"}
        return self._raw("POST", path, headers=typed, fields=fields)

    def _raw(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str],
        fields: Mapping[str, object] | None = None,
    ) -> urllib3.HTTPResponse:
        return _urllib3s(
            self.api.call_api(
                method, self.url + path, headers, fields, _request_timeout=TIMEOUT
            ).response
        )


def _retries(headers: Collection[str]) -> urllib3.Retry:
    """A stale kept-alive connection or one redirect is nobody's concern; more is ours to judge.

    What we send to this Airflow alone does not go to another host that it redirects to.
    """
    return urllib3.Retry(
        total=3,
        connect=1,
        read=1,
        redirect=2,
        status=0,
        other=0,
        respect_retry_after_header=False,
        remove_headers_on_redirect={*urllib3.Retry.DEFAULT_REMOVE_HEADERS_ON_REDIRECT, *headers},
    )


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _urllib3s(response: object) -> urllib3.HTTPResponse:
    if not isinstance(response, urllib3.HTTPResponse):
        raise TypeError(f"not a response of urllib3: {type(response)}")
    return response


def _is_page(response: urllib3.HTTPResponse) -> bool:
    return "html" in response.headers.get("Content-Type", "").lower()


def _told_time(response: urllib3.HTTPResponse) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("Date", "")).astimezone(UTC)
    except ValueError:
        return None


def told_length(response: urllib3.HTTPResponse) -> int | None:
    """Bytes of the answer, if its headers tell it."""
    # Of a packed body the header tells the packed length, which is of no use here.
    length = response.headers.get("Content-Length", "")
    packed = response.headers.get("Content-Encoding", "identity") != "identity"
    return int(length) if length.isdigit() and not packed else None
