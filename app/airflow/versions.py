"""Which Airflow this is, or what else answers at its address."""

import urllib3
from airflow_client.client.api.version_api import VersionApi

from app.airflow import payloads
from app.airflow.asking import Asking
from app.airflow.connection import TIMEOUT
from app.airflow.decoding import decoded
from app.airflow.errors import not_airflow
from app.model.errors import (
    AirflowError,
    BadAnswer,
    LoginFailed,
    NotAirflow,
    NotAllowed,
    NotThere,
    WrongVersion,
)


class VersionQuestion(Asking):
    def version(self) -> payloads.Version:
        """Which Airflow this is, asked without signing in where it lets us.

        Raises WrongVersion for Airflow 2 and NotAirflow for anything else.
        """
        try:
            version = self._version("v2")
        except (NotThere, NotAirflow) as error:
            raise self._what_else_it_is(error) from error
        if not version.version:
            raise not_airflow(self._at.url, path="/api/v2/version")
        if version.version.split(".")[0] in ("1", "2"):
            raise _wrong_version(version.version)
        return version

    def _version(self, api: str) -> payloads.Version:
        def request(headers: dict[str, str]) -> urllib3.HTTPResponse:
            if api == "v2":
                return VersionApi(self._at.api).get_version_without_preload_content(
                    _headers=headers, _request_timeout=TIMEOUT
                )
            return self._at.get("/api/v1/version", headers)

        try:
            body = self._at.body(request, signed_in=False)
        except (LoginFailed, NotAllowed):
            body = self._at.body(request)
        return decoded(body.data, payloads.Version, what="version")

    def _what_else_it_is(self, error: AirflowError) -> AirflowError:
        try:
            return _wrong_version(self._version("v1").version)
        except (NotThere, BadAnswer):
            return not_airflow(self._at.url, path="/api/v2/version")
        except AirflowError:
            return error


def _wrong_version(version: str) -> WrongVersion:
    return WrongVersion(f"this is Airflow {version or '2'}: xcomtrace needs Airflow 3")
