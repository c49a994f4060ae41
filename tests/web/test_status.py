from datetime import timedelta

from starlette.testclient import TestClient

from app.model.facts import DagVersion
from app.store.dags import write_version
from app.store.deployments import ensure_deployment, note_troubles
from app.store.outbox import Draft, note_failed, note_sent, read_due, write_messages
from app.store.session import Store
from tests.web.reading import words
from tests.web.sample import NOW, break_off


def test_each_deployment_tells_how_its_passes_went(client: TestClient) -> None:
    text = words(client.get("/status").text)
    assert "Status 2 deployments" in text
    assert "prod-eu Airflow 3.3.2 mirror 4 s behind" in text
    assert "last whole pass 4 s ago last pass took 0.8 s requests made 412" in text
    assert "open runs 0 sealed runs 26 back-fill not begun" in text


def test_a_failing_deployment_says_what_to_do(client: TestClient, store: Store) -> None:
    break_off(store)
    text = words(client.get("/status").text)
    assert "2 deployments, 1 failing" in text
    assert "connection refused; check XCOMTRACE_AIRFLOW_URL 1 pass failed in a row" in text
    assert "loses nothing it has" in text


def test_without_a_deployment_it_says_how_to_name_one(empty_client: TestClient) -> None:
    assert "No Airflow is mirrored yet Set XCOMTRACE_AIRFLOW_URL" in words(
        empty_client.get("/status").text
    )


def test_what_cannot_be_read_is_told_on_the_page_and_in_the_json(
    client: TestClient, store: Store
) -> None:
    refused = "Airflow does not let us read the runs of private (403)"
    version = DagVersion("yaml_dag", 1, "dag: {", problem="The DAG's source is not Python: <x>")
    with store.writing() as session:
        number = ensure_deployment(session, name="prod-eu", url="http://airflow.test")
        note_troubles(session, deployment_pk=number, troubles=(refused,))
        write_version(session, deployment_pk=number, version=version)
    text = words(client.get("/status").text)
    lines = [refused, "yaml_dag, version 1: The DAG's source is not Python: <x>"]
    assert f"Not everything can be read {' '.join(lines)}" in text
    states = client.get("/api/v1/status").json()["deployments"]
    assert {state["name"]: state["troubles"] for state in states}["prod-eu"] == lines


def test_webhooks_tell_how_their_messages_went(client: TestClient, store: Store) -> None:
    assert "Notifications" not in client.get("/status").text
    at = NOW - timedelta(minutes=3)
    with store.writing() as session:
        write_messages(session, [Draft("u1", "chat", {}), Draft("u2", "chat", {})], at=at)
        first, second = read_due(session, webhook="chat", now=NOW, most=9)
        note_sent(session, first, at=at)
        note_failed(session, second, error="it answers 500", next_try_at=None)
    text = words(client.get("/status").text)
    assert "chat It did not take a message: it answers 500" in text
    assert "1 message of the last days will not. last sent 3 min ago" in text
