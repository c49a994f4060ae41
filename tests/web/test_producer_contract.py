import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from app.model.findings import Analysis, ProblemKind, Suggestion
from app.refresh.learning import learn_runs
from app.store.runs import note_visits
from app.store.session import Store
from app.web import links
from tests.build import (
    RUN,
    after,
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_problem,
    make_producer,
    make_pull,
    make_run,
)
from tests.queries import recorded_queries
from tests.web.conftest import make_app
from tests.web.reading import words

EXTRACT = links.contract(deployment="prod-eu", dag_id="geo_tiles_daily", task_id="extract_tiles")
PLAN = links.contract(deployment="prod-eu", dag_id="geo_tiles_daily", task_id="plan_area")


HERE = links.contract(deployment="default", dag_id=RUN.dag_id, task_id="extract")


def learned(store: Store, pk: int) -> None:
    with store.writing() as session:
        note_visits(session, deployment_pk=pk, runs=[RUN], at=after(90), settled=[RUN])
    learn_runs(store, deployment_pk=pk, most=9)


def test_every_place_is_told_whether_or_not_it_is_read(client: TestClient) -> None:
    text = words(client.get(EXTRACT).text)
    assert "what it gives, learned from 26 runs" in text
    assert "stats.rows integer 26 of 26 runs 128 nobody reads it 26 d ago 1 d ago" in text
    assert "stats.skipped null 26 of 26 runs" in text


def test_what_breaks_when_a_key_is_renamed_stands_with_it(client: TestClient) -> None:
    html = client.get(PLAN).text
    text = words(html)
    assert "renaming it breaks 2 fields" in text
    assert "geo_tiles_daily / extract_tiles arguments[3] line 22" in text
    said = "Renaming grid_uri of task plan_area in DAG geo_tiles_daily breaks 1 field:"
    assert f'data-copy="{said}' in html
    assert "- geo_tiles_daily / extract_tiles arguments[0], line 20: &#34;--grid=" in html


def test_a_part_that_is_read_is_told_apart_from_the_whole_that_is(client: TestClient) -> None:
    text = words(client.get(PLAN).text)
    assert re.search(r"return_value mapping 26 of 26 runs a part of it is read", text)
    assert "nobody reads it" not in text[text.index("return_value") :][:80]


def test_what_is_read_with_the_whole_names_who_pulled_that(store: Store) -> None:
    whole = make_flow(make_producer(path=()), make_consumer("load"))
    part = make_flow(make_producer(path=("key1",)), make_consumer("report"))
    pk = keep(store, make_facts(), Analysis((whole, part)))
    learned(store, pk)
    with TestClient(make_app(store)) as client:
        text = words(client.get(HERE).text)
    assert re.search(r"return_value mapping .{0,40}load arguments\[0\]", text)
    assert re.search(r"key2 .{0,60}read as part of the whole, by load", text)
    assert "key1" in text
    assert not re.search(r"key1 .{0,60}read as part of the whole", text.partition("key2")[0])


def test_a_pull_that_names_nobody_is_no_reader_of_what_it_meant(store: Store) -> None:
    flow = make_flow(make_producer(path=("key1",)), make_consumer("report"), line=3)
    once = make_flow(make_producer(path=("key1",)), make_consumer("load"))
    broken = make_problem(
        ProblemKind.UNKNOWN_TASK,
        pull=make_pull("extarct", path=("key1",)),
        suggestion=Suggestion("did you mean extract?"),
        cause="c",
    )
    pk = keep(store, make_facts(), Analysis((flow, once), (broken,)))
    learned(store, pk)
    with TestClient(make_app(store)) as client:
        html = client.get(HERE).text
        twin = client.get(links.api_contracts(deployment="default", dag_id=RUN.dag_id)).json()
    text = words(html)
    assert "renaming it breaks 1 field" in text
    assert "geo_tiles / load arguments[0] would read it, but for a mistake in its pull" in text
    assert "- geo_tiles / load" not in html
    key1 = next(one for one in twin["contracts"][0]["keys"] if one["label"] == "key1")
    assert {one["task_id"]: one["mistyped"] for one in key1["readers"]} == {
        "load": True,
        "report": False,
    }


def test_each_place_leads_to_the_page_of_its_newest_value(client: TestClient) -> None:
    html = client.get(EXTRACT).text
    found = re.search(r'<a class="follow" href="([^"]+)"[^>]*><code>stats.rows</code>', html)
    assert found
    page = words(client.get(unescape(found[1])).text)
    assert "extract_tiles / stats.rows" in page
    assert "s3://geo-prod/tiles/2026-11-21/z14" in html


def test_what_the_operator_gives_for_itself_stands_last(client: TestClient) -> None:
    text = words(client.get(EXTRACT).text)
    assert text.index("stats.rows") < text.index("pod_name string")


def test_readers_in_other_dags_count(store: Store) -> None:
    pk = keep(store, make_facts(), Analysis((make_flow(),)))
    other = make_run(type(RUN)("other", "r1"))
    flow = make_flow(consumer=make_consumer(run=other.key))
    keep(store, make_facts(other, xcoms=(), tries=()), Analysis((flow,)))
    assert pk
    with TestClient(make_app(store)) as client:
        html = client.get(
            links.contract(deployment="default", dag_id=RUN.dag_id, task_id="extract")
        ).text
    assert "other / load arguments[0]" in words(html)
    assert "not learned yet" in words(html)


def test_what_is_read_and_not_there_is_told_with_what_was_meant(store: Store) -> None:
    broken = make_problem(
        ProblemKind.MISSING_PATH, pull=make_pull("extract", path=("kee1",)), cause="c"
    )
    keep(store, make_facts(), Analysis(problems=(broken,)))
    here = links.contract(deployment="default", dag_id=RUN.dag_id, task_id="extract")
    with TestClient(make_app(store)) as client:
        assert "Read but not there" in client.get(here).text
        assert "kee1 read by load arguments[0]" in words(client.get(here).text)
        dag = words(client.get(links.dag(deployment="default", dag_id=RUN.dag_id)).text)
        twin = client.get(links.api_contracts(deployment="default", dag_id=RUN.dag_id)).json()
    assert "kee1 not there load arguments[0]" in dag
    (missed,) = twin["contracts"][0]["missed"]
    assert (missed["path"], missed["task_id"]) == (["kee1"], "load")


def test_the_json_says_the_same(client: TestClient) -> None:
    answer = client.get(links.api_contracts(deployment="prod-eu", dag_id="geo_tiles_daily"))
    contracts = {one["task_id"]: one for one in answer.json()["contracts"]}
    zoom = next(one for one in contracts["plan_area"]["keys"] if one["label"] == "zoom")
    assert zoom["types"] == {"integer": 26}
    assert (zoom["present"], zoom["is_always"]) == ("26 of 26 runs", True)
    assert (zoom["lowest"], zoom["highest"], zoom["examples"]) == (14, 14, [14])
    assert [(one["task_id"], one["field"], one["runs"]) for one in zoom["readers"]] == [
        ("build_overviews", "env_vars.ZOOM", 24),
        ("extract_tiles", "arguments[3]", 24),
    ]
    ids = next(one for one in contracts["extract_tiles"]["keys"] if one["label"] == "tile_ids[*]")
    assert ids["path"] == ["tile_ids", "[*]"]


def test_a_task_of_which_nothing_was_learned_says_when_it_will_be(client: TestClient) -> None:
    at = links.contract(deployment="prod-eu", dag_id="geo_tiles_daily", task_id="publish_stac")
    assert "It has not pushed an XCom in a run that is over" in words(client.get(at).text)


@pytest.mark.parametrize("names", [("nowhere", "a", "b"), ("prod-eu", "geo_tiles_daily", "nobody")])
def test_what_is_not_kept_is_not_found(client: TestClient, names: tuple[str, str, str]) -> None:
    deployment, dag_id, task_id = names
    at = links.contract(deployment=deployment, dag_id=dag_id, task_id=task_id)
    assert client.get(at).status_code == 404


def test_few_runs_break_nothing_and_the_page_says_so(store: Store) -> None:
    pk = keep(store, make_facts())
    learned(store, pk)
    with TestClient(make_app(store)) as client:
        html = client.get(HERE).text
    assert "What breaks it is told from 5 runs on; 1 of them were learned from" in words(html)


def test_the_page_asks_a_fixed_number_of_questions(store: Store) -> None:
    with TestClient(make_app(store)) as client, recorded_queries(store) as queries:
        client.get(PLAN)
    assert len(queries) == 18
