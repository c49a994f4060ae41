from typing import Any

import pytest
from starlette.testclient import TestClient

from app.store.session import Store
from app.web import links
from tests.web.conftest import make_app
from tests.web.sample import geo_run
from tests.web.test_api import get
from tests.web.test_hostile import EVIL, fill_hostile


def results(client: TestClient, q: str, **more: object) -> list[Any]:
    found: list[Any] = get(client, links.api_search(q=q, **more))["results"]
    return found


def test_a_given_value_names_its_address_and_its_consumers(client: TestClient) -> None:
    (one,) = results(client, "grid since:1d in:xcom")
    at = {"dag_id": "geo_tiles_daily", "run_id": geo_run().run_id, "map_index": -1}
    assert one.pop("number") > 0
    assert one == {
        **at,
        "task_id": "plan_area",
        "try_number": 1,
        "deployment": "prod-eu",
        "place": "xcom",
        "name": "return_value",
        "path": ["grid_uri"],
        "address": "grid_uri",
        "time": "2026-11-21T02:00:42+00:00",
        "value": "s3://geo-plan/2026-11-21/z14/grid.json",
        "truncated": False,
        "size": None,
        "state": "success",
        "gone": False,
        "consumers": [
            {
                **at,
                "task_id": "extract_tiles",
                "try_number": 2,
                "field": "arguments[0]",
                "evidence": "confirmed",
                "count": 1,
                "extent": "itself",
            }
        ],
        "producers": [],
    }


def test_a_field_names_its_producers(client: TestClient) -> None:
    (one,) = results(client, "path:env_vars.SCENES since:1d")
    assert (one["place"], one["name"], one["path"]) == ("field", "env_vars", ["SCENES"])
    (producer,) = one["producers"]
    assert (producer["task_id"], producer["path"]) == ("list_scenes", ["scenes_uri"])
    assert producer["evidence"] == "confirmed"


def test_scalars_keep_their_type(client: TestClient) -> None:
    values = {one["address"]: one["value"] for one in results(client, "since:1d in:xcom")}
    assert (values["zoom"], values["took_s"]) == (14, 243.8)
    assert values["stats.skipped"] is None


def test_a_search_goes_on_where_it_was_left(client: TestClient) -> None:
    first = get(client, links.api_search(q="zoom>=14", limit=2))
    assert first["query"] == "zoom>=14"
    assert (len(first["results"]), first["ran_out"]) == (2, False)
    second = results(client, "zoom>=14", limit=2, older=first["older"])
    runs = [one["run_id"] for one in (*first["results"], *second)]
    assert runs[0] == geo_run().run_id
    assert len(runs) == 4
    assert get(client, links.api_search(q="zoom>=14 since:1d"))["older"] is None


def test_what_is_not_understood_is_told_with_its_place(client: TestClient) -> None:
    answer = client.get(links.api_search(q="z14 in:nowhere"))
    assert answer.status_code == 422
    told = answer.json()
    assert (told["error"], told["position"]) == ("not_understood", 7)
    assert "There is in:xcom" in told["message"]


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "older=-1", "older=x"])
def test_numbers_that_make_no_sense_are_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/api/v1/search?q=z14&{query}").status_code == 422


def test_hostile_values_arrive_whole(empty_store: Store) -> None:
    fill_hostile(empty_store)
    with TestClient(make_app(empty_store)) as client:
        values = [one["value"] for one in results(client, "alert in:xcom")]
    # It stands in two XComs.
    assert values == [EVIL, EVIL]


def suggested(client: TestClient, q: str, at: int | None = None) -> list[str]:
    found = get(
        client, f"{links.api_suggestions()}{links.search(q=q, at=at).removeprefix('/search')}"
    )
    return [one["text"] for one in found["suggestions"]]


def test_suggestions_tell_what_they_replace(client: TestClient) -> None:
    found = get(client, "/api/v1/search/suggestions?q=z14+-dag:geo+in:env&at=12")
    assert found["suggestions"] == [
        {"text": "dag:geo_tiles_daily", "start": 5, "end": 12, "note": "DAG", "is_whole": True}
    ]


def test_without_a_caret_the_last_word_is_meant(client: TestClient) -> None:
    assert suggested(client, "z14 task:list") == ["task:list_scenes"]
    assert suggested(client, "task:list z14", 9) == ["task:list_scenes"]
