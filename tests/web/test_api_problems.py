"""The JSON of problems and of what is decided about them."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from app.store.session import Store
from tests.queries import recorded_queries
from tests.store.life import begin, broken
from tests.web.conftest import make_app
from tests.web.test_api import get


def the_problem(client: TestClient) -> Any:
    return get(client, "/api/v1/problems?dag_id=geo_tiles_daily")["problems"][0]


def test_a_problem_tells_its_cause_and_what_became_of_it(client: TestClient) -> None:
    problem = the_problem(client)
    group = problem["group"]
    assert (problem["is_victim"], problem["spread"]) == (False, [])
    assert problem["cause"] == group["cause"]
    assert (group["status"], group["runs"], group["decision"]) == ("open", 2, None)


def test_victims_have_the_cause_of_what_harms_them(client: TestClient) -> None:
    found = get(client, "/api/v1/problems?dag_id=orders_export")["problems"]
    assert [one["is_victim"] for one in found] == [False, True, True]
    assert len({one["cause"] for one in found}) == 1


def test_what_there_is_to_mend_is_listed_once(client: TestClient) -> None:
    groups = get(client, "/api/v1/problems/groups")["groups"]
    assert [(one["dag_id"], one["kind"], one["victims"]) for one in groups] == [
        ("churn_training", "missing_group_prefix", 0),
        ("orders_export", "empty_return_json", 2),
        ("geo_tiles_daily", "unknown_task", 0),
        ("churn_training", "not_upstream", 0),
    ]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("deployment=prod-us", 1),
        ("dag_id=churn_training", 2),
        ("status=open", 4),
        ("status=muted", 0),
        ("limit=1", 1),
    ],
)
def test_groups_are_narrowed_by_their_parameters(
    client: TestClient, query: str, number: int
) -> None:
    assert len(get(client, f"/api/v1/problems/groups?{query}")["groups"]) == number


def test_a_status_that_there_is_not_is_refused(client: TestClient) -> None:
    assert client.get("/api/v1/problems/groups?status=shut").status_code == 422


def test_a_problem_is_acknowledged_muted_and_opened_again(client: TestClient) -> None:
    at = f"/api/v1/problems/{the_problem(client)['id']}"
    assert client.post(f"{at}/acknowledge").json()["status"] == "acknowledged"
    until = "2026-12-01T00:00:00+00:00"
    muted = client.post(f"{at}/mute", json={"reason": "later", "until": until, "by": "ada"}).json()
    assert muted["status"] == "muted"
    assert muted["decision"] == {
        "what": "muted",
        "reason": "later",
        "until": until,
        "at": "2026-11-21T08:20:00+00:00",
        "by": "ada",
    }
    assert the_problem(client)["group"] == muted
    opened = client.post(f"{at}/reopen").json()
    assert (opened["status"], opened["decision"]) == ("open", None)


@pytest.mark.parametrize("what", ["acknowledge", "mute", "reopen"])
def test_only_our_own_pages_and_programs_decide(client: TestClient, what: str) -> None:
    sent = client.post(f"/api/v1/problems/1/{what}", headers={"Origin": "http://evil.test"})
    assert sent.status_code == 403
    assert client.post(f"/api/v1/problems/99999/{what}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [{"reason": "x" * 301}, {"until": "soon"}, {"until": "2026"}, {"until": "2026-12-01T00:00"}],
)
def test_a_mute_that_makes_no_sense_is_refused(client: TestClient, body: dict[str, str]) -> None:
    assert client.post("/api/v1/problems/1/mute", json=body).status_code == 422


def test_a_problem_of_a_dag_has_no_run(empty_store: Store) -> None:
    begin(empty_store).version(3, broken(), at=1)
    with TestClient(make_app(empty_store)) as client:
        (problem,) = get(client, "/api/v1/problems?run_id=")["problems"]
        (group,) = get(client, "/api/v1/problems/groups")["groups"]
        page = client.get("/problems")
    assert (problem["run_id"], problem["version_number"]) == ("", 3)
    assert (group["run_id"], group["runs"]) == ("", 0)
    assert "before it runs" in page.text


def test_openapi_names_the_ways_to_decide(client: TestClient) -> None:
    paths = get(client, "/api/v1/openapi.json")["paths"]
    for what in ("acknowledge", "mute", "reopen"):
        answer = paths[f"/api/v1/problems/{{number}}/{what}"]["post"]["responses"]["200"]
        schema = answer["content"]["application/json"]["schema"]["$ref"]
        assert schema.endswith("/GroupShape")
    assert "/api/v1/problems/groups" in paths


def test_the_list_asks_a_fixed_number_of_questions(store: Store) -> None:
    with TestClient(make_app(store)) as client, recorded_queries(store) as queries:
        get(client, "/api/v1/problems")
    assert len(queries) == 2
