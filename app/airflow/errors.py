"""The one door where an answer or a failure of HTTP becomes an error of ours.

Each message is one line that names the setting or the action, and holds no secret: the address
without its user part, the path without its query.
"""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from airflow_client.client.exceptions import ApiException, OpenApiException
from urllib3 import exceptions as http

from app.model.errors import (
    AirflowError,
    BadAnswer,
    Busy,
    LoginFailed,
    NotAirflow,
    NotAllowed,
    NotThere,
    OldAnswer,
    TlsFailed,
    Unreachable,
)

_REFUSED = 401
_FORBIDDEN = 403
_MISSING = 404
_TOO_MANY = 429
_SERVER_ERRORS = 500
# Longest wait, in seconds, that a Retry-After can talk us into.
_LONGEST_WAIT = 600.0


def from_http(error: Exception, *, url: str) -> AirflowError:
    """What a failed request means for the operator of xcomtrace.

    `error` is urllib3's or the Airflow client's. Their wrappers (MaxRetryError for one) are
    opened: what counts is the reason inside.
    """
    where = shown(url)
    if isinstance(error, http.MaxRetryError) and error.reason is not None:
        return from_http(error.reason, url=url)
    if isinstance(error, http.ProxyError):
        return Unreachable(f"the proxy before {where} does not answer: check HTTPS_PROXY")
    if isinstance(error, ApiException) and error.status == 0:
        return _tls(where, str(error))
    if isinstance(error, http.SSLError):
        return _tls(where, str(error))
    for kind, meaning in _MEANINGS:
        if isinstance(error, kind):
            return meaning(where)
    return Unreachable(f"the connection to {where} failed ({type(error).__name__})")


_NO_TLS = "does not speak TLS: XCOMTRACE_AIRFLOW_URL should begin with http://"
# What OpenSSL says, and what it means.
_TLS = (
    ("WRONG_VERSION_NUMBER", _NO_TLS),
    ("RECORD_LAYER_FAILURE", _NO_TLS),
    (
        "mismatch",
        "shows a certificate of another name: XCOMTRACE_AIRFLOW_URL should have that name",
    ),
    ("has expired", "shows a certificate that has expired"),
)


def _tls(where: str, told: str) -> AirflowError:
    for words, meaning in _TLS:
        if words in told:
            return TlsFailed(f"{where} {meaning}")
    return TlsFailed(
        f"the certificate of {where} is not trusted: set XCOMTRACE_AIRFLOW_CA_FILE to the"
        " certificate authority that signed it"
    )


def _unknown_host(where: str) -> AirflowError:
    return Unreachable(f"the host of {where} has no address: check XCOMTRACE_AIRFLOW_URL")


def _refused(where: str) -> AirflowError:
    return Unreachable(f"nothing answers at {where}: check XCOMTRACE_AIRFLOW_URL, or start Airflow")


def _slow(where: str) -> AirflowError:
    return Unreachable(f"{where} took too long to answer")


def _broken_off(where: str) -> AirflowError:
    return Unreachable(f"{where} broke off in the middle of an answer")


def _bad_address(where: str) -> AirflowError:
    return Unreachable(
        f"{where} is no address: XCOMTRACE_AIRFLOW_URL is like https://airflow.example"
    )


def _bad_encoding(where: str) -> AirflowError:
    return BadAnswer(f"{where} sent an answer that cannot be unpacked")


def _redirected(where: str) -> AirflowError:
    return NotAirflow(
        f"{where} redirects without end: XCOMTRACE_AIRFLOW_URL may lead to a sign-in page"
    )


def _closed(where: str) -> AirflowError:
    return Unreachable(f"the connections to {where} are closed")


def _misused(where: str) -> AirflowError:
    return BadAnswer(f"the request to {where} was refused by the HTTP client itself")


# urllib3's exceptions and the client's own, the most specific first: the first that fits counts.
_MEANINGS: tuple[tuple[type[Exception], Callable[[str], AirflowError]], ...] = (
    (http.NameResolutionError, _unknown_host),
    (http.NewConnectionError, _refused),
    (http.TimeoutError, _slow),
    (http.TimeoutStateError, _misused),
    (http.IncompleteRead, _broken_off),
    (http.InvalidChunkLength, _broken_off),
    (http.ProtocolError, _broken_off),
    (http.DecodeError, _bad_encoding),
    (http.LocationValueError, _bad_address),
    (http.ProxySchemeUnsupported, _bad_address),
    (http.MaxRetryError, _redirected),
    (http.ResponseError, _redirected),
    (http.HostChangedError, _redirected),
    (http.ClosedPoolError, _closed),
    (http.PoolError, _slow),
    (http.BodyNotHttplibCompatible, _broken_off),
    (http.InvalidHeader, _bad_encoding),
    (http.HeaderParsingError, _bad_encoding),
    (http.UnrewindableBodyError, _misused),
    (OpenApiException, _misused),
)


def from_status(status: int, *, path: str, url: str, retry_after: str | None) -> AirflowError:
    """What an answer's status means, where it is not a good one."""
    what, where = urlsplit(path).path, shown(url)
    if status == _REFUSED:
        return LoginFailed(
            f"{where} refuses the sign-in (401): check XCOMTRACE_AIRFLOW_USERNAME and"
            " XCOMTRACE_AIRFLOW_PASSWORD, XCOMTRACE_AIRFLOW_TOKEN or"
            " XCOMTRACE_AIRFLOW_TOKEN_COMMAND"
        )
    if status == _FORBIDDEN:
        return NotAllowed(f"Airflow does not let us read {what} (403): give the user a viewer role")
    if status == _MISSING:
        return NotThere(f"Airflow has no {what} (404)")
    if status == _TOO_MANY or status >= _SERVER_ERRORS:
        return Busy(
            f"{where} answers {status} to {what}: trying again later",
            retry_after=_seconds(retry_after),
            status=status,
        )
    return BadAnswer(f"{where} answers {status} to {what}, which xcomtrace does not understand")


def not_airflow(url: str, *, path: str) -> NotAirflow:
    """The error for a web page where Airflow's JSON should be."""
    base = base_address(url)
    hint = (
        f"XCOMTRACE_AIRFLOW_URL should be {base}"
        if base != shown(url)
        else "check XCOMTRACE_AIRFLOW_URL; it may lead to another service or a sign-in page"
    )
    return NotAirflow(
        f"{shown(url)} answers {urlsplit(path).path} with a page, not with Airflow's JSON: {hint}"
    )


def too_old(age: timedelta, *, path: str, url: str) -> OldAnswer:
    """The error for an answer that is so much older than others."""
    return OldAnswer(
        f"{shown(url)} answers {urlsplit(path).path} with what was so {age.total_seconds():.0f}"
        " seconds ago: the proxy in between must not cache, and Airflow's clocks must agree"
    )


def base_address(url: str) -> str:
    """The address to set: without the parts that people copy from Airflow's own pages."""
    address = shown(url)
    for tail in ("/api/v2", "/api/v1", "/home", "/docs", "/dags", "/auth/login"):
        address = address.split(f"{tail}/")[0].removesuffix(tail)
    return address.rstrip("/")


def shown(url: str) -> str:
    """The address as it may be shown: without user, password, query and fragment."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}".rstrip("/") if host else parts.path


def _seconds(retry_after: str | None) -> float | None:
    # The other form, a date, would be told by a clock that is not ours: back-off serves as well.
    if retry_after is None or not retry_after.strip().isdigit():
        return None
    return min(float(retry_after.strip()), _LONGEST_WAIT)
