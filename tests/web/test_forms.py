"""Whatever is filled into a form of ours: a proper answer, in which it is only text."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.web import links
from app.web.assets import TEMPLATES
from tests.store.fixture import copied
from tests.web.access_ways import behind
from tests.web.anything import (
    FEW,
    ODD,
    PROBE,
    ROUTES,
    Elements,
    assert_nothing_injected,
    encoded,
    filled_in,
    one_odd,
    path_of,
    query_names,
    takes,
    written,
)
from tests.web.conftest import make_app

FORM = "application/x-www-form-urlencoded"
#: What each form that is posted asks for, by its route.
POSTED = {
    links.ACKNOWLEDGE_ROUTE: ("back",),
    links.REOPEN_ROUTE: ("back",),
    links.MUTE_ROUTE: ("back", "reason", "length", "until"),
    links.TRY_ROUTE: ("run_id", "task_id", "map_index", "field", "now", "template"),
    links.SIGN_IN: ("onward", "name", "password"),
    links.SIGN_OUT: (),
}
#: Where each form of the templates leads, in their order there.
LEADS = {
    "compare/page.html": [("get", links.COMPARE_ROUTE)],
    "problems/decide.html": [
        ("post", links.ACKNOWLEDGE_ROUTE),
        ("post", links.REOPEN_ROUTE),
        ("post", links.MUTE_ROUTE),
    ],
    "problems/page.html": [("get", links.problems())],
    "run/_tools.html": [("get", links.RUN_ROUTE)],
    "shared/_bar.html": [("post", links.SIGN_OUT)],
    "shared/search_box.html": [("get", links.search())],
    "sign_in/page.html": [("post", links.SIGN_IN)],
    "task_history/page.html": [("get", links.HISTORY_ROUTE)],
    "try/_result.html": [("post", links.TRY_ROUTE)],
    "try/page.html": [("post", links.TRY_ROUTE)],
}
BY_FORM = [
    route for route in ROUTES if takes(route, "POST") and not route.path.startswith(links.API)
]
_FORM = re.compile(r"<form\b(?P<opening>[^>]*)>(?P<inside>.*?)</form>", re.DOTALL)
_NAME = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\sname=\"([a-z_]+)\"")
_TRIED = settings(max_examples=15, derandomize=True, database=None)
_FILE = (
    b'--b\r\nContent-Disposition: form-data; name="reason"; filename="a"\r\n\r\nx\r\n--b--\r\n',
    "multipart/form-data; boundary=b",
)


@pytest.fixture(scope="module")
def client(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """It raises what the app raises."""
    folder = tmp_path_factory.mktemp("forms")
    with copied(filled, folder) as store, TestClient(make_app(store)) as client:
        yield client


def test_every_form_of_the_templates_is_filled_in_here() -> None:
    found = {
        str(file.relative_to(TEMPLATES)): list(_FORM.finditer(file.read_text()))
        for file in TEMPLATES.rglob("*.html")
        if "<form" in file.read_text()
    }
    assert found.keys() == LEADS.keys()
    for name, forms in found.items():
        assert len(forms) == found_in(name) == len(LEADS[name])
        for form, (method, route) in zip(forms, LEADS[name], strict=True):
            assert f'method="{method}"' in form["opening"]
            assert set(_NAME.findall(form["inside"])) <= asked_for(method, route), name


def found_in(name: str) -> int:
    return (TEMPLATES / name).read_text().count("<form")


def asked_for(method: str, path: str) -> set[str]:
    if method == "post":
        return set(POSTED[path])
    (route,) = (one for one in ROUTES if one.path == path and takes(one, "GET"))
    return {*query_names(route), "tab"}


def test_every_route_that_takes_a_form_is_tried_here() -> None:
    assert {route.path for route in BY_FORM} == POSTED.keys()


@pytest.mark.parametrize("route", BY_FORM, ids=lambda one: one.path)
def test_whatever_is_posted_is_answered(client: TestClient, route: APIRoute) -> None:
    names = [one.alias for one in route.dependant.path_params]
    fields = POSTED[route.path]

    @_TRIED
    @given(values=filled_in([*names, *fields]), more=written(fields), is_whole=st.booleans())
    def post(*, values: dict[str, str], more: str, is_whole: bool) -> None:
        path = path_of(route, {name: values[name] for name in names})
        pairs = (f"{name}={encoded(values[name])}" for name in fields)
        body = "&".join(pairs) if is_whole else more
        answer = client.post(path, content=body.encode(), headers={"Content-Type": FORM})
        assert_proper(answer.status_code, answer.text)

    post()


@pytest.mark.parametrize("route", BY_FORM, ids=lambda one: one.path)
def test_each_field_may_be_odd(client: TestClient, route: APIRoute) -> None:
    names = [one.alias for one in route.dependant.path_params]
    fields = POSTED[route.path]
    for values in one_odd([*names, *fields], odd=FEW, of=fields):
        path = path_of(route, {name: values[name] for name in names})
        body = "&".join(f"{name}={encoded(values[name])}" for name in fields)
        answer = client.post(path, content=body.encode(), headers={"Content-Type": FORM})
        assert_proper(answer.status_code, answer.text)


@pytest.mark.parametrize("route", BY_FORM, ids=lambda one: one.path)
def test_a_file_in_place_of_a_form_is_refused_in_words(client: TestClient, route: APIRoute) -> None:
    body, kind = _FILE
    values = {one.alias: "1" for one in route.dependant.path_params}
    path = path_of(route, values)
    answer = client.post(path, content=body, headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert_proper(answer.status_code, answer.text)


@given(ODD, ODD, ODD, st.integers(min_value=0, max_value=255))
@_TRIED
def test_whatever_name_and_password_are_tried_somebody_is_told_what_to_do(
    signing_in: TestClient, name: str, password: str, onward: str, host: int
) -> None:
    form = f"name={encoded(name)}&password={encoded(password)}&onward={encoded(onward)}"
    headers = {"Content-Type": FORM, "X-Forwarded-For": f"192.0.2.{host}"}
    answer = signing_in.post(links.SIGN_IN, content=form.encode(), headers=headers)
    assert answer.status_code in {200, 401, 429}
    assert_proper(answer.status_code, answer.text)


@pytest.fixture(scope="module")
def signing_in(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("signing-in")
    with (
        copied(filled, folder) as store,
        behind("airflow", store) as app,
        app.client() as client,
    ):
        yield client


def test_a_reason_is_only_text_wherever_it_comes_back(client: TestClient) -> None:
    sent = client.post("/problems/1/mute", data={"reason": PROBE, "length": "good"})
    pages = [sent.text, *(client.get(one).text for one in ("/problems/1", "/problems"))]
    assert any("probe-tag" in page for page in pages)
    for page in pages:
        assert_nothing_injected(page)


def assert_proper(status: int, page: str) -> None:
    """A page, without anything injected; of an error, one that says what is wrong."""
    assert status < 500
    assert_nothing_injected(page)
    assert Elements(page).names >= {"html", "title", "main"}
    if status >= 400:
        assert re.search(r"<h1[^>]*>\s*[A-Z][^<]{8,}|role=\"alert\"", page)
