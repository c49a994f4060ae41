"""After a pass the store equals what a real Airflow says, asked here by other means."""

import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from app.airflow.auth import Password
from app.airflow.client import Airflow
from app.model.ids import RunKey
from app.refresh import Limits, Mirror
from app.store import tables as t
from app.store.facts import read_run_facts
from app.store.runs import note_visits
from app.store.schema import migrate
from app.store.session import Store
from tests.airflow.fake import FakeAirflow
from tests.lab.lab import Lab
from tests.masked import masked
from tests.refresh.mirrors import mirror_of

Json = dict[str, Any]


class Truth:
    """Airflow's REST API, read plainly: page by page, value by value."""

    def __init__(self, lab: Lab) -> None:
        self._http = httpx2.Client(base_url=lab.url, timeout=30)
        token = self._http.post(
            "/auth/token", json={"username": lab.username, "password": lab.password}
        ).json()["access_token"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **params: Any) -> Json:
        answer = self._http.get(f"/api/v2{path}", params=params)
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    def runs(self) -> dict[RunKey, str]:
        rows: list[Json] = []
        while True:
            page = self.get("/dags/~/dagRuns", limit=100, offset=len(rows), order_by="id")
            rows += page["dag_runs"]
            if len(rows) >= page["total_entries"]:
                return {RunKey(row["dag_id"], row["dag_run_id"]): row["state"] for row in rows}

    def instances(self, run: RunKey) -> dict[tuple[str, int], tuple[int, str | None]]:
        page = self.get(f"{_path(run)}/taskInstances", limit=100)
        assert page["total_entries"] <= 100
        return {
            (row["task_id"], row["map_index"]): (row["try_number"], row["state"])
            for row in page["task_instances"]
        }

    def values(self, run: RunKey) -> dict[tuple[str, int, str], Any]:
        page = self.get(f"{_path(run)}/taskInstances/~/xcomEntries", limit=100)
        assert page["total_entries"] <= 100
        return {
            (row["task_id"], row["map_index"], row["key"]): self.get(
                f"{_path(run)}/taskInstances/{row['task_id']}/xcomEntries/{row['key']}",
                map_index=row["map_index"],
            )["value"]
            for row in page["xcom_entries"]
        }

    def close(self) -> None:
        self._http.close()


@pytest.fixture(scope="module")
def truth(lab: Lab) -> Iterator[Truth]:
    truth = Truth(lab)
    yield truth
    truth.close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path_factory.mktemp('mirror') / 'store.sqlite'}"
    migrate(url)
    store = Store(url)
    yield store
    store.close()


@pytest.fixture(scope="module")
def mirror(lab: Lab, lab_run: str, store: Store) -> Iterator[Mirror]:
    """A mirror that has brought in everything, the lab's runs of this session among them."""
    assert lab_run
    airflow = Airflow(lab.url, Password(lab.username, lab.password))
    mirror = mirror_of(airflow, store, limits=Limits(backfill_days=3650))
    while not mirror.refresh().backfill_done:
        pass
    yield mirror
    airflow.close()


def runs_of(lab_run: str, truth: Truth) -> list[RunKey]:
    """The runs of this session: others may go on while we compare."""
    runs = [run for run in truth.runs() if run.run_id == lab_run]
    assert runs
    return runs


def test_every_run_is_there_with_its_state(
    mirror: Mirror, store: Store, truth: Truth, lab_run: str
) -> None:
    assert mirror
    states = truth.runs()
    for run in runs_of(lab_run, truth):
        with store.reading() as session:
            assert read_run_facts(session, deployment_pk=1, run=run).run.state == states[run]


def test_every_task_instance_is_there_with_its_try_and_state(
    mirror: Mirror, store: Store, truth: Truth, lab_run: str
) -> None:
    assert mirror
    for run in runs_of(lab_run, truth):
        with store.reading() as session:
            facts = read_run_facts(session, deployment_pk=1, run=run)
        latest = {
            (one.key.instance.task_id, one.key.instance.map_index): (one.key.try_number, one.state)
            for one in facts.tries
        }
        assert latest == truth.instances(run)


def test_every_value_is_there_masked(
    mirror: Mirror, store: Store, truth: Truth, lab_run: str
) -> None:
    assert mirror
    for run in runs_of(lab_run, truth):
        with store.reading() as session:
            facts = read_run_facts(session, deployment_pk=1, run=run)
        present = {
            (one.at.instance.task_id, one.at.instance.map_index, one.at.key): one.value
            for one in facts.xcoms
            if not one.is_gone
        }
        assert present == {at: masked(value) for at, value in truth.values(run).items()}


def test_every_failed_try_has_its_log_and_every_run_its_source(
    mirror: Mirror, store: Store, truth: Truth, lab_run: str
) -> None:
    assert mirror
    failed = 0
    for run in runs_of(lab_run, truth):
        with store.reading() as session:
            facts = read_run_facts(session, deployment_pk=1, run=run)
        assert facts.source
        assert facts.tasks
        logs = {log.key for log in facts.logs}
        for one in facts.tries:
            if one.state == "failed":
                failed += 1
                assert one.key in logs
    assert failed > 0


def test_another_pass_fetches_no_value(mirror: Mirror) -> None:
    assert mirror.refresh().done.values == 0


def test_a_cleared_run_is_followed_and_both_tries_are_kept(
    mirror: Mirror, lab: Lab, store: Store, truth: Truth
) -> None:
    run = ended_run(lab, mirror, "cleared")
    first = truth.values(run)
    clear(lab, run)
    while truth.runs()[run] not in ("success", "failed"):
        mirror.refresh()
        time.sleep(1)
    mirror.refresh()
    with store.reading() as session:
        facts = read_run_facts(session, deployment_pk=1, run=run)
    now = {x.at: x for x in facts.xcoms if not x.is_gone}
    values = {(at.instance.task_id, -1, at.key): x.value for at, x in now.items()}
    assert values == {at: masked(value) for at, value in truth.values(run).items()}
    past = {(x.at.instance.task_id, -1, x.at.key): x.value for x in facts.xcoms if x.is_gone}
    assert past == {at: masked(value) for at, value in first.items()}
    tries = {(one.key.instance.task_id, one.key.try_number): one for one in facts.tries}
    assert {number for _, number in tries} == {1, 2}
    for one in tries.values():
        assert one.state == "success"
        assert one.rendered
    pod = {try_number: tries["join", try_number] for try_number in (1, 2)}
    assert pod[1].start
    assert pod[2].start
    assert pod[1].start < pod[2].start


def test_a_run_that_is_deleted_when_it_is_read_no_more_is_marked_and_no_other(
    mirror: Mirror, lab: Lab, store: Store, truth: Truth
) -> None:
    run = ended_run(lab, mirror, "deleted")
    with store.writing() as session:
        note_visits(session, deployment_pk=1, runs=[run], at=datetime.now(UTC), settled=[run])
    asked(lab, "DELETE", f"/dags/{run.dag_id}/dagRuns/{run.run_id}")
    at_once = Limits(deleted_every=timedelta(0), deleted_page_every=timedelta(0))
    walking = mirror_of(mirror.airflow, store, limits=at_once)
    for _ in range(len(truth.runs()) // 100 + 5):
        walking.refresh()
    with store.reading() as session:
        marked = select(t.dag_run.c.run_id).where(t.dag_run.c.gone_at.is_not(None))
        assert session.scalars(marked).all() == [run.run_id]
        assert read_run_facts(session, deployment_pk=1, run=run).xcoms


def ended_run(lab: Lab, mirror: Mirror, name: str) -> RunKey:
    """A new run that is over and mirrored."""
    run = RunKey("two_producers", f"{name}-{uuid.uuid4().hex[:8]}")
    lab.trigger(run.dag_id, run.run_id)
    lab.wait(run.dag_id, run.run_id)
    mirror.refresh()
    return run


def clear(lab: Lab, run: RunKey) -> None:
    """Clear all tasks of the run, as a user does in Airflow's own pages."""
    what = {"dag_run_id": run.run_id, "dry_run": False, "only_failed": False}
    asked(lab, "POST", f"/dags/{run.dag_id}/clearTaskInstances", json=what)


def asked(lab: Lab, method: str, path: str, **more: Any) -> None:
    """Have Airflow do what its administrator may ask for."""
    login = {"username": lab.admin_username, "password": lab.admin_password}
    with httpx2.Client(base_url=lab.url, timeout=30) as http:
        token = http.post("/auth/token", json=login).json()["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        http.request(method, f"/api/v2{path}", headers=bearer, **more).raise_for_status()


def test_the_fake_airflow_answers_in_the_shapes_of_the_real_one(truth: Truth) -> None:
    """Every field that the fake serves exists in the real answer: tests on it mean something."""
    run = next(run for run, state in truth.runs().items() if state == "success")
    with FakeAirflow() as server:
        fake_run = server.add_run("etl", "r1")
        fake_run.task("a", rendered={"x": 1}).push("k", 1)
        fake = httpx2.Client(base_url=server.url)
        pairs = [
            ("/dags/~/dagRuns", "/dags/~/dagRuns", "dag_runs"),
            (f"{_path(run)}/taskInstances", "/dags/etl/dagRuns/r1/taskInstances", "task_instances"),
            (
                f"{_path(run)}/taskInstances/~/xcomEntries",
                "/dags/etl/dagRuns/r1/taskInstances/~/xcomEntries",
                "xcom_entries",
            ),
        ]
        for real_path, fake_path, rows in pairs:
            real = truth.get(real_path, limit=1)
            mine = fake.get(f"/api/v2{fake_path}", params={"limit": 1}).json()
            assert mine.keys() <= real.keys()
            assert mine[rows][0].keys() <= real[rows][0].keys()
        fake.close()


def _path(run: RunKey) -> str:
    return f"/dags/{run.dag_id}/dagRuns/{run.run_id}"
