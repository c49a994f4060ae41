"""Mirrors for tests, and the comparison of what is stored with what Airflow has."""

import json
from dataclasses import dataclass
from typing import Any

from app.airflow.client import Airflow
from app.model.facts import RunFacts
from app.model.findings import Analysis
from app.model.ids import RunKey
from app.refresh import Mirror
from app.refresh.findings import Findings
from app.store.deployments import DeploymentState, read_deployment
from app.store.facts import read_run_facts
from app.store.numbers import run_numbers
from app.store.session import ReadSession, Store
from tests.airflow.fake import FakeAirflow
from tests.airflow.fake_runs import FakeRun


def no_findings(_facts: RunFacts) -> Analysis:
    return Analysis()


def mirror_of(airflow: Airflow, store: Store, **more: Any) -> Mirror:
    more.setdefault("findings", Findings(no_findings, engine_version=1))
    return Mirror(airflow, store, **more)


@dataclass(frozen=True)
class Mirrored:
    """One run as both sides can tell it."""

    state: str
    instances: dict[tuple[str, int], tuple[int, str | None]]  # To try number and state.
    xcoms: dict[tuple[str, int, str], Any]  # Task, map index and key to the present value.


def truth(server: FakeAirflow) -> dict[tuple[str, str], Mirrored]:
    return {at: _true(run) for at, run in server.runs.items()}


def stored(store: Store, server: FakeAirflow) -> dict[tuple[str, str], Mirrored | None]:
    """What the store has of the runs that Airflow has; None for one that is not there."""
    with store.reading() as session:
        return {at: _stored(session, server.runs[at]) for at in server.runs}


def facts(store: Store, dag_id: str = "etl", run_id: str = "r1") -> RunFacts:
    with store.reading() as session:
        return read_run_facts(session, deployment_pk=1, run=RunKey(dag_id, run_id))


def deployment(store: Store) -> DeploymentState:
    with store.reading() as session:
        return read_deployment(session, deployment_pk=1)


def _true(run: FakeRun) -> Mirrored:
    return Mirrored(
        run.state,
        {at: (one.try_number, one.state) for at, one in run.instances.items()},
        {at: json.loads(text) for at, (_, text) in run.xcoms.items()},
    )


def _stored(session: ReadSession, run: FakeRun) -> Mirrored | None:
    key = RunKey(run.dag_id, run.run_id)
    if not run_numbers(session, deployment_pk=1, runs=[key]):
        return None
    known = read_run_facts(session, deployment_pk=1, run=key)
    latest = {one.key.instance: one for one in known.tries}
    return Mirrored(
        known.run.state,
        {(at.task_id, at.map_index): (one.key.try_number, one.state) for at, one in latest.items()},
        {
            (one.at.instance.task_id, one.at.instance.map_index, one.at.key): one.value
            for one in known.xcoms
            if not one.is_gone
        },
    )
