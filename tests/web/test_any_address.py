"""Whatever stands in an address or in a body of JSON: the answer is no mistake of ours."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.web import links
from tests.store.fixture import copied
from tests.web.anything import (
    FEW,
    ROUTES,
    WORST,
    assert_nothing_injected,
    documents,
    encoded,
    filled_in,
    one_odd,
    path_of,
    query_names,
    takes,
    written,
)
from tests.web.conftest import make_app

# A stream has no end to wait for; what it reads of an address is tried in test_errors.py.
READ = [one for one in ROUTES if takes(one, "GET") and one.path != links.live()]
JSON_TAKEN = [one for one in ROUTES if one.dependant.body_params]
TRIED = settings(derandomize=True, database=None)
_JSON = "application/json"
_KINDS = (_JSON, _JSON, _JSON, "application/json; charset=utf-16", "text/plain", "", "a/b+json")


@pytest.fixture(scope="module")
def client(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """It raises what the app raises."""
    folder = tmp_path_factory.mktemp("anything")
    with copied(filled, folder) as store, TestClient(make_app(store)) as client:
        yield client


@pytest.mark.parametrize("route", READ, ids=lambda one: one.path)
def test_whatever_is_asked_for_is_answered(client: TestClient, route: APIRoute) -> None:
    names = [one.alias for one in route.dependant.path_params]

    @settings(TRIED, max_examples=8 if names or query_names(route) else 3)
    @given(filled_in(names), written(query_names(route)))
    def ask(values: dict[str, str], query: str) -> None:
        answer = client.get(f"{path_of(route, values)}?{query}", follow_redirects=False)
        assert answer.status_code < 500
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert_nothing_injected(answer.text)

    ask()


@pytest.mark.parametrize("route", READ, ids=lambda one: one.path)
def test_each_part_of_an_address_may_be_odd(client: TestClient, route: APIRoute) -> None:
    names = [one.alias for one in route.dependant.path_params]
    asked = [*names, *query_names(route)]
    for values in one_odd(asked, odd=WORST):
        query = "&".join(f"{name}={encoded(values[name])}" for name in query_names(route))
        path = path_of(route, {name: values[name] for name in names})
        answer = client.get(f"{path}?{query}", follow_redirects=False)
        assert answer.status_code < 500
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert_nothing_injected(answer.text)


@pytest.mark.parametrize("route", JSON_TAKEN, ids=lambda one: one.path)
def test_each_member_of_a_body_may_be_odd(client: TestClient, route: APIRoute) -> None:
    names = [one.alias for one in route.dependant.path_params]
    fields = [one.alias for one in route.dependant.body_params]
    for values in one_odd([*names, *fields], odd=FEW, of=fields):
        path = path_of(route, {name: values[name] for name in names})
        body = {name: values[name] for name in fields if name not in {"now", "map_index"}}
        answer = client.post(path, content=json.dumps(body), headers={"Content-Type": _JSON})
        assert answer.status_code < 500
        assert json.loads(answer.content)


@pytest.mark.parametrize("route", JSON_TAKEN, ids=lambda one: one.path)
def test_whatever_is_sent_as_json_is_answered(client: TestClient, route: APIRoute) -> None:
    names = [one.alias for one in route.dependant.path_params]
    fields = [one.alias for one in route.dependant.body_params]

    @settings(TRIED, max_examples=20)
    @given(filled_in([*names, *fields]), st.data())
    def send(values: dict[str, str], data: st.DataObject) -> None:
        body = data.draw(documents({name: values[name] for name in fields}))
        path = path_of(route, {name: values[name] for name in names})
        kind = data.draw(st.sampled_from(_KINDS))
        answer = client.post(path, content=body, headers={"Content-Type": kind})
        assert answer.status_code < 500
        assert json.loads(answer.content)

    send()
