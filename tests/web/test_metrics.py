import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app.store.session import Store
from app.web.app import create_app
from tests.web.addresses import PAGES
from tests.web.conftest import make_parts
from tests.web.sample import break_off

TOKEN = "a-token-of-prometheus"


def figures(client: TestClient, **headers: str) -> dict[tuple[str, ...], float]:
    """Each sample by its name and its labels' values."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
def guarded(store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(make_parts(store), metrics_token=TOKEN)) as client:
        yield client


def test_the_mirror_of_each_deployment_is_measured_from_the_store(
    client: TestClient, store: Store
) -> None:
    break_off(store)
    told = figures(client)
    assert told["xcomtrace_build_info", "1.2.3"] == 1
    assert told["xcomtrace_store_up",] == 1
    assert told["xcomtrace_store_size_bytes",] > 100_000
    assert told["xcomtrace_mirror_lag_seconds", "prod-eu"] == 4
    assert told["xcomtrace_mirror_silence_seconds", "prod-us"] == 0
    assert told["xcomtrace_mirror_last_pass_seconds", "prod-eu"] == 0.8
    assert told["xcomtrace_mirror_failures_in_a_row", "prod-us"] == 1
    assert told["xcomtrace_passes_total", "prod-us", "whole"] == 1
    assert told["xcomtrace_passes_total", "prod-us", "failed"] == 1
    assert told["xcomtrace_airflow_requests_total", "prod-eu"] == 412
    assert told["xcomtrace_airflow_request_errors_total", "prod-eu"] == 0
    assert told["xcomtrace_values_fetched_total", "prod-eu"] == 230
    assert told["xcomtrace_runs", "prod-eu", "sealed"] == 26
    assert told["xcomtrace_runs", "prod-eu", "open"] == 0
    assert told["xcomtrace_backfill_done", "prod-eu"] == 0


def test_problems_are_counted_by_kind_and_severity_until_somebody_has_seen_them(
    client: TestClient,
) -> None:
    before = figures(client)
    known = ("xcomtrace_problems_open", "prod-eu", "unknown_task", "error")
    assert before[known] == 1
    listed = client.get("/api/v1/problems?status=open").json()["problems"]
    assert sum(value for name, value in before.items() if name[0] == known[0]) <= len(listed)


def test_a_store_that_is_away_is_told_and_nothing_else_fails(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'no' / 'folder.sqlite'}")
    with TestClient(create_app(make_parts(store))) as client:
        told = figures(client)
    store.close()
    assert told["xcomtrace_store_up",] == 0
    assert told["process_resident_memory_bytes",] > 1_000_000
    assert not [name for name in told if name[0].startswith("xcomtrace_mirror")]


def test_requests_are_measured_by_their_route(client: TestClient) -> None:
    client.get("/deployments/hunter2/dags/hunter2")
    client.get("/search?q=hunter2")
    told = figures(client)
    measured = "xcomtrace_http_request_duration_seconds_count"
    assert told[measured, "GET", "/deployments/{deployment}/dags/{dag_id}", "404"] == 1
    assert told[measured, "GET", "/search", "200"] == 1


def test_no_label_tells_of_a_dag_a_run_or_a_value(client: TestClient) -> None:
    for address in PAGES:
        client.get(address)
    text = client.get("/metrics").text
    for private in ("geo_tiles", "orders_export", "scheduled__", "extract_tiles", "s3://"):
        assert private not in text


def test_a_token_is_wanted_where_one_is_set(guarded: TestClient) -> None:
    assert ("xcomtrace_store_up",) in figures(guarded, Authorization=f"Bearer {TOKEN}")
    for wrong in ("", TOKEN, f"Bearer {TOKEN}x", "Bearer ", f"Basic {TOKEN}", "Bearer \xe9"):
        answer = guarded.get("/metrics", headers={b"Authorization": wrong.encode("latin-1")})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "xcomtrace_store_up" not in answer.text


def test_who_asks_for_open_metrics_gets_it(client: TestClient) -> None:
    answer = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def test_metrics_are_no_part_of_the_api(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert not {"/metrics", "/healthz", "/readyz"} & set(paths), json.dumps(sorted(paths))
