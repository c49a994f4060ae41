"""The JSON API as its own OpenAPI tells of it: Schemathesis asks what it allows, and what not."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
import schemathesis
from fastapi import FastAPI
from httpx2 import Response
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from starlette.testclient import TestClient

from app.store.session import Store
from app.web import links
from tests.postgres import Postgres
from tests.store.fixture import copied
from tests.web.anything import ROUTES, filled_in
from tests.web.conftest import make_app
from tests.web.sample import fill

OPERATIONS = sorted(
    (route.path.replace(":path}", "}"), method)
    for route in ROUTES
    for method in route.methods or ()
    if route.include_in_schema and route.path.startswith(links.API)
)
# Not that whatever the schema allows is taken: it does not tell that a mute must end in time to
# come, or which text is a path.
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="module", params=BOTH)
def app(
    request: pytest.FixtureRequest, filled: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FastAPI]:
    if request.param == "sqlite":
        with copied(filled, tmp_path_factory.mktemp("schema")) as store:
            yield make_app(store)
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        store = Store(url)
        fill(store)
        yield make_app(store)
        store.close()


@pytest.fixture(scope="module")
def schema(app: FastAPI) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_dict(app.openapi())


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    """Not Schemathesis' own, which leaves streams unclosed, and here warnings are errors."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_every_operation_is_in_the_schema(schema: schemathesis.BaseSchema) -> None:
    found = [(path, method.upper()) for path, each in schema.items() for method in each]
    assert sorted(found) == OPERATIONS


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_as_the_schema_says(
    schema: schemathesis.BaseSchema, client: TestClient, path: str, method: str
) -> None:
    operation = schema[path][method]
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in MODES])
    names = [one.name for one in (*operation.path_parameters, *operation.query)]

    @settings(max_examples=10, derandomize=True, database=None, phases=[Phase.generate])
    @given(cases, filled_in(names), st.sets(st.sampled_from(["", *names])))
    def ask(case: Case[Any], stored: dict[str, str], fitting: set[str]) -> None:
        fits = {name: stored[name] for name in fitting if name in stored}
        path = {name: quote(one, safe="") for name, one in _of(fits, case.path_parameters).items()}
        case.path_parameters = {**case.path_parameters, **path}
        case.query = {**case.query, **_of(fits, case.query)}
        case.validate_response(_sent(client, case), checks=CHECKS)

    ask()


def _of(given: dict[str, str], names: Iterable[str]) -> dict[str, str]:
    # What has no bytes cannot be sent by Schemathesis; test_any_address.py finds bytes for it.
    shown = {name: text.encode(errors="replace").decode() for name, text in given.items()}
    return {name: shown[name] for name in names if name in shown}


def _sent(client: TestClient, case: Case[Any]) -> Response:
    asked = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    answer = client.request(
        case.method, asked.url or "", content=asked.body or b"", headers=dict(asked.headers)
    )
    answer.request.read()
    return answer


def test_another_method_is_refused_with_those_there_are(client: TestClient) -> None:
    for path, method in OPERATIONS:
        answer = client.request("TRACE", path)
        assert (answer.status_code, answer.headers["allow"]) == (405, method)
