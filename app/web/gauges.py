"""The store's figures as metrics, read when they are asked for.

So a dashboard tells of pollers in other processes. Labels are names of deployments and webhooks,
which the operator gave, and words of ours; never a DAG, a run, a key or a value.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeAlias

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from app.model.errors import StoreError
from app.store.deployments import DeploymentState
from app.store.figures import Figures, read_figures
from app.store.session import Store

_Family: TypeAlias = CounterMetricFamily | GaugeMetricFamily
_Read: TypeAlias = Callable[[DeploymentState, datetime], float | None]


class StoreGauges(Collector):
    """A store that does not answer is told as that, and nothing else is."""

    def __init__(self, store: Store, *, version: str, now: Callable[[], datetime]) -> None:
        self._store = store
        self._version = version
        self._now = now

    def describe(self) -> Iterator[_Family]:
        """Nothing, so that nothing is read before somebody asks."""
        yield from ()

    def collect(self) -> Iterator[_Family]:
        yield _gauge("build_info", "1, with the version of xcomtrace.", version=self._version)(1)
        now = self._now()
        try:
            with self._store.reading() as session:
                figures = read_figures(session, now=now)
        except StoreError:
            yield _gauge("store_up", _UP)(0)
            return
        yield _gauge("store_up", _UP)(1)
        yield from _of_store(figures)
        yield from _of_deployments(figures.deployments, now)
        yield from _of_problems(figures)


_UP = "1 when the database answered this question, else 0."

#: Of each deployment: name, what it is, and how it is read; without a value it is left out.
_GAUGES: tuple[tuple[str, str, _Read], ...] = (
    (
        "mirror_lag_seconds",
        "Since the end of the last whole pass; none before the first.",
        lambda one, now: _since(one.last_pass_at, now),
    ),
    (
        "mirror_silence_seconds",
        "Since the end of the last pass, good or bad; grows when nobody polls.",
        lambda one, now: _since(one.last_try_at, now),
    ),
    (
        "mirror_last_pass_seconds",
        "What the last whole pass took.",
        lambda one, _: one.last_pass_seconds,
    ),
    (
        "mirror_failures_in_a_row",
        "Passes that failed since the last whole one.",
        lambda one, _: one.failures,
    ),
    (
        "mirror_troubles",
        "What the last pass could not read though it went on.",
        lambda one, _: len(one.troubles),
    ),
    (
        "backfill_done",
        "1 when the runs of the past are all brought in, else 0.",
        lambda one, _: one.backfill_done,
    ),
    (
        "airflow_requests_allowed",
        "Requests that may be made in any one minute.",
        lambda one, _: one.requests_allowed,
    ),
)
_COUNTERS: tuple[tuple[str, str, _Read], ...] = (
    (
        "airflow_requests",
        "Requests made to Airflow, refused ones included.",
        lambda one, _: one.requests,
    ),
    (
        "airflow_request_errors",
        "Of them, those that Airflow refused or did not answer.",
        lambda one, _: one.request_errors,
    ),
    ("values_fetched", "XCom values fetched.", lambda one, _: one.values_fetched),
    ("pruned_runs", "Runs that retention deleted.", lambda one, _: one.pruned_runs),
)


def _of_store(figures: Figures) -> Iterator[_Family]:
    room = figures.room
    yield _gauge("store_size_bytes", "That the database takes on disk.")(room.bytes)
    yield _gauge("store_free_bytes", "Of them, empty: written next (SQLite).")(room.free)
    if room.left is not None:
        yield _gauge("store_disk_free_bytes", "Free on the disk of SQLite's file.")(room.left)


def _of_deployments(states: tuple[DeploymentState, ...], now: datetime) -> Iterator[_Family]:
    for families, made in ((_GAUGES, GaugeMetricFamily), (_COUNTERS, CounterMetricFamily)):
        for name, meaning, read in families:
            family = made(f"xcomtrace_{name}", meaning, labels=("deployment",))
            for one in states:
                if (value := read(one, now)) is not None:
                    family.add_metric((one.name,), value)
            yield family
    passes = CounterMetricFamily("xcomtrace_passes", _PASSES, labels=("deployment", "result"))
    runs = GaugeMetricFamily("xcomtrace_runs", _RUNS, labels=("deployment", "state"))
    for one in states:
        passes.add_metric((one.name, "whole"), one.passes)
        passes.add_metric((one.name, "failed"), one.failed_passes)
        runs.add_metric((one.name, "open"), one.open_runs)
        runs.add_metric((one.name, "sealed"), one.sealed_runs)
    yield from (passes, runs)


_PASSES = "Passes over Airflow since the store began, by how they ended: whole or failed."
_RUNS = "Runs stored, open (they go on in Airflow) or sealed (no longer visited)."


def _of_problems(figures: Figures) -> Iterator[_Family]:
    labels = ("deployment", "kind", "severity")
    meaning = "Things to mend that are open, neither acknowledged nor muted."
    problems = GaugeMetricFamily("xcomtrace_problems_open", meaning, labels=labels)
    for one in figures.problems:
        problems.add_metric((one.deployment, one.kind, one.severity), one.count)
    yield problems
    waiting = GaugeMetricFamily(
        "xcomtrace_messages_waiting", "Messages to be sent (again).", labels=("webhook",)
    )
    given_up = GaugeMetricFamily(
        "xcomtrace_messages_given_up", "Messages given up in the last days.", labels=("webhook",)
    )
    for hook in figures.webhooks:
        waiting.add_metric((hook.name,), hook.waiting)
        given_up.add_metric((hook.name,), hook.given_up)
    yield from (waiting, given_up)


def _gauge(name: str, meaning: str, **labels: str) -> Callable[[float], GaugeMetricFamily]:
    def of(value: float) -> GaugeMetricFamily:
        family = GaugeMetricFamily(f"xcomtrace_{name}", meaning, labels=tuple(labels))
        family.add_metric(tuple(labels.values()), value)
        return family

    return of


def _since(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else (now - moment).total_seconds()
