import json
import logging
from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from starlette.responses import Response
from starlette.testclient import TestClient

from app import logs
from app.store.session import Store
from app.web import links
from app.web.app import create_app
from app.web.requests import HEADER
from tests.web.addresses import PAGES
from tests.web.conftest import make_parts


@pytest.fixture
def troubled(empty_store: Store) -> Iterator[TestClient]:
    """An app in which two addresses fail, and say something secret about it."""
    app = create_app(make_parts(empty_store))
    router = APIRouter()

    @router.get("/trouble")
    @router.get("/api/v1/trouble/a/b/c/d")
    def trouble() -> Response:
        raise RuntimeError("hunter2")

    app.include_router(router)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def told(caught: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in caught.readouterr().err.splitlines()]


def test_an_id_that_is_one_is_kept_and_any_other_is_made(client: TestClient) -> None:
    assert client.get("/healthz", headers={HEADER: "abc-1.2_3"}).headers[HEADER] == "abc-1.2_3"
    for odd in ("", "a b", "x" * 65, 'a"b', "<script>"):
        made = client.get("/healthz", headers={HEADER: odd}).headers[HEADER]
        assert made != odd
        assert len(made) == 16
    first, second = (client.get("/healthz").headers[HEADER] for _ in range(2))
    assert first != second


def test_each_request_leaves_a_line_with_its_route_and_no_more_of_its_address(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    with logs.written():
        logs.write_as("json", verbose=False)
        client.get("/search?q=hunter2", headers={HEADER: "first"})
        client.get("/deployments/hunter2/dags/hunter2/runs/hunter2")
        client.get("/hunter2/hunter2")
        client.get("/api/v1/hunter2/dags/hunter2/runs/hunter2/flows")
    lines = [one for one in told(capsys) if one["logger"] == logs.REQUESTS]
    assert [(one["method"], one["route"], one["status"]) for one in lines] == [
        ("GET", "/search", 200),
        ("GET", links.RUN_ROUTE, 404),
        ("GET", "-", 404),
        ("GET", "/api/v1/{deployment}/dags/{dag_id}/runs/{run_id:path}/flows", 404),
    ]
    assert lines[0]["request_id"] == "first"
    assert "hunter2" not in json.dumps(lines)


def test_no_page_leaves_its_address_in_the_log(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    with logs.written(verbose=True):
        logs.write_as("json", verbose=True)
        for address in PAGES:
            client.get(address)
    # The client that stands for a browser keeps a log of its own.
    ours = [one for one in told(capsys) if not str(one["logger"]).startswith(("http", "asyncio"))]
    assert len(ours) >= len(PAGES)
    text = json.dumps(ours)
    for private in ("geo_tiles_daily", "prod-eu", "extract_tiles", "scheduled__", "?"):
        assert private not in text


@pytest.mark.parametrize("address", ["/trouble", "/api/v1/trouble/a/b/c/d"])
def test_a_mistake_of_ours_carries_the_id_of_its_lines(
    troubled: TestClient, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    with logs.written():
        logs.write_as("json", verbose=False)
        answer = troubled.get(address, headers={HEADER: "look-for-me"})
    assert answer.status_code == 500
    assert answer.headers[HEADER] == "look-for-me"
    assert "look-for-me" in answer.text
    (line,) = [one for one in told(capsys) if one["logger"] == logs.REQUESTS]
    assert (line["status"], line["request_id"]) == (500, "look-for-me")
    assert "hunter2" not in answer.text


def test_methods_that_nobody_knows_are_told_as_one(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger=logs.REQUESTS):
        client.request("HUNTER2", "/search")
    assert caplog.messages[0].startswith("OTHER ")
