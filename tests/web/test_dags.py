from starlette.testclient import TestClient

from app.store.session import Store
from tests.queries import recorded_queries
from tests.web.conftest import make_app
from tests.web.reading import words


def test_every_dag_is_listed(client: TestClient) -> None:
    text = words(client.get("/dags").text)
    for dag_id in ("churn_training", "geo_tiles_daily", "orders_export", "model_cards"):
        assert dag_id in text
    assert "DAGs 4 DAGs" in text


def test_the_list_is_narrowed_to_a_deployment(client: TestClient) -> None:
    text = words(client.get("/dags?deployment=prod-us").text)
    assert "2 in prod-us" in text
    assert "geo_tiles_daily" not in text


def test_an_empty_store_says_what_to_do_next(empty_client: TestClient) -> None:
    assert "No DAG has been mirrored yet" in words(empty_client.get("/dags").text)


def test_the_page_asks_a_fixed_number_of_questions(store: Store) -> None:
    with TestClient(make_app(store)) as client, recorded_queries(store) as queries:
        client.get("/dags")
    assert len(queries) == 8
