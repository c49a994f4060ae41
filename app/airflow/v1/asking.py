"""What all questions of API v1 share: paths, parameters, and pages turned to the last."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar
from urllib.parse import quote, urlencode

import urllib3

from app.airflow.asking import PAGE_ROWS, Asking, Paged, rows
from app.airflow.connection import Connection, Request
from app.airflow.v1.features import Features
from app.model.ids import RunKey

T = TypeVar("T")


_P = TypeVar("_P", bound=Paged)
_R = TypeVar("_R")
#: A parameter's value; of several each is sent, of none nothing.
Value = str | int | tuple[str, ...]


class AskingV1(Asking):
    """Asks one Airflow 2, for what it can tell."""

    def __init__(self, at: Connection, *, value_limit: int, features: Features) -> None:
        super().__init__(at, value_limit=value_limit)
        self._features = features

    def _get(self, path: str, **parameters: Value) -> Request:
        where = f"{path}?{urlencode(parameters, doseq=True)}" if parameters else path

        def request(headers: dict[str, str]) -> urllib3.HTTPResponse:
            return self._at.get(f"/api/v1/{where}", headers)

        return request

    def _post(self, path: str, fields: Mapping[str, object]) -> Request:
        def request(headers: dict[str, str]) -> urllib3.HTTPResponse:
            return self._at.post(f"/api/v1/{path}", headers, fields)

        return request

    def _rows(
        self,
        into: type[_P],
        rows_of: Callable[[_P], tuple[_R, ...]],
        what: str,
        path: str,
        **parameters: Value,
    ) -> Iterator[_R]:
        """The rows of all pages of a list; API v1 knows no cursor."""

        def page(_cursor: str | None, offset: int) -> _P:
            request = self._get(path, limit=PAGE_ROWS, offset=offset, **parameters)
            return self._page(into, what, request)

        return rows(page, rows_of)


def path_of(*parts: str) -> str:
    """Parts of a path, each quoted as a whole."""
    return "/".join(quote(part, safe="~") for part in parts)


def path_of_run(run: RunKey, *more: str) -> str:
    return path_of("dags", run.dag_id, "dagRuns", run.run_id, *more)
