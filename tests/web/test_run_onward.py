"""The run page with tasks of other runs that got what the run gave."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import main
from app.graph.sight import Sight, seen
from app.graph.structure import structure_hash
from app.model.findings import Analysis
from app.model.ids import RunKey
from app.store.onward import read_onward_flows
from app.store.session import Store
from app.web import links
from app.web.app import create_app
from app.web.parts import web_parts
from app.web.run_kept import KeptRuns
from tests.build import (
    after,
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_producer,
    make_run,
    make_task,
    make_try,
)
from tests.graph import geo
from tests.store.fixture import copied

TILES = "out:extract_tiles:return_value['tiles_uri']"
REPORT = RunKey("coverage_report", "manual__2")
# Newest first; one more than have a card.
READERS = [REPORT, *(RunKey(f"delivery_{n}", "r1") for n in range(6))]


def keep_reader(store: Store, run: RunKey, *, hours: int) -> None:
    rendered = {"arguments": [geo.TILES_URI]}
    facts = make_facts(
        make_run(run, run_after=after(hours * 3600)),
        tasks=(make_task("draw"),),
        tries=(make_try("draw", run=run, rendered=rendered),),
        xcoms=(),
    )
    producer = make_producer("extract_tiles", ("tiles_uri",), run=geo.GEO)
    flow = make_flow(producer, make_consumer("draw", run=run), value=geo.TILES_URI, line=777)
    keep(store, facts, Analysis((flow,)))


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    with copied(migrated, tmp_path) as store:
        keep(store, geo.facts(), geo.analysis())
        for hours, run in enumerate(reversed(READERS), start=1):
            keep_reader(store, run, hours=hours)
        yield store


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(web_parts(store, version="0.1.0", patience=60))) as client:
        yield client


def ask(client: TestClient, *, run: RunKey = geo.GEO, **query: object) -> str:
    answer = client.get(links.run(deployment="default", run=run, **query))
    assert answer.status_code == 200
    return answer.text


def card(html: str, name: str) -> str:
    return html.partition(f'data-card="{name}"')[2].partition("data-card=")[0]


def test_a_card_of_another_run_leads_to_its_place_there(client: TestClient) -> None:
    stub = card(ask(client, tab="graph"), "coverage_report/draw")
    port = "in:draw:arguments[0]"
    there = links.run(deployment="default", run=REPORT, tab="graph", port=port)
    assert f'class="card-head" href="{there.replace("&", "&amp;")}"' in stub
    assert "coverage_report · another run" in stub
    assert 'aria-label="success"' in stub
    assert f'data-dag="{REPORT.dag_id}" data-run="{REPORT.run_id}"' in ask(client, tab="graph")
    assert f'data-port="{port}"' in ask(client, run=REPORT, tab="graph", port=port)


def test_a_producer_elsewhere_is_followed_the_same_way(client: TestClient) -> None:
    name = f"{geo.GEO.dag_id}/{geo.GEO.run_id}/extract_tiles"
    stub = card(ask(client, run=REPORT, tab="graph"), name)
    there = links.run(deployment="default", run=geo.GEO, tab="graph", port=TILES)
    assert f'href="{there.replace("&", "&amp;")}"' in stub
    assert 'aria-label="elsewhere"' in stub


def test_the_rest_leads_to_the_page_of_the_value_which_names_them_all(
    client: TestClient,
) -> None:
    html = ask(client, tab="graph")
    assert html.count('class="card is-foreign') == 6
    rest = card(html, "more readers of extract_tiles: return_value[&#39;tiles_uri&#39;]")
    assert "and 2 more" in rest
    href = re.search(r'class="card-head" href="([^"]*)"', rest)
    assert href is not None
    value = client.get(href[1].replace("&amp;", "&")).text
    assert all(run.dag_id in value for run in READERS)


def test_the_panel_of_an_output_names_them_under_what_it_went_to(client: TestClient) -> None:
    panel = ask(client, part="panel", port=TILES)
    assert "10 fields, 15 task instances" in panel
    assert "coverage_report · another run" in panel
    assert re.search(r'<a href="/value[^"]*"><.*?<b>and 2 more</b>', panel)
    assert "777" not in panel


def test_the_panel_of_their_field_leads_there_too(client: TestClient) -> None:
    panel = ask(client, part="panel", port="in:coverage_report/draw:arguments[0]")
    assert "manual__2?tab=graph&amp;port=in%3Adraw%3Aarguments%5B0%5D" in panel
    assert geo.TILES_URI in panel
    assert ", coverage_report · another run" in panel


def test_the_flow_table_has_them_in_a_part_of_its_own(client: TestClient) -> None:
    own, _, onward = ask(client, tab="table").partition("Read by other runs")
    assert own.count('<section class="panel block') == 8
    assert onward.count('<section class="panel block') == 6
    assert "coverage_report · another run" in onward
    assert "and 2 more" in onward
    assert 'aria-label="no state yet"' not in onward


def test_they_count_nowhere_as_tasks_or_fields_of_the_run(client: TestClient) -> None:
    html = ask(client, tab="graph")
    assert 'Flow table <span class="count">14</span>' in html
    assert "success (12)" in html
    assert "sight-note" not in html


def test_lines_of_another_dags_source_are_not_marked_in_this_one(client: TestClient) -> None:
    assert "coverage_report" not in ask(client, tab="source")


def test_a_pass_draws_the_same_graph_as_the_page(store: Store) -> None:
    with store.reading() as session:
        onward = read_onward_flows(session, deployment_pk=1, run=geo.GEO)
        _, graph = KeptRuns().read(session, deployment="default", run=geo.GEO)
    drawing = main._draw(None, geo.facts(), geo.analysis(), onward)  # type: ignore[arg-type] # places nothing
    assert onward
    assert drawing.structure_hash == structure_hash(seen(graph, Sight()).graph)
