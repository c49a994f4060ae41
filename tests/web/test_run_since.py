from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from app.store.session import Store
from app.web import links
from tests.web.conftest import make_app
from tests.web.history_sample import DEPLOYMENT, RUN, fill_history
from tests.web.reading import words


@pytest.fixture
def client(empty_store: Store) -> Iterator[TestClient]:
    fill_history(empty_store)
    with TestClient(make_app(empty_store)) as client:
        yield client


def panel(client: TestClient, port: str) -> str:
    address = links.run(deployment=DEPLOYMENT, run=RUN, port=port, part="panel")
    return client.get(address).text


def test_a_key_says_that_fields_have_what_it_was_before(client: TestClient) -> None:
    html = panel(client, "out:plan:return_value['grid_uri']")
    assert "3 fields read it before it changed: see both values" in words(html)
    assert "/tasks/plan/runs/" in html
    assert "#since-gave" in html


def test_a_field_says_that_what_it_read_has_changed(client: TestClient) -> None:
    html = panel(client, "in:tiles:arguments[0]")
    assert "Read before it changed: see both values" in words(html)


def test_a_key_that_is_as_it_was_says_nothing(client: TestClient) -> None:
    assert "before it changed" not in words(panel(client, "out:plan:pod_name"))
