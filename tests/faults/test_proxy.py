"""What the proxy does to an answer, seen by a client that knows nothing of it."""

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlsplit

import pytest

from tests.airflow.fake import FakeAirflow
from tests.faults.proxy import DEEDS, LAG, Proxy

RUN = "/api/v2/dags/etl/dagRuns/r1"


@pytest.fixture
def proxy(server: FakeAirflow) -> Iterator[Proxy]:
    server.add_run("etl", "r1", state="running")
    with Proxy(server.url, seed=1, rate=0.0) as proxy:
        yield proxy


def get(proxy: Proxy, kind: str = "") -> tuple[HTTPResponse, bytes]:
    """What the client gets; a cut answer raises."""
    if kind:
        proxy.rate, proxy._kinds = 1.0, (kind,)
    with closing(HTTPConnection(urlsplit(proxy.url).netloc, timeout=10)) as connection:
        connection.request("GET", RUN)
        with connection.getresponse() as response:
            return response, response.read()


def state(body: bytes) -> str:
    return str(json.loads(body)["state"])


def test_it_passes_on_what_nothing_happens_to(proxy: Proxy) -> None:
    response, body = get(proxy)
    assert (response.status, state(body)) == (200, "running")


@pytest.mark.parametrize(
    ("kind", "status"),
    [("is busy", {429}), ("fails", {500, 502, 503, 504}), ("does not know us", {401})],
)
def test_it_refuses(proxy: Proxy, kind: str, status: set[int]) -> None:
    assert get(proxy, kind)[0].status in status


@pytest.mark.parametrize("kind", ["cuts before", "cuts amid"])
def test_it_hangs_up(proxy: Proxy, kind: str) -> None:
    with pytest.raises((HTTPException, ConnectionError)):
        get(proxy, kind)


def test_it_truncates(proxy: Proxy) -> None:
    with pytest.raises(json.JSONDecodeError):
        state(get(proxy, "truncates")[1])


def test_it_shows_a_page(proxy: Proxy) -> None:
    response, _ = get(proxy, "shows a page")
    assert (response.status, response.headers["Content-Type"]) == (200, "text/html")


def test_it_asks_twice(proxy: Proxy, server: FakeAirflow) -> None:
    assert state(get(proxy, "sends twice")[1]) == "running"
    assert len(server.asked("r1")) == 2


@pytest.mark.parametrize("kind", ["is a stale cache", "is a late replica"])
def test_it_tells_an_older_state(proxy: Proxy, server: FakeAirflow, kind: str) -> None:
    before, _ = get(proxy)
    server.tick(30)
    server.runs["etl", "r1"].finishes()
    after, body = get(proxy, kind)
    assert state(body) == "running"
    assert (after.headers["Date"] == before.headers["Date"]) is (kind == "is a stale cache")


def test_a_replica_is_not_behind_for_ever(proxy: Proxy, server: FakeAirflow) -> None:
    get(proxy)
    server.tick(LAG.total_seconds() + 1)
    server.runs["etl", "r1"].finishes()
    assert state(get(proxy, "is a late replica")[1]) == "success"


def test_the_same_seed_throws_the_same() -> None:
    paths = [f"/api/v2/{number % 7}" for number in range(200)]
    thrown = [[Proxy("http://x", seed=s, rate=0.5).throws(p)[0] for p in paths] for s in (1, 1, 2)]
    assert thrown[0] == thrown[1] != thrown[2]
    proxy = Proxy("http://x", seed=1, rate=1.0)
    assert {proxy.throws(str(n))[0] for n in range(500)} == set(DEEDS)
