"""What we asked of an Airflow in the last hour."""

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from app.store.deployments import DeploymentState, ensure_deployment, read_deployments
from app.store.load import note_allowed, note_requests
from app.store.session import Store
from app.web.status_load import load_line
from tests.web.reading import words
from tests.web.sample import NOW

AGO = {minutes: (NOW - timedelta(minutes=minutes)).isoformat() for minutes in (0, 1, 59, 61)}


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({}, ""),
        ({AGO[61]: 900}, ""),
        ({AGO[0]: 12}, "about 12 in the last 1 minute, 12 at most, of 6 000 allowed"),
        ({AGO[1]: 9, AGO[0]: 5}, "about 7 in the last 2 minutes, 9 at most, of 6 000 allowed"),
        (
            {AGO[61]: 900, AGO[59]: 5400, AGO[0]: 600},
            "about 100 in the last hour, 5 400 at most, of 6 000 allowed",
        ),
    ],
)
def test_the_line(store: Store, counts: dict[str, int], told: str) -> None:
    with store.writing() as session:
        ensure_deployment(session, name="default", url="http://airflow.test")
        state: DeploymentState = read_deployments(session)[0]
    state = replace(state, requests_by_minute=counts, requests_allowed=6_000)
    assert words(load_line(state, NOW)) == told


def test_the_page_and_the_json_tell_it(client: TestClient, store: Store) -> None:
    with store.writing() as session:
        number = ensure_deployment(session, name="prod-eu", url="http://airflow.test")
        note_allowed(session, deployment_pk=number, a_minute=600)
        for minutes, count in ((2, 30), (0, 60)):
            at = NOW - timedelta(minutes=minutes)
            note_requests(session, deployment_pk=number, by_minute={at: count}, at=NOW)
    text = words(client.get("/status").text)
    assert "requests a minute about 30 in the last 3 minutes, 60 at most, of 600 allowed" in text
    states = client.get("/api/v1/status").json()["deployments"]
    told = {state["name"]: state for state in states}["prod-eu"]
    assert (
        told["requests_last_hour"], told["requests_busiest_minute"], told["requests_allowed"]
    ) == (90, 60, 600)  # fmt: skip
