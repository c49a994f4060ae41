"""Signing in, out, and being signed out while a page is open, as a browser does it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.store.session import Store
from app.web.app import create_app
from app.web.parts import web_parts
from tests.browser.chromium import WINDOW
from tests.browser.serving import served
from tests.web.access_ways import Behind, behind


@pytest.fixture(scope="module")
def app(store: Store) -> Iterator[Behind]:
    with behind("airflow", store) as app:
        yield app


@pytest.fixture
def page(browser: Browser, app: Behind) -> Iterator[Page]:
    parts = web_parts(app.store, version="0.1.0", access=app.access)
    with served(create_app(parts)) as address:
        context = browser.new_context(base_url=address, viewport=WINDOW)
        yield context.new_page()
        context.close()


def sign_in(page: Page) -> None:
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill("password-of-ann")
    page.get_by_role("button", name="Sign in").click()


def test_a_reader_signs_in_by_keyboard_and_comes_to_the_page_asked_for(page: Page) -> None:
    page.goto("/status")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("ann")
    page.keyboard.press("Tab")
    page.keyboard.type("password-of-ann")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Status")).to_be_visible()
    assert page.url.endswith("/status")


def test_a_wrong_password_is_told_beside_the_form(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill("guess")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text(
        "Airflow knows nobody by this name and password."
    )
    expect(page.get_by_label("Password")).to_be_focused()


def test_who_signs_out_is_asked_again(page: Page) -> None:
    page.goto("/status")
    sign_in(page)
    page.get_by_role("button", name="sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/status")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_whose_session_ends_while_a_page_is_open_is_led_to_sign_in_and_back(page: Page) -> None:
    page.goto("/status")
    sign_in(page)
    expect(page.get_by_role("heading", name="Status")).to_be_visible()
    page.context.clear_cookies()
    page.evaluate(
        "document.querySelector('#bar').dispatchEvent(new CustomEvent('xcomtrace:refresh'))"
    )
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(page)
    expect(page.get_by_role("heading", name="Status")).to_be_visible()
