import re
from html import unescape
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from app.store.session import Store
from app.store.tables import task_try, xcom
from app.web import links
from tests.queries import recorded_queries
from tests.web.conftest import make_app
from tests.web.reading import words


def page(client: TestClient, q: str = "", **more: object) -> str:
    answer = client.get(links.search(q=q, **more))
    assert answer.status_code == 200, answer.text
    return answer.text


def told(client: TestClient, q: str = "", **more: object) -> str:
    return words(page(client, q, **more))


def test_a_value_stands_with_its_match_marked_and_whose_it_is(client: TestClient) -> None:
    html = page(client, "GRID since:1d in:xcom")
    assert "s3://geo-plan/2026-11-21/z14/<mark>grid</mark>.json" in html
    text = words(html)
    assert "success prod-eu / geo_tiles_daily / plan_area grid_uri" in text
    assert "run 21 Nov 02:00 · try 1 · 6 h ago" in text
    assert 'title="2026-11-21 02:00:42 UTC"' in html


def test_a_given_value_stands_with_the_fields_that_read_it(client: TestClient) -> None:
    text = told(client, "path:zoom since:1d in:xcom")
    assert "went to confirmed extract_tiles arguments[3]" in text
    assert "declared build_overviews env_vars.ZOOM" in text
    assert "nobody read it" in told(client, "path:crs since:1d")


def test_a_field_stands_with_who_gave_what_it_got(client: TestClient) -> None:
    text = told(client, "scenes.jsonl since:1d in:env")
    assert "extract_tiles env_vars.SCENES got" in text
    assert "came from confirmed list_scenes scenes_uri" in text
    assert "from no XCom that is known" in told(client, "path:env_vars.GDAL_CACHEMAX since:1d")


def test_a_broken_pull_stands_with_the_value_that_it_meant(client: TestClient) -> None:
    text = told(client, "'v=a31' since:1d in:xcom")
    assert "nobody read it" not in text
    assert "should have gone to build_overviews env_vars.PATH_IN" in text
    old = told(client, "'v=9f0' since:1d in:xcom")
    assert "gone from Airflow: kept only here" in old
    assert "should have gone to" not in old


def test_every_result_leads_to_its_value_its_task_and_its_run(client: TestClient) -> None:
    html = unescape(page(client, "'v=a31' since:1d in:xcom"))
    run = quote("scheduled__2026-11-21T02:00:00+00:00", safe="")
    assert f"/tasks/extract_tiles/runs/{run}?try=2" in html
    assert f"/dags/geo_tiles_daily/runs/{run}?tab=graph" in html
    assert re.search(r'href="/value\?deployment=prod-eu&dag_id=geo_tiles_daily&[^"]*in=xcom', html)


def test_more_than_a_page_is_told_without_counting_and_goes_on(client: TestClient) -> None:
    html = page(client, "dag:geo_tiles_daily")
    assert "50+ values" in words(html)
    (older,) = re.findall(r'<li class="more"><a href="(/search\?[^"]*)"', html)
    following = unescape(older)
    text = words(client.get(following).text)
    assert "50+ older values" in text
    assert "back to the newest" in text


def test_all_values_are_met_once_on_the_way_to_the_oldest(client: TestClient) -> None:
    address, seen = links.search(q="'v=a31' in:xcom"), []
    while address:
        html = client.get(address).text
        seen += re.findall(r'<a class="value" href="([^"]*)"', html)
        more = re.findall(r'<li class="more"><a href="(/search\?[^"]*)"', html)
        address = unescape(more[0]) if more else ""
    assert len(seen) == len(set(seen)) == 27


def test_a_page_that_has_grown_tells_and_counts_all_it_shows(client: TestClient) -> None:
    html = page(client, "dag:geo_tiles_daily")
    (grown,) = re.findall(r'hx-get="(/search\?[^"]*)" hx-target="#content"', html)
    assert unescape(grown).endswith("&shown=100")
    html = client.get(unescape(grown)).text
    assert "100+ values in" in words(html)
    assert "Numbers count the 100 values shown." in words(html)
    most = page(client, "dag:geo_tiles_daily", shown=500)
    assert 'hx-target="#content"' not in most


def test_the_facets_count_what_is_shown_and_narrow_it(client: TestClient) -> None:
    html = page(client, "z14 since:1d")
    text = words(html)
    assert re.search(r"Numbers count the \d+ values shown\.", text)
    assert re.search(r"DAG geo_tiles_daily \d+ Key or field", text)
    link = re.search(r'href="([^"]*)"><span>What tasks gave</span><span class="number">(\d+)', html)
    assert link
    narrowed = words(client.get(unescape(link[1])).text)
    assert f"{link[2]} values in" in narrowed


def test_a_facet_chosen_again_is_taken_off(client: TestClient) -> None:
    html = unescape(page(client, "z14 in:xcom since:24h"))
    assert '<a href="/search?q=z14+since%3A24h" aria-current="true"><span>What tasks gave' in html
    assert '<a href="/search?q=z14+in%3Axcom"><span>Any time' in html


def test_the_title_says_the_search_and_the_box_keeps_it(client: TestClient) -> None:
    html = page(client, 'dag:geo_* "14"')
    assert "<title>dag:geo_* &#34;14&#34; · Search · xcomtrace</title>" in html
    assert 'value="dag:geo_* &#34;14&#34;"' in html
    assert 'data-copy=""' in html


def test_before_a_search_there_are_examples_that_find_something(client: TestClient) -> None:
    html = page(client)
    assert "For example" in words(html)
    found = re.findall(r'<li><a href="(/search\?q=[^"]*)"><code>', html)
    assert len(found) >= 4
    for address in found:
        assert 'class="panel list results"' in client.get(unescape(address)).text, address


def test_what_is_not_found_comes_with_wider_searches(client: TestClient) -> None:
    html = page(client, 'dag:geo "z14" since:1d')
    text = words(html)
    assert "Nothing found" in text
    assert "dag:*geo* z14 since:1d each anywhere in it" in text
    assert found_by_each(client, html)
    assert "at any time" in told(client, "'v=a31' in:xcom since:1m")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("zoom > 10", "zoom>10"),
        ("dag=geo_tiles_daily task=extract_tiles", "dag:geo_tiles_daily task:extract_tiles"),
        ("dag=geo_tile_daily", "dag:geo_tiles_daily"),
        ("state:fail", "state:failed"),
        ("z14 deployment:prod", "z14 deployment:prod-eu"),
        ("env:z14", "in:env z14"),
        ("xcom:z14", "in:xcom z14"),
        ("field:arguments", "key:arguments"),
    ],
)
def test_a_slip_that_finds_nothing_is_put_right(
    client: TestClient, typed: str, offered: str
) -> None:
    html = page(client, typed)
    assert "Nothing found" in html
    assert f"<code>{offered}</code></a>" in unescape(html)
    assert found_by_each(client, html)


def test_only_searches_that_find_something_are_offered(client: TestClient) -> None:
    assert "Try instead" not in told(client, "zzz dag:nope")
    text = told(client, "zzz task=nope")
    assert "If you meant zzz task:nope (task with a colon): that finds nothing either." in text
    assert "Try instead" not in text


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("state:lost", "lost is no state of Airflow. They are: awaiting_input, deferred, failed"),
        ("deployment:x", "No deployment that is kept here is called x. There is prod-"),
        ("dag:nope z14", "No DAG that is kept here is called nope."),
        ("try:1", "try: begins no term, so try:1 was looked for as a text. Terms: deployment:"),
    ],
)
def test_where_nothing_is_found_it_is_told_what_is_likely_wrong(
    client: TestClient, typed: str, note: str
) -> None:
    assert note in re.sub(r" (?=[,.])", "", told(client, typed))


def test_what_finds_something_is_not_corrected(client: TestClient) -> None:
    assert "Try instead" not in told(client, "dag:geo_tiles_daily -dag=x")


def test_a_search_that_cannot_be_read_is_offered_as_it_can_be(client: TestClient) -> None:
    answer = client.get(links.search(q="zoom==14 dag_id:geo_tiles_daily"))
    assert "Did you mean zoom=14 dag:geo_tiles_daily" in words(answer.text)
    assert found_by_each(client, answer.text)


def found_by_each(client: TestClient, html: str) -> bool:
    """Whether the page offers searches, and each finds something."""
    offered = re.findall(r'<li><a href="(/search\?q=[^"]*)"><code>', html)
    answers = [client.get(unescape(address)).text for address in offered]
    return bool(answers) and all('class="panel list results"' in one for one in answers)


def test_what_is_called_so_is_told_beside_the_values(client: TestClient) -> None:
    text = told(client, "extract_tiles")
    assert "Called so: task:extract_tiles task" in text
    assert "Called so: dag:geo_tiles_daily DAG" in told(client, "geo_tiles_daily")
    assert "path:tiles_uri path in a return value" in told(client, "tiles_uri")
    assert "Called so" not in told(client, "tiles")


def test_what_is_not_understood_keeps_the_search_and_points_at_the_character(
    client: TestClient,
) -> None:
    answer = client.get(links.search(q="z14 in:nowhere <b>"))
    assert answer.status_code == 422
    assert "There is in:xcom, in:args and in:env." in words(answer.text)
    assert 'z14 in:<span class="wrong-here">n</span>owhere &lt;b&gt;' in answer.text
    assert 'value="z14 in:nowhere &lt;b&gt;"' in answer.text


def test_what_is_missing_at_the_end_is_pointed_at_too(client: TestClient) -> None:
    answer = client.get(links.search(q="dag:"))
    assert answer.status_code == 422
    assert 'dag:<span class="wrong-here"> </span>' in answer.text


def test_values_that_wait_for_the_index_are_told_where_nothing_is_found(
    client: TestClient, store: Store
) -> None:
    with store.writing() as session:
        for table in (xcom, task_try):
            session.execute(table.update().values(indexed_by=None))
    text = told(client, "nothing-of-the-kind")
    assert re.search(r"\d+ stored XComs and tries cannot be searched yet", text)
    assert "cannot be searched yet" not in told(client, "z14")


def test_an_empty_store_says_what_is_missing(empty_client: TestClient) -> None:
    assert "No value has been mirrored." in told(empty_client)
    assert "Nothing found" in told(empty_client, "z14")


def test_every_page_has_a_search_box_as_a_plain_form(client: TestClient) -> None:
    for address in ("/", "/dags", "/problems", "/status", "/search"):
        html = client.get(address).text
        assert re.search(
            r'<form id="find[a-z-]*" class="search-box[^>]* method="get" action="/search"', html
        )
        assert '<a href="/search"' in html


@pytest.mark.parametrize("q", ["z14", "", "nothing-of-the-kind"])
def test_the_page_asks_a_bounded_number_of_questions(store: Store, q: str) -> None:
    with TestClient(make_app(store)) as client, recorded_queries(store) as queries:
        client.get(links.search(q=q))
    assert len(queries) <= 24


@pytest.mark.parametrize("older", ["-1", "x", "99999999999999999999"])
def test_a_number_that_no_value_can_have_is_refused(client: TestClient, older: str) -> None:
    assert client.get(f"/search?q=z14&older={older}").status_code == 422
