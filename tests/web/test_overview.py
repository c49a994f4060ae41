import re

import pytest
from starlette.testclient import TestClient

from app.store.session import Store
from tests.queries import recorded_queries
from tests.web.conftest import make_app
from tests.web.reading import words
from tests.web.sample import break_off


def test_dags_with_open_problems_come_first(client: TestClient) -> None:
    dags = re.findall(r"<b>([a-z_]+)</b></a>\s*<div", client.get("/").text)
    assert dags == ["churn_training", "orders_export", "geo_tiles_daily", "model_cards"]
    by_name = re.findall(r"<b>([a-z_]+)</b></a>\s*<div", client.get("/?order=name").text)
    assert by_name == sorted(by_name)


def test_a_dag_tells_its_latest_run_and_what_flowed_in_it(client: TestClient) -> None:
    text = words(client.get("/").text)
    assert "geo_tiles_daily prod-eu · 0 2 * * *" in text
    assert "6 h ago 10 m 00 s 5 3 4 1" in text
    assert "running 41 min" in text
    assert "model_cards prod-us · manual no run seen" in text


def test_open_problems_are_named_once_with_their_victims_folded_in(client: TestClient) -> None:
    text = words(client.get("/").text)
    assert "Open problems all 4" in text
    assert text.count("build_overviews reads a task that does not exist") == 1
    assert "export_orders wrote an empty return.json orders_export · 2 victims" in text
    assert "load_orders reads export_orders" not in text
    assert "train_model got the text None, and is green churn_training · success silent" in text


def test_what_is_kept_is_counted(client: TestClient) -> None:
    text = words(client.get("/").text)
    assert "runs 29 values, all tries 135 flows 108 values Airflow has since deleted 27" in text


def test_how_old_the_oldest_run_is_has_its_exact_time_on_hover(client: TestClient) -> None:
    oldest = client.get("/").text.partition("oldest run</dt>")[2].partition("</dd>")[0]
    assert "26 d ago" in oldest
    assert 'title="2026-10-26 02:00:00 UTC"' in oldest


def test_an_airflow_that_does_not_answer_is_told_with_what_to_do(
    client: TestClient, store: Store
) -> None:
    assert "mirror 4 s behind" in words(client.get("/").text)
    break_off(store)
    text = words(client.get("/").text)
    assert "no answer for 4 s" in text
    assert "connection refused; check XCOMTRACE_AIRFLOW_URL" in text


def test_an_empty_store_says_what_to_do_next(empty_client: TestClient) -> None:
    text = words(empty_client.get("/").text)
    assert "No DAG has been mirrored yet" in text
    assert "Set XCOMTRACE_AIRFLOW_URL" in text
    assert "no Airflow yet" in text


@pytest.mark.parametrize("address", ["/", "/dags"])
def test_an_empty_list_tells_why_airflow_gives_nothing(
    empty_client: TestClient, empty_store: Store, address: str
) -> None:
    break_off(empty_store)
    list_of_dags = words(empty_client.get(address).text).partition("Open problems")[0]
    assert "No DAG has been mirrored yet" in list_of_dags
    assert "check XCOMTRACE_AIRFLOW_URL. Status says" in list_of_dags
    assert "The first pass may still be under way" not in list_of_dags


def test_where_nothing_was_mirrored_nothing_is_called_unbroken(empty_client: TestClient) -> None:
    text = words(empty_client.get("/").text)
    assert "Nothing has been mirrored yet that could be broken" in text
    assert "No pull and no push is broken" not in text


def test_the_page_asks_a_fixed_number_of_questions(store: Store) -> None:
    with TestClient(make_app(store)) as client, recorded_queries(store) as queries:
        client.get("/")
    assert len(queries) == 12


def test_the_page_follows_the_mirror_from_the_change_it_shows(client: TestClient) -> None:
    html = client.get("/").text
    assert re.search(r'<body data-live="/live\?after=\d+">', html)
    assert 'hx-get="/?order=problems"' in html
