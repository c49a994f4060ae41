"""The Airflows we poll: how far each is mirrored, and how its last pass went."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update

from app.model.facts import FINISHED_RUN_STATES
from app.model.retention import Retention
from app.store import tables as t
from app.store import touched
from app.store.session import AnyRow, ReadSession, WriteSession
from app.store.upsert import upsert


@dataclass(frozen=True, slots=True)
class DeploymentState:
    """A deployment as the status page shows it."""

    pk: int
    name: str
    url: str
    airflow_version: str | None
    watermark: datetime | None  # Airflow's clock at the start of the last whole pass.
    backfilled_to: datetime | None  # Runs older than this are not mirrored yet.
    backfill_done: bool
    last_pass_at: datetime | None  # Our clock, at the end of the last pass that succeeded.
    last_pass_seconds: float | None
    last_try_at: datetime | None  # Our clock, at the end of the last pass, good or bad.
    error: str | None  # One line; None when the last pass succeeded.
    failures: int  # Failed passes in a row.
    troubles: tuple[str, ...]  # What the last pass could not read though it went on, a line each.
    requests: int  # Made since the store began.
    values_fetched: int
    dags: int
    open_runs: int
    sealed_runs: int
    keep_days: float | None = None  # What the poller deletes is older; None: nothing.
    keep_bytes: int | None = None
    pruned_to: datetime | None = None  # Runs that had ended by then were deleted.
    pruned_at: datetime | None = None  # Our clock, when runs were deleted last.
    pruned_runs: int = 0
    pruned_bytes: int = 0
    requests_allowed: int | None = None  # In one minute.
    requests_by_minute: Mapping[str, int] = field(default_factory=dict)  # Of the last hour.
    passes: int = 0  # That came to their end, since the store began.
    failed_passes: int = 0
    request_errors: int = 0  # Requests that Airflow refused or did not answer.

    @property
    def keep(self) -> Retention:
        return Retention(self.keep_days, self.keep_bytes)


_FIELDS = frozenset(each.name for each in fields(DeploymentState))


def ensure_deployment(session: WriteSession, *, name: str, url: str) -> int:
    """The number of the deployment called `name`, which is known by this URL from now on."""
    row = {"name": name, "url": url, "began_at": datetime.now(UTC)}
    upsert(
        session,
        t.deployment,
        [row],
        unique=["name"],
        returning="id",
        merged={"began_at": lambda stored, _: stored},
    )
    number: int = session.execute(
        select(t.deployment.c.id).where(t.deployment.c.name == name)
    ).scalar_one()
    return number


def read_deployment(session: ReadSession, *, deployment_pk: int) -> DeploymentState:
    row = session.execute(_states().where(t.deployment.c.id == deployment_pk)).one()
    return _state(row)


def read_deployments(session: ReadSession) -> tuple[DeploymentState, ...]:
    """Every deployment, by name."""
    return tuple(_state(row) for row in session.execute(_states().order_by(t.deployment.c.name)))


def deployment_names(session: ReadSession) -> tuple[str, ...]:
    return tuple(session.scalars(select(t.deployment.c.name).order_by(t.deployment.c.name)))


def note_pass(  # noqa: PLR0913 - what one pass has to tell, all by keyword
    session: WriteSession,
    *,
    deployment_pk: int,
    watermark: datetime,
    at: datetime,
    seconds: float,
    requests: int,
    values: int,
    airflow_version: str | None,
    request_errors: int = 0,
) -> None:
    """Write down a whole pass that succeeded, in the transaction of its last data."""
    _tell_when_error_becomes(session, deployment_pk, None)
    _update(
        session,
        deployment_pk,
        watermark=watermark,
        last_pass_at=at,
        last_pass_seconds=seconds,
        last_try_at=at,
        error=None,
        failures=0,
        requests=t.deployment.c.requests + requests,
        values_fetched=t.deployment.c.values_fetched + values,
        airflow_version=airflow_version,
        passes=t.deployment.c.passes + 1,
        request_errors=t.deployment.c.request_errors + request_errors,
    )


def note_failure(  # noqa: PLR0913 - what one pass has to tell, all by keyword
    session: WriteSession,
    *,
    deployment_pk: int,
    at: datetime,
    error: str,
    requests: int = 0,
    values: int = 0,
    request_errors: int = 0,
) -> None:
    """Write down a pass that failed with `error`, one line that says what to do."""
    _tell_when_error_becomes(session, deployment_pk, error)
    _update(
        session,
        deployment_pk,
        last_try_at=at,
        error=error,
        failures=t.deployment.c.failures + 1,
        failed_passes=t.deployment.c.failed_passes + 1,
        requests=t.deployment.c.requests + requests,
        values_fetched=t.deployment.c.values_fetched + values,
        request_errors=t.deployment.c.request_errors + request_errors,
    )


def note_backfill(
    session: WriteSession, *, deployment_pk: int, backfilled_to: datetime | None, done: bool
) -> None:
    """Write down how far back the runs are mirrored, in the transaction of those runs."""
    _update(session, deployment_pk, backfilled_to=backfilled_to, backfill_done=done)


def note_retention(session: WriteSession, *, deployment_pk: int, keep: Retention) -> None:
    """Write down what the poller keeps of the deployment, for those who ask what becomes of it."""
    _update(session, deployment_pk, keep_days=keep.days, keep_bytes=keep.bytes)


def note_troubles(session: WriteSession, *, deployment_pk: int, troubles: tuple[str, ...]) -> None:
    """Write down what a pass could not read though it went on; pages are told when it is news."""
    stored = session.scalar(
        select(t.deployment.c.troubles).where(t.deployment.c.id == deployment_pk)
    )
    if stored != list(troubles):
        _update(session, deployment_pk, troubles=list(troubles))
        touched.note(session, [touched.Touched(deployment_pk)])


def _update(session: WriteSession, deployment_pk: int, **values: Any) -> None:
    session.execute(update(t.deployment).where(t.deployment.c.id == deployment_pk).values(**values))


def _tell_when_error_becomes(session: WriteSession, deployment_pk: int, error: str | None) -> None:
    stored = session.scalar(select(t.deployment.c.error).where(t.deployment.c.id == deployment_pk))
    if stored != error:
        touched.note(session, [touched.Touched(deployment_pk)])


def _states() -> Select[*tuple[Any, ...]]:
    runs = t.dag_run.join(t.dag, t.dag_run.c.dag_pk == t.dag.c.id)
    return select(
        t.deployment,
        _count(t.dag.c.id).label("dags"),
        _count(
            t.dag_run.c.id,
            t.dag_run.c.state.not_in(FINISHED_RUN_STATES),
            t.dag_run.c.sealed_at.is_(None),
            source=runs,
        ).label("open_runs"),
        _count(
            t.dag_run.c.id,
            t.dag_run.c.sealed_at.is_not(None),
            t.dag_run.c.pruned_at.is_(None),
            source=runs,
        ).label("sealed_runs"),
    )


def _count(column: Any, *conditions: ColumnElement[bool], source: Any = None) -> Any:
    counted = select(func.count(column)).where(
        t.dag.c.deployment_id == t.deployment.c.id, *conditions
    )
    if source is not None:
        counted = counted.select_from(source)
    return counted.correlate(t.deployment).scalar_subquery()


def _state(row: AnyRow) -> DeploymentState:
    values = {name: value for name, value in row._asdict().items() if name in _FIELDS}
    values["troubles"] = tuple(values["troubles"])
    return DeploymentState(pk=row.id, **values)
