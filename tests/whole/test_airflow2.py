"""A real Airflow 2.11.2, mirrored: what is known of it is what it did, as with Airflow 3."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.airflow.auth import Password
from app.airflow.client import Airflow
from app.airflow.readable import Readable
from app.checkup import check_airflow
from app.model.errors import LoginFailed, NotAllowed
from app.model.facts import RunFacts
from app.model.ids import RunKey, TaskInstanceKey
from app.refresh import ChosenDags
from app.store.facts import read_run_facts
from app.store.session import Store
from tests.lab.configuration import PASSWORDS
from tests.lab.lab2 import READERS, Lab2
from tests.whole.fixture import flows_told, mirror, traced_app

DAG_ID, RUN_ID = "both_flows", "r1"
SECRET = f"pw-of-{RUN_ID}"
STATES = {
    **dict.fromkeys(("make", "by_arguments", "by_env", "mistyped", "too_long"), "success"),
    **dict.fromkeys(("values", "parts[0]", "parts[1]", "of_parts", "retried"), "success"),
    **dict.fromkeys(("mistyped_strict", "wrong_key"), "failed"),
}
KEY_1, KEY_2 = f"s3://lab/alpha-{RUN_ID}/part-7", f"s3://lab/beta-{RUN_ID}/part-8"


@pytest.fixture(scope="module")
def ran(lab2: Lab2) -> Lab2:
    """The lab once both DAGs have run."""
    lab2.trigger(DAG_ID, RUN_ID)
    lab2.trigger("both_changes", RUN_ID)
    for dag_id in (DAG_ID, "both_changes"):
        lab2.wait(dag_id, RUN_ID)
    return lab2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("traced2")


@pytest.fixture(scope="module")
def client(ran: Lab2, folder: Path) -> Iterator[TestClient]:
    with traced_app(ran, folder) as client:
        yield client


@pytest.fixture(scope="module")
def airflow(ran: Lab2) -> Iterator[Airflow]:
    airflow = Airflow(ran.url, Password(ran.username, ran.password))
    yield airflow
    airflow.close()


@pytest.fixture(scope="module")
def known(client: TestClient, folder: Path) -> RunFacts:
    assert client
    return facts_of(folder, DAG_ID, RUN_ID)


def facts_of(folder: Path, dag_id: str, run_id: str) -> RunFacts:
    store = Store(f"sqlite:///{folder / 'traced.sqlite'}")
    with store.reading() as session:
        found = read_run_facts(session, deployment_pk=1, run=RunKey(dag_id, run_id))
    store.close()
    return found


def pushed(known: RunFacts, task_id: str) -> dict[str, Any]:
    instance = TaskInstanceKey(DAG_ID, RUN_ID, task_id)
    return {one.at.key: one.value for one in known.xcoms if one.at.instance == instance}


def test_each_task_ends_in_the_state_that_its_dag_is_about(ran: Lab2) -> None:
    assert ran.task_states(DAG_ID, RUN_ID) == STATES


def test_the_password_user_has_a_session_not_basic(airflow: Airflow) -> None:
    assert airflow.version().version == "2.11.2"
    assert airflow.dags()
    assert list(airflow._at.identity.headers()) == ["Cookie"]


def test_the_checkup_says_what_this_airflow_does_not_tell(airflow: Airflow, folder: Path) -> None:
    store = Store(f"sqlite:///{folder / 'traced.sqlite'}")
    steps = list(check_airflow(airflow, ChosenDags()))
    store.close()
    assert [step.line for step in steps if not step.ok] == []
    lines = "\n".join(step.line for step in steps)
    assert "Airflow 2.11.2 answers" in lines
    assert "keeps no versions of DAGs" in lines


def test_every_flow_is_found_and_no_other(client: TestClient) -> None:
    found = {
        (
            flow["producer"]["task_id"],
            tuple(flow["producer"]["path"]),
            flow["consumer"]["task_id"],
            flow["consumer"]["field"],
            flow["evidence"],
        )
        for flow in flows_told(client, RUN_ID, DAG_ID)
    }
    assert found == {
        ("make", ("key1",), "by_arguments", "arguments[0]", "confirmed"),
        ("make", ("nested", "rows", 1, "id"), "by_arguments", "arguments[1]", "confirmed"),
        ("make", ("key2",), "by_arguments", "annotations.lab/path", "confirmed"),
        ("make", ("key1",), "by_env", "env_vars.PATH_IN", "confirmed"),
        ("make", ("password",), "by_env", "env_vars.DB_PASSWORD", "declared"),
        ("make", ("count",), "by_env", "container_resources.requests.memory", "confirmed"),
        ("make", ("key1",), "too_long", "arguments[0]", "confirmed"),
        # The list's text does not show its values; which they are is known all the same.
        ("parts", (), "of_parts", "arguments[0]", "declared"),
        ("parts", ("uri",), "of_parts", "arguments[1]", "confirmed"),
    }


def test_every_pull_that_did_not_deliver_is_explained(client: TestClient) -> None:
    where = f"/api/v1/default/dags/{DAG_ID}/runs/{RUN_ID}/flows"
    found = {
        (one["kind"], one["consumer"]["task_id"], one["silent"], one["suggestion"]["replacement"])
        for one in client.get(where).json()["problems"]
    }
    assert found == {
        ("unknown_task", "mistyped", True, "{{ ti.xcom_pull(task_ids='make') }}"),
        ("unknown_task", "mistyped_strict", False, "{{ ti.xcom_pull(task_ids='make')['key1'] }}"),
        ("missing_path", "wrong_key", False, "{{ ti.xcom_pull(task_ids='make')['key1'] }}"),
        (
            "sequence_repr",
            "of_parts",
            True,
            "{{ ti.xcom_pull(task_ids='parts') | list | tojson }}",
        ),
    }


def test_the_fields_are_those_that_the_pods_got(ran: Lab2, known: RunFacts) -> None:
    pods = {pod["labels"]["task_id"]: pod for pod in ran.pods(RUN_ID)}
    rendered: dict[str, Any] = {one.key.instance.task_id: one.rendered for one in known.tries}
    assert rendered["by_arguments"]["arguments"] == pods["by_arguments"]["args"]
    given = {one["name"]: one.get("value") for one in pods["by_env"]["env"]}
    kept = {one["name"]: one["value"] for one in rendered["by_env"]["env_vars"]}
    assert kept == {**given, "DB_PASSWORD": "***"}
    assert given["DB_PASSWORD"] == SECRET


def test_values_are_exact(known: RunFacts) -> None:
    made = pushed(known, "make")["return_value"]
    assert made == {
        "key1": KEY_1,
        "key2": KEY_2,
        "nested": {"rows": [{"id": f"row-a-{RUN_ID}"}, {"id": f"row-b-{RUN_ID}"}]},
        "count": 42,
        "password": "***",
    }
    values = pushed(known, "values")
    assert math.isnan(values.pop("not a number")["loss"])
    assert values.pop("time").startswith("datetime.datetime@version=2(timestamp=1767312000.0,")
    assert values == {
        "text of a number": "42",
        "big": 12345678901234567890,
        "nothing": None,
        "tuple": "(1,2)",
        "a/b": {"Zürich": ["東京", 1.5, True, None]},
        "long": "x" * 50_000,
    }


def test_mapped_instances_are_told_apart(known: RunFacts) -> None:
    found = {
        one.at.instance.map_index: one.value
        for one in known.xcoms
        if one.at.instance.task_id == "parts"
    }
    assert found == {0: {"uri": "s3://lab/part-1"}, 1: {"uri": "s3://lab/part-2"}}


def test_the_first_try_is_known_with_the_reason_why_it_failed(known: RunFacts) -> None:
    tries = [one for one in known.tries if one.key.instance.task_id == "retried"]
    assert [(one.key.try_number, one.state) for one in tries] == [(1, "failed"), (2, "success")]
    (log,) = [one for one in known.logs if one.key == tries[0].key]
    errors = [(event.error_type, event.error_text) for event in log.events if event.error_type]
    assert ("ValueError", "not yet: the first try") in errors


def test_no_secret_is_in_the_database(client: TestClient, folder: Path) -> None:
    assert client
    for file in folder.iterdir():
        assert SECRET.encode() not in file.read_bytes(), file


def test_a_changed_file_is_the_next_version_for_the_runs_after_it(
    ran: Lab2, client: TestClient, folder: Path
) -> None:
    assert client
    ran.change_dag("both_changes", 'return "first"', 'return "second"')
    ran.trigger("both_changes", "r2")
    ran.wait("both_changes", "r2")
    mirror(ran, folder)
    first, second = (facts_of(folder, "both_changes", run_id) for run_id in ("r1", "r2"))
    assert (first.version_number, second.version_number) == (1, 2)
    assert 'return "first"' in (first.source or "")
    assert 'return "second"' in (second.source or "")


@pytest.mark.parametrize(
    ("name", "password", "readable"),
    [
        ("viewer", PASSWORDS["viewer"], Readable(None)),
        ("one_dag", READERS["one_dag"], Readable(frozenset({DAG_ID}))),
        (
            "no_xcoms",
            READERS["no_xcoms"],
            Readable(None, ("XComs",)),
        ),
    ],
)
def test_it_tells_what_each_of_its_users_may_read(
    ran: Lab2, name: str, password: str, readable: Readable
) -> None:
    airflow = Airflow(ran.url, Password(name, password))
    kept = airflow.sign_in()
    airflow.close()
    again = Airflow(ran.url, kept)
    assert again.readable() == readable
    again.close()


def test_it_knows_nobody_by_a_wrong_password(ran: Lab2) -> None:
    airflow = Airflow(ran.url, Password("viewer", "guess"))
    with pytest.raises((LoginFailed, NotAllowed)):
        airflow.readable()
    airflow.close()
