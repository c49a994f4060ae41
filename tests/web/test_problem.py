from starlette.testclient import TestClient

from app.store.session import Store
from tests.queries import recorded_queries
from tests.web.conftest import make_app
from tests.web.reading import words
from tests.web.sample import export_orders_again


def number_of(client: TestClient, dag_id: str, kind: str) -> int:
    """Of the newest problem of that kind."""
    problems = client.get(f"/api/v1/problems?dag_id={dag_id}").json()["problems"]
    return int(next(one["id"] for one in problems if one["kind"] == kind))


def page(client: TestClient, dag_id: str, kind: str) -> str:
    return client.get(f"/problems/{number_of(client, dag_id, kind)}").text


def test_the_mistake_and_its_correction_stand_together(client: TestClient) -> None:
    html = page(client, "geo_tiles_daily", "unknown_task")
    text = words(html)
    assert "env_vars.PATH_IN pulls return_value['tiles_uri'] of extarct_tiles" in text
    assert "of <code><span" in html
    assert "Did you mean extract_tiles?" in text
    assert "Corrected template in line 32" in text
    assert "Where geo/tiles.py:32 DAG version 31" in text
    assert "└─ no task has this id; did you mean extract_tiles?" in text
    assert "Airflow said UndefinedError: 'None' has no attribute 'tiles_uri'" in text
    corrected = "{{ ti.xcom_pull(task_ids=&#39;extract_tiles&#39;)[&#39;tiles_uri&#39;] }}"
    assert f'data-copy="{corrected}"' in html


def test_the_proof_is_a_list_of_checks(client: TestClient) -> None:
    text = words(page(client, "geo_tiles_daily", "unknown_task"))
    assert "task exists failed no task has this id" in text
    assert "is upstream not reached not reached" in text


def test_the_facts_say_where_and_since_when(client: TestClient) -> None:
    text = words(page(client, "geo_tiles_daily", "unknown_task"))
    assert "severity error, task failed consumer failed build_overviews" in text
    assert "first seen 20 Nov 02:07 UTC last seen 6 h ago" in text
    assert "Runs 2 of the last 24" in text


def test_a_silent_problem_says_that_the_task_is_green(client: TestClient) -> None:
    text = words(page(client, "churn_training", "missing_group_prefix"))
    assert "severity error, task is green" in text


def test_victims_are_folded_into_their_cause(client: TestClient) -> None:
    text = words(page(client, "orders_export", "empty_return_json"))
    assert "2 victims folded in" in text
    assert "load_orders env_vars.SRC" in text
    assert "producer failed export_orders" in text


def test_victims_are_those_of_the_newest_run(client: TestClient, store: Store) -> None:
    export_orders_again(store)
    text = words(page(client, "orders_export", "empty_return_json"))
    assert "2 victims folded in" in text
    assert "2 of the last 2" in text


def test_one_pages_from_one_open_problem_to_the_next(client: TestClient) -> None:
    html = page(client, "geo_tiles_daily", "unknown_task")
    assert "3 of 4 open" in html
    assert 'aria-label="Previous problem"' in html
    assert 'aria-label="Next problem"' in html


def test_a_victim_has_a_page_of_its_own(client: TestClient) -> None:
    text = words(page(client, "orders_export", "producer_failed"))
    assert "reads export_orders, which failed" in text


def test_the_page_asks_a_fixed_number_of_questions(store: Store) -> None:
    with TestClient(make_app(store)) as client:
        number = number_of(client, "geo_tiles_daily", "unknown_task")
        with recorded_queries(store) as queries:
            client.get(f"/problems/{number}")
    assert len(queries) == 11
