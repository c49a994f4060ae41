"""A DAG as one row: its strip, its latest run, what flowed in it, its open problems."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.store.pages.dag_list import DagLine, DagList, DagOrder
from app.store.pages.run_strips import StripRun
from app.web import links, text
from app.web.run_bars import RunBar, run_bars


@dataclass(frozen=True, slots=True)
class LatestRun:
    href: str
    flows_href: str
    state: str
    when: text.Moment | None
    since: str  # "running 3 m": instead of `when` while it runs.
    duration: str
    task_instances: str
    keys_read: str
    flows: str


@dataclass(frozen=True, slots=True)
class DagRow:
    dag_id: str
    href: str
    deployment: str
    schedule: str
    note: str  # "paused", "gone from Airflow", or nothing.
    bars: tuple[RunBar, ...]
    latest: LatestRun | None  # None: no run was seen.
    problems: int
    problems_href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several ways to see a list; `is_chosen` is the one shown."""

    label: str
    href: str
    is_chosen: bool
    number: str = ""


_ORDER_LABELS = {
    DagOrder.PROBLEMS: "Problems first",
    DagOrder.LATEST: "Latest run",
    DagOrder.NAME: "Name",
}


def dag_rows(dags: DagList, *, now: datetime) -> tuple[DagRow, ...]:
    return tuple(_row(line, now) for line in dags.lines)


def orders(chosen: DagOrder, *, link: Callable[[str | None], str]) -> tuple[Choice, ...]:
    """The ways to sort; `link` gives the address of one, the usual one needs no name."""
    return tuple(
        Choice(
            label=label,
            href=link(None if order is DagOrder.PROBLEMS else order.value),
            is_chosen=order is chosen,
        )
        for order, label in _ORDER_LABELS.items()
    )


def _row(line: DagLine, now: datetime) -> DagRow:
    deployment, dag_id = line.deployment, line.dag_id
    return DagRow(
        dag_id=dag_id,
        href=links.dag(deployment=deployment, dag_id=dag_id),
        deployment=deployment,
        schedule=line.schedule or "manual",
        note="gone from Airflow" if line.is_stale else "paused" if line.is_paused else "",
        bars=run_bars(line.runs, deployment=deployment, now=now),
        latest=_latest(line, line.runs[-1], now) if line.runs else None,
        problems=line.problems,
        problems_href=links.problems(deployment=deployment, dag_id=dag_id),
    )


def _latest(line: DagLine, run: StripRun, now: datetime) -> LatestRun:
    seconds = ((run.end or now) - run.start).total_seconds() if run.start else None
    is_running = run.end is None and run.start is not None
    return LatestRun(
        href=links.run(deployment=line.deployment, run=run.run),
        flows_href=links.run(deployment=line.deployment, run=run.run, tab="table"),
        state=run.state,
        when=text.ago(run.end or run.run_after, now),
        since=f"{run.state} {text.rough(seconds or 0)}" if is_running else "",
        duration="" if seconds is None else text.duration(seconds),
        task_instances=text.thousands(line.task_instances),
        keys_read=text.thousands(line.keys_read),
        flows=text.thousands(line.flows),
    )
