from html import unescape

from starlette.testclient import TestClient

from app.store.session import Store
from tests.queries import recorded_queries
from tests.web.conftest import make_app
from tests.web.reading import words


def test_a_problem_stands_with_its_correction(client: TestClient) -> None:
    text = words(client.get("/problems").text)
    assert "{{ ti.xcom_pull(task_ids=' extarct_tiles ')['tiles_uri'] }}" in text
    assert "should be extract_tiles prod-eu / geo_tiles_daily / build_overviews" in text
    assert "xcom result file is empty . to mend it write JSON to" in text
    assert "orders_export / export_orders · return.json" in text


def test_only_what_is_to_be_written_stands_in_code(client: TestClient) -> None:
    html = client.get("/problems").text
    assert '<code class="fixed"><b>extract_tiles</b></code>' in html
    assert '<b class="fixed">write JSON to' in html


def test_a_long_kind_breaks_between_its_words(client: TestClient) -> None:
    assert "missing_<wbr>group_<wbr>prefix" in client.get("/problems").text


def test_problems_are_counted_as_things_to_mend(client: TestClient) -> None:
    text = words(client.get("/problems").text)
    assert "Problems 4 open · 2 victims folded in · 0 gone" in text
    assert "in 2 of the last 14 runs" in text
    assert 'class="count bad">4<' in client.get("/problems").text


def test_the_inbox_is_narrowed_by_links(client: TestClient) -> None:
    html = unescape(client.get("/problems").text)
    assert 'href="/problems?status=open&severity=warning"' in html
    text = words(client.get("/problems?status=open&severity=warning").text)
    assert "train_model may run before the task it reads" in text
    assert "extarct_tiles" not in text
    silent = words(client.get("/problems?silent=yes").text)
    assert "train_model got the text None" in silent
    assert "may run before" not in silent


def test_a_filter_chosen_again_is_taken_off(client: TestClient) -> None:
    html = unescape(client.get("/problems?kind=unknown_task").text)
    assert '<a href="/problems?status=open" aria-current="true"><span class="mono">unknown' in html


def test_nothing_to_mend_says_so(client: TestClient, empty_client: TestClient) -> None:
    assert "Nothing to mend" in words(empty_client.get("/problems").text)
    assert "Nothing fits" in words(client.get("/problems?kind=quota&status=open").text)


def test_the_page_asks_a_fixed_number_of_questions(store: Store) -> None:
    with TestClient(make_app(store)) as client, recorded_queries(store) as queries:
        client.get("/problems")
    assert len(queries) == 8
