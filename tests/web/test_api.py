import json
import re
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from app.store.session import Store
from app.web import links
from tests.web.conftest import make_app
from tests.web.sample import break_off, geo_run, orders_run
from tests.web.test_hostile import EVIL, fill_hostile, hostile_run


def get(client: TestClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def test_the_addresses_in_the_readme_lead_somewhere(client: TestClient) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    linked = re.findall(r"\(http://127\.0\.0\.1:8081([^)]*)\)", readme)
    assert linked
    assert {client.get(address).status_code for address in linked} == {200}


def test_dags_of_a_deployment_are_listed(client: TestClient) -> None:
    dags = get(client, "/api/v1/prod-eu/dags")["dags"]
    assert [dag["dag_id"] for dag in dags] == ["churn_training", "geo_tiles_daily"]
    assert dags[1]["tags"] == ["geo", "nightly"]


def test_runs_of_a_dag_are_listed_newest_first(client: TestClient) -> None:
    runs = get(client, "/api/v1/prod-eu/dags/geo_tiles_daily/runs?limit=3")["runs"]
    assert [run["run_id"] for run in runs] == [geo_run(ago).run_id for ago in range(3)]
    assert [run["state"] for run in runs] == ["failed", "failed", "success"]
    assert runs[0]["start"] == "2026-11-21T02:00:00+00:00"


def test_flows_of_a_run_name_their_ends_as_the_interface_says(client: TestClient) -> None:
    found = get(client, links.api_flows(deployment="prod-eu", run=geo_run()))
    run = {"dag_id": "geo_tiles_daily", "run_id": geo_run().run_id, "map_index": -1}
    assert found["flows"][0] == {
        "producer": {
            **run,
            "task_id": "plan_area",
            "try_number": 1,
            "key": "return_value",
            "path": ["grid_uri"],
        },
        "consumer": {
            **run,
            "task_id": "extract_tiles",
            "try_number": 2,
            "field": "arguments[0]",
            "spans": [[7, 45]],
        },
        "evidence": "confirmed",
        "value": "s3://geo-plan/2026-11-21/z14/grid.json",
        "redacted": False,
        "line": 20,
    }


def test_a_broken_pull_of_a_run_names_its_correction(client: TestClient) -> None:
    (problem,) = get(client, links.api_flows(deployment="prod-eu", run=geo_run()))["problems"]
    template = "{{ ti.xcom_pull(task_ids='extarct_tiles')['tiles_uri'] }}"
    assert problem["kind"] == "unknown_task"
    assert (problem["severity"], problem["status"], problem["silent"]) == ("error", "open", False)
    assert problem["consumer"]["field"] == "env_vars.PATH_IN"
    assert problem["pull"] == {
        "dag_id": "geo_tiles_daily",
        "task_ids": ["extarct_tiles"],
        "key": "return_value",
        "path": ["tiles_uri"],
        "template": template,
        "line": 32,
    }
    assert problem["checks"][0] == {
        "what": "task exists",
        "ok": False,
        "seen": "no task has this id",
    }
    assert problem["suggestion"] == {
        "text": "did you mean extract_tiles?",
        "replacement": template.replace("extarct", "extract"),
    }
    assert problem["root"] is None


def test_a_push_problem_names_its_pod_and_its_victims_name_it(client: TestClient) -> None:
    found = get(client, links.api_flows(deployment="prod-us", run=orders_run()))["problems"]
    cause, *victims = found
    assert cause["producer"]["task_id"] == "export_orders"
    assert cause["consumer"] is None
    assert {victim["root"]["task_id"] for victim in victims} == {"export_orders"}


def test_problems_are_narrowed_by_their_parameters(client: TestClient) -> None:
    of_geo = get(client, "/api/v1/problems?dag_id=geo_tiles_daily")["problems"]
    assert [one["run_id"] for one in of_geo] == [geo_run(0).run_id, geo_run(1).run_id]
    assert get(client, "/api/v1/problems?deployment=prod-us&status=gone")["problems"] == []
    run = geo_run(1).run_id.replace("+", "%2B")
    assert len(get(client, f"/api/v1/problems?run_id={run}&status=open")["problems"]) == 1


def test_the_status_tells_lag_and_trouble_of_each_deployment(
    client: TestClient, store: Store
) -> None:
    break_off(store)
    eu, us = get(client, "/api/v1/status")["deployments"]
    assert (eu["name"], eu["lag_seconds"], eu["error"]) == ("prod-eu", 4.0, None)
    assert (eu["open_runs"], eu["sealed_runs"], eu["requests"]) == (0, 26, 412)
    assert "connection refused" in us["error"]
    assert us["failures"] == 1


def test_openapi_describes_every_answer(client: TestClient) -> None:
    api = get(client, "/api/v1/openapi.json")
    assert len(api["paths"]) == 17
    for path in api["paths"].values():
        (method,) = path.values()
        answer = method["responses"]["200"]["content"]["application/json"]["schema"]
        assert answer["$ref"].startswith("#/components/schemas/")
    assert api["components"]["schemas"]["FlowShape"]["required"] == [
        "producer",
        "consumer",
        "evidence",
        "value",
        "redacted",
        "line",
    ]


def test_hostile_values_arrive_whole(empty_store: Store) -> None:
    fill_hostile(empty_store)
    with TestClient(make_app(empty_store)) as client:
        answer = client.get(links.api_flows(deployment="default", run=hostile_run()))
    (flow,) = json.loads(answer.content)["flows"]
    assert flow["value"] == EVIL
