"""`Airflow`: one method for each question we ask of the REST API, version 2 (Airflow 3)."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from app.airflow.auth import Anonymous, Credentials
from app.airflow.connection import Connection, Way
from app.airflow.dags import DagQuestions
from app.airflow.instances import InstanceQuestions
from app.airflow.runs import RunQuestions
from app.airflow.versions import VersionQuestion
from app.airflow.xcoms import XComQuestions

T = TypeVar("T")

#: Default for the largest value read whole, in bytes.
VALUE_LIMIT = 1_000_000


class Airflow(VersionQuestion, DagQuestions, RunQuestions, InstanceQuestions, XComQuestions):
    """What an Airflow 3 says about itself.

    Every method raises an AirflowError, one line each, when it does not say it. Safe to call from
    several threads; no more than four requests (or what `way` says) are under way at once.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials | None = None,
        *,
        way: Way | None = None,
        value_limit: int = VALUE_LIMIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        at = Connection(url, credentials or Anonymous(), way=way or Way(), clock=clock)
        super().__init__(at, value_limit=value_limit)

    @property
    def url(self) -> str:
        return self._at.url

    @property
    def requests(self) -> int:
        """Requests made so far, sign-ins and refused ones included."""
        return self._at.requests

    @property
    def server_time(self) -> datetime | None:
        """Airflow's own clock, by the `Date` of its latest answer, to the second below."""
        return self._at.server_time

    def close(self) -> None:
        self._at.close()

    def many(self, calls: Iterable[Callable[[], T]]) -> list[T]:
        """The results of independent calls, in order, four at a time; raises the first error."""
        return self._at.many(iter(calls))
