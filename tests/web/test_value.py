from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.model.facts import RunFacts
from app.model.findings import Analysis, Evidence, Flow, Producer
from app.model.ids import RunKey, TaskInstanceKey
from app.model.leaves import LeafAddress, Place
from app.store.session import Store
from app.web import links
from tests.build import (
    after,
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_instance,
    make_problem,
    make_producer,
    make_run,
    make_try,
    make_xcom,
)
from tests.queries import recorded_queries
from tests.web.addresses import geo_leaf, geo_task
from tests.web.conftest import make_app
from tests.web.reading import words

VALUE = "s3://lake/part-7f3a9c.parquet"


def given(task_id: str, *path: str | int, **query: object) -> str:
    return links.given_value(deployment="prod-eu", producer=geo_leaf(task_id, *path), **query)


def test_a_value_is_shown_with_who_gave_it_first_and_who_read_it(client: TestClient) -> None:
    text = words(client.get(given("plan_area", "grid_uri")).text)
    assert "The value Copy s3://geo-plan/2026-11-21/z14/grid.json" in text
    assert "First given by geo_tiles_daily / plan_area, grid_uri" in text
    assert "read by 27 fields in 27 runs of 1 DAG" in text
    assert "kind string · 38 characters" in text


def test_places_are_told_run_by_run_with_what_is_known_of_them(client: TestClient) -> None:
    text = words(client.get(given("plan_area", "grid_uri", order="oldest")).text)
    assert "this run" in text
    assert (
        "success plan_area gave grid_uri read by 1 field this place "
        "02:02:25 UTC success extract_tiles got "
        "arguments[0] within --grid= s3://geo-plan/2026-11-21/z14/grid.json "
        "from plan_area grid_uri confirmed confirmed · it went here"
    ) in " ".join(text.split())
    assert "same text, other flows" in text


def test_only_its_own_way_is_shown_on_demand(client: TestClient) -> None:
    text = words(client.get(given("plan_area", "grid_uri", show="trail")).text)
    assert "it went here" in text
    assert "same text" not in text


def test_of_a_common_value_only_what_flows_know_is_told(client: TestClient) -> None:
    text = words(client.get(given("plan_area", "zoom")).text)
    assert "a value as common as this proves nothing" in text
    assert "50+ places hold this value" in text
    assert "same text" not in text
    assert "extract_tiles got arguments[3]" in text


def test_a_masked_value_is_told_to_prove_nothing(client: TestClient) -> None:
    at = LeafAddress(
        "prod-eu", Place.FIELD, geo_task("extract_tiles"), 2, "env_vars", ("AWS_TOKEN",), after(0)
    )
    text = words(client.get(links.value(at)).text)
    assert "masked" in text
    assert "equal masks may hide different values" in text


def test_of_a_field_the_part_that_came_from_another_task_is_followed(client: TestClient) -> None:
    at = LeafAddress(
        "prod-eu", Place.FIELD, geo_task("extract_tiles"), 2, "arguments", (0,), after(0)
    )
    html = client.get(links.value(at)).text
    assert "The marked part came from another task" in words(html)
    source = Producer(geo_task("plan_area"), 1, "return_value", ("grid_uri",))
    assert links.given_value(deployment="prod-eu", producer=source).replace("&", "&amp;") in html
    assert "plan_area gave grid_uri read by 1 field it came from here" in words(html)


def test_a_version_that_airflow_has_deleted_is_still_there(client: TestClient) -> None:
    producer = replace(geo_leaf("extract_tiles", "tiles_uri"), try_number=1)
    text = words(client.get(links.given_value(deployment="prod-eu", producer=producer)).text)
    assert "tiles.parquet?v=9f0" in text
    assert "gone from Airflow, kept here" in text


def test_a_document_is_told_with_who_read_a_part_of_it(client: TestClient) -> None:
    text = words(client.get(given("plan_area")).text)
    assert "Its leaves are followed one by one" in text
    assert "extract_tiles took a part arguments[0] which is s3://geo-plan" in text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"path": "[1"}, 422),
        ({"path": '{"a":1}'}, 422),
        ({"path": "[true]"}, 422),
        ({"path": '["nowhere"]'}, 404),
        ({"name": "nothing"}, 404),
        ({"in": "log"}, 422),
        ({"time": "2026-01-01T00:00:00"}, 404),
        ({"map_index": "7"}, 404),
        ({"page": "0"}, 422),
        ({"page": "9"}, 200),
        ({"older": "1"}, 200),
    ],
)
def test_odd_addresses_are_answered_as_such(
    client: TestClient, change: dict[str, str], status: int
) -> None:
    at = geo_task("plan_area")
    asked = {
        "deployment": "prod-eu",
        "dag_id": at.dag_id,
        "run_id": at.run_id,
        "task_id": at.task_id,
        "in": "xcom",
        "name": "return_value",
        "path": '["grid_uri"]',
    }
    assert client.get(links.VALUE_ROUTE, params={**asked, **change}).status_code == status


def test_the_way_leads_on_into_other_dags_and_deployments_are_told_apart(
    empty_store: Store,
) -> None:
    there = RunKey("catalog", "r9")
    first = make_flow(make_producer(path=("key1",)), make_consumer(), value=VALUE)
    second = make_flow(
        make_producer("load", ("out",)), make_consumer("index", run=there), value=VALUE
    )
    tries = (
        make_try("extract"),
        make_try("load", start=after(11), rendered={"arguments": [VALUE]}),
    )
    xcoms = (
        make_xcom("extract", {"key1": VALUE}),
        make_xcom("load", {"out": f"{VALUE}#1"}, seconds=15),
    )
    keep(empty_store, make_facts(tries=tries, xcoms=xcoms), Analysis((first,)))
    rendered = {"arguments": [f"--in={VALUE}#1"]}
    reader = make_try("index", run=there, start=after(30), rendered=rendered)
    facts = make_facts(make_run(there), tries=(reader,), xcoms=())
    keep(empty_store, facts, Analysis((second,)))
    producer = make_producer(path=("key1",))
    with TestClient(make_app(empty_store)) as client:
        text = words(client.get(links.given_value(deployment="default", producer=producer)).text)
    assert "The way of the value over 3 tasks" in text
    assert "load passed on out within s3://lake/part-7f3a9c.parquet #1" in text
    assert "index got arguments[0]" in text
    assert "DAG catalog" in text


def test_what_was_made_from_another_value_shows_where_it_came_from(empty_store: Store) -> None:
    made = f"tiles in {VALUE}: 3"
    flow = make_flow(make_producer(path=("key1",)), make_consumer(spans=((5, 34),)), value=VALUE)
    tries = (
        make_try("extract"),
        make_try("load", start=after(11), rendered={"arguments": [f"--in={VALUE}"]}),
    )
    xcoms = (make_xcom("extract", {"key1": VALUE}), make_xcom("load", made, seconds=15))
    keep(empty_store, make_facts(tries=tries, xcoms=xcoms), Analysis((flow,)))
    address = links.given_value(deployment="default", producer=make_producer("load", ()))
    with TestClient(make_app(empty_store)) as client:
        text = words(html := client.get(address).text)
        body = client.get(address.replace(links.VALUE_ROUTE, f"{links.API}/value")).json()
    origin = links.given_value(deployment="default", producer=make_producer(path=("key1",)))
    assert f'<a class="span span-inferred" href="{origin}"'.replace("&", "&amp;") in html
    assert "First given by geo_tiles / load, return_value" in text
    assert "made from extract, key1" in text
    assert "The way of the value over 2 tasks" in text
    assert "load passed on return_value from arguments[0] inferred inferred · this place" in text
    assert f"load got arguments[0] within --in= {VALUE}" in text
    assert f"extract gave key1 which is {VALUE} read by 1 field" in text
    assert text.index("load got arguments[0]") < text.index("extract gave key1")
    parts = [(one["at"]["task_id"], one["act"], one["part"]) for one in body["occurrences"]]
    assert parts == [("extract", "gave", True), ("load", "got", True), ("load", "passed on", False)]
    assert body["occurrences"][2]["sources"] == [body["occurrences"][1]["at"]]


def cut_facts(**more: Any) -> tuple[RunFacts, Flow]:
    """`load` got a part of what `extract` gave, of which only the beginning is kept."""
    kept = '{"scenes": ["' + "s2_0001_ab, " * 20
    xcom = replace(make_xcom("extract", kept), size=4_910, truncated=True, sha256="ab" * 32)
    rendered = {"env_vars": [{"name": "SCENES", "value": f"--in={VALUE}"}]}
    tries = (make_try("extract"), make_try("load", start=after(11), rendered=rendered))
    consumer = make_consumer(field="env_vars.SCENES", spans=((5, 34),))
    flow = make_flow(
        make_producer(path=("uri",)), consumer, evidence=Evidence.DECLARED, value="…", **more
    )
    return make_facts(tries=tries, xcoms=(xcom,)), flow


def test_of_a_value_that_was_cut_its_true_kind_size_and_hash_are_told(empty_store: Store) -> None:
    facts, flow = cut_facts()
    keep(empty_store, facts, Analysis((flow,)))
    address = links.given_value(deployment="default", producer=make_producer(path=()))
    with TestClient(make_app(empty_store)) as client:
        text = words(client.get(address).text)
        body = client.get(address.replace(links.VALUE_ROUTE, f"{links.API}/value")).json()
    assert "kind mapping size 4.9 kB" in text
    assert "its first 253 characters: it is too large to be kept whole" in text
    assert f"SHA-256 {'ab' * 32}" in text
    assert "only its beginning" in text
    assert f"load took a part env_vars.SCENES which is {VALUE} from extract return_value" in text
    assert "the field was not seen" not in text
    assert (body["truncated"], body["size"], body["sha256"]) == (True, 4_910, "ab" * 32)
    taken = body["occurrences"][-1]
    assert (taken["text"], taken["kept"], taken["extent"]) == (VALUE, True, "part")


def test_a_value_that_is_read_with_all_around_it_is_told_so(empty_store: Store) -> None:
    flow = make_flow(make_producer(path=()), make_consumer("load"), value="…")
    keep(empty_store, make_facts(), Analysis((flow,)))
    address = links.given_value(deployment="default", producer=make_producer(path=("key1",)))
    with TestClient(make_app(empty_store)) as client:
        text = words(client.get(address).text)
    assert "read by at least 1 field in 1 run of 1 DAG, as part of the whole" in text
    assert "extract gave key1 read by 1 field as part of the whole" in text


def test_a_field_with_an_open_problem_leads_to_it(empty_store: Store) -> None:
    problem = make_problem(title="load reads a task that does not exist", cause="c")
    tries = (make_try("load", start=after(11), rendered={"arguments": ["None"]}),)
    keep(empty_store, make_facts(tries=tries), Analysis(problems=(problem,)))
    at = make_instance("load")
    address = links.got_value(
        deployment="default", instance=at, try_number=1, field="arguments", path=(0,)
    )
    with TestClient(make_app(empty_store)) as client:
        html = client.get(address).text
        body = client.get(address.replace(links.VALUE_ROUTE, f"{links.API}/value")).json()
    (told,) = body["problems"]
    assert (told["kind"], told["title"]) == ("unknown_task", problem.title)
    assert f'<a href="{links.problem(told["number"])}">{problem.title}</a>' in html


def test_sizes_are_those_of_the_json_text_as_everywhere(empty_store: Store) -> None:
    xcom = replace(make_xcom("extract", {"key1": VALUE}), size=42)
    keep(empty_store, make_facts(xcoms=(xcom,)), Analysis())
    whole, leaf = (make_producer(path=path) for path in ((), ("key1",)))
    with TestClient(make_app(empty_store)) as client:
        told = [
            words(client.get(links.given_value(deployment="default", producer=one)).text)
            for one in (whole, leaf)
        ]
    assert "size 42 B" in told[0]
    assert f"size {len(VALUE) + 2} B" in told[1]


def test_a_long_history_is_told_page_by_page(empty_store: Store) -> None:
    for number in range(60):
        run = RunKey("geo_tiles", f"r{number:02}")
        xcoms = (make_xcom("extract", {"key1": VALUE}, run=run, seconds=number),)
        tries = (make_try("extract", run=run),)
        keep(empty_store, make_facts(make_run(run), tries=tries, xcoms=xcoms), Analysis())
    at = TaskInstanceKey("geo_tiles", "r07", "extract")
    producer = Producer(at, 1, "return_value", ("key1",))
    address = links.given_value(deployment="default", producer=producer)
    with TestClient(make_app(empty_store)) as client:
        first = words(client.get(address).text)
        last = words(client.get(f"{address}&page=2").text)
        oldest = words(client.get(f"{address}&order=oldest").text)
    assert "runs 1 to 50 of 60 More" in first
    assert "Every place 60" in first
    assert first.index("r59") < first.index("r58")
    assert "Back runs 51 to 60 of 60" in last
    assert "this run" in last
    assert oldest.index("r00") < oldest.index("r01")


def test_a_value_is_read_in_few_queries(store: Store) -> None:
    """Which index a search takes, and so how often it asks, depends on what there is."""
    counts = []
    with TestClient(make_app(store)) as client:
        for task, path in (("plan_area", "grid_uri"), ("extract_tiles", "crs")):
            with recorded_queries(store) as queries:
                assert client.get(given(task, path)).status_code == 200
            counts.append(len(queries))
    assert max(counts) <= 26


def test_a_value_without_a_way_has_no_drawing(client: TestClient) -> None:
    html = client.get(given("extract_tiles", "crs")).text
    assert "Its way" not in html
