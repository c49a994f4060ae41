"""`Airflow`: the one door, whichever version of the REST API stands behind it."""

import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar

from app.airflow import longtext, payloads
from app.airflow.asking import PAGE_ROWS
from app.airflow.auth import Anonymous, Credentials, Identity, Kept, Password, SignedIn
from app.airflow.budget import Budget
from app.airflow.connection import Connection, Way
from app.airflow.one_by_one import OneByOne
from app.airflow.questions import ALL, Questions
from app.airflow.readable import Readable, readable
from app.airflow.v1.api import api_v1
from app.airflow.v1.session import Session
from app.airflow.v2.api import ApiV2
from app.airflow.versions import V1, V2, Found, find
from app.model.errors import NotThere, WrongVersion
from app.model.facts import ListedBy
from app.model.ids import RunKey, TaskInstanceKey, TryKey

T = TypeVar("T")

# What may be refused apart.
_RUNS, _VERSIONS = "runs", "versions"
_REFUSES_ALL = (
    "its user may not ask for all DAGs at once: each is asked for by itself, which takes a request"
    " for each in every pass"
)
#: Default for the largest value read whole, in bytes.
VALUE_LIMIT = 1_000_000


class Airflow:
    """What an Airflow says about itself; see `Questions` for what each question gives.

    Which API it speaks is asked before the first question, and again by every `version()`: an
    Airflow that was upgraded is understood from then on.

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
        self._credentials = credentials or Anonymous()
        self._at = Connection(url, self._credentials, way=way or Way(), clock=clock)
        if isinstance(self._credentials, Kept):
            self._at.identity = SignedIn(self._credentials)
        self._bearer = self._at.identity
        self._value_limit = value_limit
        self._clock = clock
        self._finding = threading.Lock()
        self._spoken: tuple[Found, Questions] | None = None  # Nothing was asked yet.
        self._one_by_one = OneByOne(self._at, clock)

    @property
    def url(self) -> str:
        return self._at.url

    @property
    def requests(self) -> int:
        """Requests made so far, sign-ins and refused ones included."""
        return self._at.requests

    @property
    def errors(self) -> int:
        """Of the requests, those refused or not answered; what is missing is no error."""
        return self._at.errors

    @property
    def budget(self) -> Budget:
        """How many requests may be made, and how many were."""
        return self._at.budget

    @property
    def server_time(self) -> datetime | None:
        """Airflow's own clock, by the `Date` of its latest answer, to the second below."""
        return self._at.server_time

    @property
    def numbers_versions(self) -> bool:
        """Whether it numbers the versions of its DAGs (Airflow 3 does)."""
        return self._asked.name == V2

    @property
    def lists_rendered(self) -> bool:
        """Whether `task_instances` tells rendered fields; if not, `rendered_instances` does."""
        return self._asked.lists_rendered

    @property
    def lists_runs_by(self) -> ListedBy:
        """The time of a run that `past_runs` goes by."""
        return self._asked.lists_runs_by

    @property
    def orders_mapped(self) -> bool:
        """Whether `return_values` gives those of a mapped task by map index."""
        return self._asked.orders_mapped

    def missing(self) -> tuple[str, ...]:
        """What this Airflow does not tell and what that means, a sentence each."""
        more = (_REFUSES_ALL,) if self._one_by_one.is_needed() else ()
        return (*self._asked.missing(), *more)

    def close(self) -> None:
        self._at.close()

    def many(self, calls: Iterable[Callable[[], T]]) -> list[T]:
        """The results of independent calls, in order, four at a time; raises the first error."""
        return self._at.many(iter(calls))

    def version(self) -> payloads.Version:
        """Which Airflow this is, asked without signing in where it lets us.

        Raises WrongVersion for one that is too old and NotAirflow for anything else.
        """
        with self._finding:
            found, _ = self._find()
            return found.version

    def changed_runs(self, *, since: datetime) -> tuple[payloads.DagRunItem, ...]:
        return self._of_all(_RUNS, lambda dag: self._asked.changed_runs(since=since, dag=dag))

    def open_runs(self) -> tuple[payloads.DagRunItem, ...]:
        return self._of_all(_RUNS, lambda dag: self._asked.open_runs(dag=dag))

    def past_runs(
        self, *, after: datetime, until: datetime, offset: int
    ) -> tuple[payloads.DagRunItem, ...]:
        found = self._one_by_one.ask(
            self._asked,
            _RUNS,
            lambda dag: self._past_of(dag, after=after, until=until, offset=offset),
        )
        if not self._one_by_one.is_needed(_RUNS):
            (page,) = found
            return tuple(page)
        newest = sorted(chain.from_iterable(found), key=_due_last)
        return tuple(newest[offset : offset + PAGE_ROWS])

    def _past_of(
        self, dag: str, *, after: datetime, until: datetime, offset: int
    ) -> tuple[payloads.DagRunItem, ...]:
        """The page of all DAGs; of a single one, every run that may be in the page of all."""
        if dag == ALL:
            return self._asked.past_runs(after=after, until=until, offset=offset, dag=ALL)
        found: list[payloads.DagRunItem] = []
        while len(found) < offset + PAGE_ROWS:
            page = self._asked.past_runs(after=after, until=until, offset=len(found), dag=dag)
            if not page:
                break
            found += page
        return tuple(found)

    def dag_run(self, run: RunKey) -> payloads.DagRunItem:
        """Raises NotThere when Airflow has deleted the run."""
        try:
            return self._asked.dag_run(run)
        except NotThere:
            self._check_api_is_there()
            raise

    def task_instances(self, run: RunKey) -> tuple[payloads.TaskInstanceItem, ...]:
        return self._asked.task_instances(run)

    def rendered_instances(
        self, run: RunKey, task_ids: tuple[str, ...]
    ) -> tuple[payloads.TaskInstanceItem, ...]:
        return self._asked.rendered_instances(run, task_ids)

    def tries(self, instance: TaskInstanceKey) -> tuple[payloads.TaskInstanceItem, ...]:
        return self._asked.tries(instance)

    def log(self, of: TryKey) -> tuple[payloads.LogLine, ...]:
        return self._asked.log(of)

    def dags(self) -> tuple[payloads.DagItem, ...]:
        return self._asked.dags()

    def latest_version(self, dag_id: str) -> int | None:
        return self._asked.latest_version(dag_id)

    def newest_versions(self) -> tuple[payloads.DagVersionItem, ...]:
        return self._of_all(_VERSIONS, lambda dag: self._asked.newest_versions(dag=dag))

    def source(self, dag_id: str, version_number: int | None = None) -> str | None:
        return self._asked.source(dag_id, version_number)

    def tasks(self, dag_id: str) -> tuple[payloads.TaskItem, ...]:
        return self._asked.tasks(dag_id)

    def xcom_index(self, run: RunKey) -> tuple[payloads.XComItem, ...]:
        return self._asked.xcom_index(run)

    def xcom_value(self, instance: TaskInstanceKey, key: str) -> payloads.XComValue:
        return self._asked.xcom_value(instance, key)

    def return_values(self, run: RunKey, task_ids: tuple[str, ...]) -> dict[str, Any] | None:
        return self._asked.return_values(run, task_ids)

    def as_read(self, value: Any) -> payloads.XComValue:
        """A value that came with others, as xcom_value would give it."""
        return longtext.as_read(value, limit=self._value_limit)

    def readable(self) -> Readable:
        """What our user may read."""
        return readable(self._at, api=self._signed_in_to())

    def sign_in(self) -> Kept:
        """What to send from now on in the place of name and password. Raises LoginFailed."""
        self._signed_in_to()
        return Kept(self._at.identity.headers())

    def _signed_in_to(self) -> str:
        """The name of the API that is spoken; what else it can do is not asked for."""
        with self._finding:
            found = self._spoken[0] if self._spoken else find(self._at, first=V2)
            if self._spoken is None and not isinstance(self._at.identity, Session):
                self._at.identity = self._identity(found)
            return found.api

    def _of_all(self, what: str, question: Callable[[str], tuple[T, ...]]) -> tuple[T, ...]:
        return tuple(chain.from_iterable(self._one_by_one.ask(self._asked, what, question)))

    @property
    def _asked(self) -> Questions:
        """The API that this Airflow speaks, found when it is first needed."""
        with self._finding:
            _, api = self._spoken or self._find()
            return api

    def _find(self) -> tuple[Found, Questions]:
        before = self._spoken
        found = find(self._at, first=before[0].api if before else V2)
        # What a server of API v1 can do depends on its version.
        if before is None or found != before[0]:
            self._at.identity = self._identity(found)
            before = self._spoken = (found, self._speak(found))
        return before

    def _identity(self, found: Found) -> Identity:
        if found.api == V1 and isinstance(self._credentials, Password):
            return Session(self._at, self._credentials, clock=self._clock)
        return self._bearer

    def _speak(self, found: Found) -> Questions:
        if found.api == V1:
            return api_v1(self._at, version=found.version.version, value_limit=self._value_limit)
        return ApiV2(self._at, version=found.version.version, value_limit=self._value_limit)

    def _check_api_is_there(self) -> None:
        """Raises WrongVersion when Airflow has since been replaced by one of the other API.

        All that it is asked for would then be missing, and nothing of it deleted.
        """
        with self._finding:
            before = self._spoken
            if before is not None and self._find()[0].api != before[0].api:
                raise WrongVersion(f"{self.url} has become another Airflow: reading it anew")


def _due_last(run: payloads.DagRunItem) -> float:
    due = run.run_after or run.logical_date
    return -due.timestamp() if due else 0.0
