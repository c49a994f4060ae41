from starlette.testclient import TestClient

from app.store.session import Store
from app.web import links
from tests.queries import recorded_queries
from tests.web.conftest import make_app
from tests.web.reading import words
from tests.web.sample import geo_run

GEO = links.dag(deployment="prod-eu", dag_id="geo_tiles_daily")


def test_a_dag_leads_to_its_latest_lineage(client: TestClient) -> None:
    html = client.get(GEO).text
    latest = links.run(deployment="prod-eu", run=geo_run())
    assert f'class="button primary" href="{latest}"' in html
    assert "0 2 * * * · 5 tasks · version 31 · geo/tiles.py geo nightly" in words(html)


def test_a_dag_lists_its_runs_newest_first(client: TestClient) -> None:
    text = words(client.get(GEO).text)
    assert text.index(geo_run(0).run_id) < text.index(geo_run(1).run_id)
    assert "3 success, 1 failed, 1 upstream failed 4 1" in text


def test_a_dag_tells_who_reads_which_key(client: TestClient) -> None:
    text = words(client.get(GEO).text)
    grid = "s3://geo-plan/2026-11-21/z14/grid.json"
    assert f"grid_uri string 26 of 26 runs {grid} confirmed extract_tiles arguments[0]" in text
    assert "zoom integer 26 of 26 runs 14 declared build_overviews env_vars.ZOOM" in text
    assert "1 key nobody reads aoi_wkt" in text


def test_a_dag_names_its_open_problems(client: TestClient) -> None:
    assert "build_overviews reads a task that does not exist" in words(client.get(GEO).text)


def test_a_dag_without_runs_says_when_they_show_up(client: TestClient) -> None:
    text = words(client.get(links.dag(deployment="prod-us", dag_id="model_cards")).text)
    assert "No run was seen yet" in text
    assert "No task of it pushed an XCom" in text


def test_a_dag_without_runs_counts_nothing(client: TestClient) -> None:
    told = words(client.get(links.dag(deployment="prod-us", dag_id="model_cards")).text)
    assert "0 latest" not in told
    assert "readers are those of" not in told


def test_the_page_asks_a_fixed_number_of_questions(store: Store) -> None:
    with TestClient(make_app(store)) as client, recorded_queries(store) as queries:
        client.get(GEO)
    assert len(queries) == 17
