import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.graph.placement import from_json
from app.model.findings import Analysis
from app.model.ids import RunKey
from app.store.session import Store
from app.store.tables import layout
from app.web import links
from app.web.app import create_app
from app.web.parts import web_parts
from tests.build import keep, make_facts, make_run, make_try
from tests.graph import geo
from tests.queries import recorded_queries
from tests.store.fixture import copied

TILES = "out:extract_tiles:return_value['tiles_uri']"
BROKEN = "bad:build_overviews:env_vars.PATH_IN:unknown_task:extarct_tiles"


@pytest.fixture
def store(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    with copied(migrated, tmp_path) as store:
        keep(store, geo.facts(), geo.analysis())
        yield store


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(web_parts(store, version="0.1.0", patience=60))) as client:
        yield client


def ask(client: TestClient, *, run: RunKey = geo.GEO, **query: object) -> str:
    answer = client.get(links.run(deployment="default", run=run, **query))
    assert answer.status_code == 200
    return answer.text


def test_a_run_shows_where_it_is_how_it_went_and_what_is_broken(client: TestClient) -> None:
    html = ask(client)
    assert "geo_tiles_daily" in html
    assert "14 m 08 s" in html
    assert "DAG version 31" in html
    assert "did you mean" in html


def test_a_run_that_is_not_kept_is_not_found(client: TestClient) -> None:
    nowhere = links.run(deployment="default", run=RunKey("geo_tiles_daily", "manual__9"))
    assert client.get(nowhere).status_code == 404


def test_an_unknown_tab_is_refused(client: TestClient) -> None:
    answer = client.get(links.run(deployment="default", run=geo.GEO, tab="nothing"))
    assert answer.status_code == 422


def test_a_run_id_with_slashes_and_signs_has_its_page(client: TestClient, store: Store) -> None:
    run = RunKey("odd", "manual/2026-11-20T06:00:00+00:00 b?c#d")
    facts = make_facts(make_run(run), tries=(make_try(run=run),), xcoms=())
    keep(store, facts, Analysis())
    assert "odd" in ask(client, run=run)


def test_the_chosen_port_is_lit_without_javascript(client: TestClient) -> None:
    html = ask(client, tab="graph", port=TILES)
    assert 'class="graph is-tracing"' in html
    assert html.count('class="edge flow lit"') == 3
    assert html.count('class="edge meant lit"') == 1
    assert html.count('class="edge flow second"') == 5


def test_a_port_that_is_not_there_any_more_shows_the_run(client: TestClient) -> None:
    html = ask(client, tab="graph", port="out:gone:return_value")
    assert "is-tracing" not in html
    assert "1 broken" in html


def test_the_panel_of_an_output_tells_value_origin_and_consumers(client: TestClient) -> None:
    panel = ask(client, part="panel", port=TILES)
    assert geo.TILES_URI in panel
    assert "string · 54 characters" in panel
    assert "3 fields, 8 task instances" in panel
    assert "return_value[&#39;tiles_uri&#39;]" in panel
    assert "Should have gone to" in panel


def test_the_panel_of_a_field_tells_where_it_came_from(client: TestClient) -> None:
    panel = ask(client, part="panel", port="in:write_report:op_kwargs.source")
    assert "Came from" in panel
    assert "extract_tiles" in panel
    assert "Evidence: confirmed" in panel


def test_the_panel_of_a_broken_pull_has_the_corrected_template(client: TestClient) -> None:
    panel = ask(client, part="panel", port=BROKEN)
    assert 'data-copy="{{ ti.xcom_pull(task_ids=&#39;extract_tiles&#39;)' in panel
    assert "Airflow said" in panel
    assert "Should have come from" in panel


def test_a_field_that_was_not_rendered_says_so(client: TestClient) -> None:
    panel = ask(client, part="panel", port="in:publish_stac:arguments[0]")
    assert "publish_stac did not render its fields." in panel


@pytest.mark.parametrize("tab", ["graph", "table", "problems", "source"])
def test_a_part_is_exactly_what_stands_in_the_page(client: TestClient, tab: str) -> None:
    view = ask(client, tab=tab, part="view")
    assert "<html" not in view
    assert view.strip() in ask(client, tab=tab)
    panel = ask(client, tab="graph", part="panel")
    assert panel.strip() in ask(client, tab="graph")


def test_the_flow_table_has_the_broken_task_first_and_its_victims_next(
    client: TestClient,
) -> None:
    html = ask(client, tab="table")
    blocks = re.findall(r'<section class="panel block.*?<h2><a [^>]*>([^<]*)</a>', html, re.DOTALL)
    assert blocks[:2] == ["build_overviews", "publish_stac"]
    assert len(blocks) == 8


def test_the_source_marks_the_lines_that_read_an_xcom(client: TestClient) -> None:
    html = ask(client, tab="source")
    assert 'class="is-broken" id="L27"' in html
    assert 'class="is-read" id="L20"' in html


def test_a_source_that_is_not_kept_is_explained(client: TestClient, store: Store) -> None:
    run = RunKey("hidden", "manual__1")
    facts = make_facts(make_run(run), tries=(make_try(run=run),), xcoms=(), source=None)
    keep(store, facts, Analysis())
    assert "source is not kept" in ask(client, run=run, tab="source")


def test_a_layout_is_placed_once_and_then_read(client: TestClient, store: Store) -> None:
    first = ask(client)
    with store.reading() as session:
        (stored,) = session.execute(layout.select()).all()
    placement = from_json(stored.body)
    assert placement is not None
    assert not placement.is_makeshift
    with recorded_queries(store) as queries:
        assert ask(client) == first
    assert not any(query.startswith("INSERT") for query in queries)


def test_a_page_asks_the_store_the_same_few_questions_however_large_the_run(
    client: TestClient, store: Store
) -> None:
    ask(client)
    with recorded_queries(store) as queries:
        ask(client)
    assert len(queries) <= 16


def test_the_run_beside_it_is_one_click_away(client: TestClient, store: Store) -> None:
    later = RunKey(geo.GEO.dag_id, "later")
    facts = make_facts(
        make_run(later, run_after=geo.facts().run.end), tries=(make_try(run=later),), xcoms=()
    )
    keep(store, replace(facts, version_number=31, tasks=geo.facts().tasks), Analysis())
    assert f'href="{links.run(deployment="default", run=later)}" aria-label="Next run"' in ask(
        client
    )
    assert 'aria-label="Previous run"' in ask(client, run=later)


def test_what_airflow_says_is_escaped(client: TestClient, store: Store) -> None:
    run = RunKey("<script>alert(1)", '"><script>alert(2)</script>')
    facts = make_facts(make_run(run), tries=(make_try('"><script>', run=run),), xcoms=())
    keep(store, facts, Analysis())
    for tab in ("graph", "table", "problems", "source"):
        assert "<script>alert" not in ask(client, run=run, tab=tab)
        assert '"><script>' not in ask(client, run=run, tab=tab)


@pytest.fixture
def doubtful(migrated: Path, tmp_path: Path) -> Iterator[TestClient]:
    with copied(migrated, tmp_path) as store:
        keep(store, geo.facts(), replace(geo.analysis(), problems=(geo.doubt(),)))
        with TestClient(create_app(web_parts(store, version="0.1.0", patience=60))) as client:
            yield client


def test_a_doubt_is_told_without_red_in_graph_table_and_panel(doubtful: TestClient) -> None:
    graph = ask(doubtful, tab="graph")
    assert 'aria-label="1 problem, warning"' in graph
    assert "1 suspicious" in graph
    assert "is-bad" not in graph
    table = ask(doubtful, tab="table")
    assert 'class="block-mark"' in table
    assert "is-broken" not in table
    panel = ask(doubtful, part="panel", port="in:write_report:op_kwargs.source")
    assert "write_report got a value of an earlier try" in panel
    assert "clear write_report" in panel


def test_a_doubt_is_among_the_runs_problems(doubtful: TestClient) -> None:
    html = ask(doubtful, tab="problems")
    assert "write_report got a value of an earlier try" in html


def test_a_mapped_task_is_unfolded_and_folded_by_links(client: TestClient) -> None:
    html = ask(client, tab="graph")
    assert html.count('data-card="render_tile') == 1
    unfolded = ask(client, tab="graph", unfold="render_tile")
    assert unfolded.count('data-card="render_tile[') == geo.TILES
    assert "unfold=render_tile" in html
    port = "in:render_tile[3]:arguments[1]"
    assert "z14/8461/5423" in ask(client, tab="graph", unfold="render_tile", port=port)
    card = unfolded.partition('data-card="render_tile[0]"')[2].partition("data-card")[0]
    assert "One card for all instances" in card


def test_a_task_that_is_not_mapped_or_not_there_cannot_be_unfolded(client: TestClient) -> None:
    assert ask(client, tab="graph", unfold="plan_area,nothing").count("data-card=") == ask(
        client, tab="graph"
    ).count("data-card=")


def test_the_panel_of_an_unfolded_instance_is_about_that_instance(client: TestClient) -> None:
    port = "out:render_tile[3]:return_value['png_uri']"
    html = ask(client, tab="graph", unfold="render_tile", port=port, part="panel")
    assert "render_tile[3]" in html
    assert "s3://geo-prod/png/3.png" in html
    assert "Follow this value over all runs" in html
