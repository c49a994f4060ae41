import re
from html import unescape

from markupsafe import escape
from starlette.testclient import TestClient

from app.model.findings import Producer
from app.model.ids import TaskInstanceKey
from app.store.session import Store
from app.web import links
from tests.queries import recorded_queries
from tests.web.addresses import geo_task
from tests.web.conftest import make_app
from tests.web.reading import words
from tests.web.sample import geo_run, orders_run


def page(client: TestClient, task_id: str, try_number: int | None = None) -> str:
    instance = geo_task(task_id)
    address = links.task_instance(deployment="prod-eu", instance=instance, try_number=try_number)
    return client.get(address).text


def test_the_stretch_of_a_field_that_came_from_another_task_leads_to_its_value(
    client: TestClient,
) -> None:
    producer = Producer(geo_task("plan_area"), 1, "return_value", ("grid_uri",))
    href = escape(links.given_value(deployment="prod-eu", producer=producer))
    html = page(client, "extract_tiles")
    span = f'--grid=<a class="span span-confirmed" href="{href}">s3://geo-plan/2026-11-21/z14/'
    assert span in html


def test_every_field_and_key_leads_to_the_page_of_its_value(client: TestClient) -> None:
    html = page(client, "extract_tiles")
    follow = re.findall(r'href="(/value[^"]*)"[^>]*aria-label="Follow ([^"]*)"', html)
    names = {name for _, name in follow}
    assert {"arguments[0]", "env_vars.SCENES", "image", "return_value", "tiles_uri"} <= names
    for href, name in follow:
        assert client.get(unescape(href)).status_code == 200, name


def test_every_field_names_where_it_came_from(client: TestClient) -> None:
    text = words(page(client, "extract_tiles"))
    assert "What it got 3 fields from 2 tasks confirmed all confirmed" in text
    assert "confirmed plan_area zoom 22" in text
    assert "env_vars field" not in text
    assert "confirmed list_scenes scenes_uri 24" in text


def test_a_masked_value_and_fields_without_values_are_said_to_be_so(client: TestClient) -> None:
    text = words(page(client, "extract_tiles"))
    assert "AWS_TOKEN *** masked" in text
    assert "1 other field with no value of another task" in text


def test_each_key_names_its_readers_and_who_should_have_been(client: TestClient) -> None:
    text = words(page(client, "plan_area"))
    assert "zoom 14 extract_tiles arguments[3] build_overviews env_vars.ZOOM" in text
    assert "aoi_wkt" in text
    meant = words(page(client, "extract_tiles"))
    assert "should have read it build_overviews env_vars.PATH_IN" in meant
    assert "crs EPSG:3857 nobody reads it" in meant


def test_earlier_versions_are_kept_and_shown(client: TestClient) -> None:
    text = words(page(client, "extract_tiles"))
    assert "Try 1 failed after 41 s and pushed return_value: kept here, gone from Airflow" in text
    assert "1 other version key value pushed return_value" in text
    assert "kept only here" in text


def test_an_earlier_try_shows_what_it_pushed(client: TestClient) -> None:
    text = words(page(client, "extract_tiles", 1))
    assert "tiles.parquet?v=9f0" in text
    assert "The rendered fields of this try were not seen" in text
    assert "3 other versions" not in text


def test_a_broken_pull_stands_in_its_field_with_its_correction(client: TestClient) -> None:
    text = words(page(client, "build_overviews"))
    assert "PATH_IN error build_overviews reads a task that does not exist" in text
    assert "should be extract_tiles" in text
    assert "ZOOM not rendered declared plan_area zoom 33" in text


def test_the_pod_is_named_as_its_operator_pushed_it(client: TestClient) -> None:
    assert "pod extract-tiles-x7k2p" in words(page(client, "extract_tiles"))
    assert "pod " not in words(page(client, "plan_area")).partition("Graph around it")[0]


def test_the_source_is_marked_with_the_fields_it_fills(client: TestClient) -> None:
    text = words(page(client, "extract_tiles"))
    assert "Where it is written geo/tiles.py DAG version 31" in text
    line = "\"--zoom={{ ti.xcom_pull('plan_area')['zoom'] }}\", confirmed arguments[3]"
    assert line in text
    assert "└─ no task has this id" in words(page(client, "build_overviews"))


def test_mapped_instances_are_stepped_through(client: TestClient) -> None:
    instance = TaskInstanceKey("orders_export", orders_run().run_id, "notify", 1)
    text = words(client.get(links.task_instance(deployment="prod-us", instance=instance)).text)
    assert "notify [1] of 3" in text
    assert "success 0 up for retry 1 no state yet 2" in text


def test_a_mapped_task_named_without_an_index_shows_its_first_instance(
    client: TestClient,
) -> None:
    instance = TaskInstanceKey("orders_export", orders_run().run_id, "notify")
    answer = client.get(links.task_instance(deployment="prod-us", instance=instance))
    assert answer.status_code == 200
    assert "notify [0] of 3" in words(answer.text)


def test_an_instance_that_never_started_says_so_and_nothing_else(client: TestClient) -> None:
    text = words(page(client, "publish_stac"))
    assert "never started Graph around it" in text
    assert "It never started (upstream failed), so Airflow rendered nothing for it." in text
    assert "there is nothing it could have pushed" in text
    assert "Try 0" not in text
    assert "failed in its templates" not in text


def test_the_day_is_told_for_a_runs_name_need_not_tell_it(client: TestClient) -> None:
    assert "started 21 Nov 02:" in words(page(client, "extract_tiles"))
    run = links.run(deployment="prod-eu", run=geo_run())
    assert "started 21 Nov 02:00 UTC" in words(client.get(run).text)


def test_a_pod_whose_push_failed_says_so(client: TestClient) -> None:
    instance = TaskInstanceKey("orders_export", orders_run().run_id, "export_orders")
    text = words(client.get(links.task_instance(deployment="prod-us", instance=instance)).text)
    assert "error export_orders wrote an empty return.json write JSON to" in text


def test_the_page_asks_a_fixed_number_of_questions(store: Store) -> None:
    address = links.task_instance(deployment="prod-eu", instance=geo_task("extract_tiles"))
    with TestClient(make_app(store)) as client, recorded_queries(store) as queries:
        client.get(address)
    assert len(queries) == 18
