"""A real Chromium against the real application on a loopback port, over a filled SQLite store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app.store.session import Store
from app.web import links
from app.web.app import create_app
from app.web.parts import web_parts
from tests.browser.chromium import WINDOW, NoChromium, chromium
from tests.browser.every_page import every_page_app, fill_all
from tests.browser.serving import served
from tests.build import keep
from tests.graph import geo
from tests.store.fixture import copied


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for this folder's tests: while it is open no other test can run an event loop."""
    try:
        with chromium() as started:
            yield started
    except NoChromium as error:
        pytest.fail(str(error))


@pytest.fixture(scope="module")
def store(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One for a module's tests: one that changes something keeps a run of its own in it."""
    with copied(migrated, tmp_path_factory.mktemp("browser")) as store:
        keep(store, geo.facts(), geo.analysis())
        yield store


@pytest.fixture(scope="module")
def address(store: Store) -> Iterator[str]:
    """Where the application answers."""
    with served(create_app(web_parts(store, version="0.1.0", patience=60))) as address:
        yield address


@pytest.fixture(scope="package")
def every_page(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an application answers that has something to show on every page, at a fixed time."""
    with copied(migrated, tmp_path_factory.mktemp("every_page")) as store:
        fill_all(store)
        with served(every_page_app(store)) as address:
            yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose mistakes fail the test: errors in scripts, and refusals by our own policy."""
    context = browser.new_context(base_url=address, viewport=WINDOW, color_scheme="light")
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: _note(complaints, message.type, message.text))
    yield page
    context.close()
    assert complaints == []


def _note(complaints: list[str], kind: str, text: str) -> None:
    if kind in {"error", "warning"}:
        complaints.append(text)


@pytest.fixture
def run_address() -> str:
    return links.run(deployment="default", run=geo.GEO)
