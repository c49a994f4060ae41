"""Every page's questions are answered alike by SQLite and PostgreSQL."""

import re

import pytest
from starlette.testclient import TestClient

from app.store.session import Store
from tests.web.addresses import PAGES
from tests.web.conftest import make_app
from tests.web.reading import words
from tests.web.sample import fill

# Numbers of rows differ between the stores, nothing that a reader sees does.
_BY_NUMBER = "/problems/"
# How long a search took is another matter each time, and which store it is must be told.
_DIFFERS = re.compile(r"\d+ ms|(SQLite file|PostgreSQL database) of [\d.]+ .B")


@pytest.fixture(scope="session")
def told() -> dict[str, str]:
    """What each page told on the first store it was asked on."""
    return {}


def test_every_page_tells_the_same_on_both_stores(store: Store, told: dict[str, str]) -> None:
    fill(store)
    with TestClient(make_app(store)) as client:
        for address in PAGES:
            if address.startswith(_BY_NUMBER):
                continue
            answer = client.get(address)
            assert answer.status_code == 200, address
            its_words = _DIFFERS.sub("…", words(answer.text))
            assert told.setdefault(address, its_words) == its_words, address
