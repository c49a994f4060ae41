"""Which Airflow this is and which API it speaks, or what else answers at its address."""

import re
from dataclasses import dataclass

import urllib3
from airflow_client.client.api.version_api import VersionApi

from app.airflow import payloads
from app.airflow.connection import TIMEOUT, Connection
from app.airflow.decoding import decoded
from app.airflow.errors import not_airflow
from app.model.errors import (
    AirflowError,
    BadAnswer,
    LoginFailed,
    NotAirflow,
    NotAllowed,
    NotThere,
    OldAnswer,
    WrongVersion,
)

V1, V2 = "v1", "v2"
#: The first Airflow whose task instances tell their rendered fields in API v1.
OLDEST = (2, 4)
_NOT_THERE = (NotThere, NotAirflow, BadAnswer)
# What else answers when it is asked for an API that it has not.
_OTHER = {V1: V2, V2: V1}


@dataclass(frozen=True, slots=True)
class Found:
    """The Airflow at the address, and the API that it was found by."""

    version: payloads.Version
    api: str


def find(at: Connection, *, first: str = V2) -> Found:
    """Which Airflow this is, asked without signing in where it lets us.

    `first`: the API that it spoke last; the other is tried when that one is not there (any more).
    Raises WrongVersion for one that is too old and NotAirflow for anything else.
    """
    try:
        found = Found(_version(at, first), first)
    except OldAnswer:
        at.forget_time()
        raise
    except (*_NOT_THERE, LoginFailed, NotAllowed) as error:
        found = Found(_other_version(at, _OTHER[first], error), _OTHER[first])
    if not found.version.version:
        raise not_airflow(at.url, path=f"/api/{V2}/version")
    if numbers(found.version.version) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise WrongVersion(
            f"this is Airflow {found.version.version}: xcomtrace reads Airflow {oldest} and newer"
        )
    return found


def numbers(version: str) -> tuple[int, ...]:
    """The numbers a version begins with: (2, 11, 2) of `2.11.2+composer`."""
    leading = re.match(r"[\d.]*", version)
    return tuple(int(part) for part in (leading[0] if leading else "").split(".") if part)


def _version(at: Connection, api: str) -> payloads.Version:
    def request(headers: dict[str, str]) -> urllib3.HTTPResponse:
        if api == V2:
            return VersionApi(at.api).get_version_without_preload_content(
                _headers=headers, _request_timeout=TIMEOUT
            )
        return at.get("/api/v1/version", headers)

    try:
        body = at.body(request, signed_in=False)
    except (LoginFailed, NotAllowed):
        body = at.body(request)
    return decoded(body.data, payloads.Version, what="version")


def _other_version(at: Connection, api: str, error: AirflowError) -> payloads.Version:
    try:
        return _version(at, api)
    except AirflowError as other:
        if isinstance(error, _NOT_THERE) and isinstance(other, _NOT_THERE):
            raise not_airflow(at.url, path=f"/api/{V2}/version") from error
        raise error from None
