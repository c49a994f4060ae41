from starlette.testclient import TestClient

from app.model.leaves import LeafAddress, Place
from app.web import links
from tests.web.addresses import geo_task
from tests.web.sample import NOW

AT = LeafAddress(
    "prod-eu",
    Place.XCOM,
    geo_task("plan_area"),
    1,
    "return_value",
    ("grid_uri",),
    NOW.replace(hour=2, minute=0, second=42),
)
VALUE = "s3://geo-plan/2026-11-21/z14/grid.json"


def test_the_json_tells_each_place_and_how_it_is_known(client: TestClient) -> None:
    body = client.get(links.api_value(AT)).json()
    assert (body["value"], body["followed"], body["span"]) == (VALUE, VALUE, [0, len(VALUE)])
    assert body["common"] is None
    assert body["at"] == {
        "deployment": "prod-eu",
        "dag_id": AT.instance.dag_id,
        "run_id": AT.instance.run_id,
        "task_id": "plan_area",
        "map_index": -1,
        "try_number": 1,
        "place": "xcom",
        "name": "return_value",
        "path": ["grid_uri"],
        "time": AT.time.isoformat(),
    }
    own = [one for one in body["occurrences"] if one["tie"] in {"chosen", "after"}]
    assert [(one["act"], one["tie"], one["evidence"], one["readers"]) for one in own] == [
        ("gave", "chosen", None, 1),
        ("got", "after", "confirmed", 0),
    ]
    assert own[1]["spans"] == [[7, 7 + len(VALUE)]]
    assert own[1]["sources"] == [body["at"]]
    assert {one["tie"] for one in body["occurrences"]} == {"chosen", "after", "flow"}


def test_a_common_value_is_said_to_be_one(client: TestClient) -> None:
    body = client.get(links.api_value(AT).replace("grid_uri", "zoom")).json()
    assert body["common"] == {"places": 50, "is_all": False}


def test_what_is_not_stored_and_odd_addresses_answer_as_json(client: TestClient) -> None:
    answer = client.get(links.api_value(AT).replace("grid_uri", "nothing"))
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    answer = client.get(f"{links.API}/value")
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_request")


def test_its_shape_is_in_openapi(client: TestClient) -> None:
    paths = client.get(f"{links.API}/openapi.json").json()["paths"]
    names = [one["name"] for one in paths[f"{links.API}/value"]["get"]["parameters"]]
    assert {"deployment", "dag_id", "run_id", "task_id", "in", "name", "path", "time"} <= {*names}
