"""Times are told in the reader's zone, and stay true while the page is open."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.every_page import PAGES
from tests.web.sample import NOW

STARTED = "time[datetime='2026-11-20T06:00:00+00:00']"
PASSED = "dt:text-is('last whole pass') + dd time"


@pytest.fixture
def berlin(browser: Browser, every_page: str) -> Iterator[Page]:
    with browser.new_context(base_url=every_page, timezone_id="Europe/Berlin") as context:
        page = context.new_page()
        page.clock.install(time=NOW)
        yield page


def test_a_time_is_told_in_the_readers_zone_and_in_utc_for_whoever_points_at_it(
    berlin: Page,
) -> None:
    berlin.goto(PAGES["run"])
    started = berlin.locator(STARTED)
    expect(started).to_have_text("20 Nov 07:00 GMT+1")
    expect(started).to_have_attribute(
        "title", "20 Nov 2026 07:00:00 GMT+1 (2026-11-20 06:00:00 UTC)"
    )


def test_a_relative_time_grows_while_the_page_is_open(berlin: Page) -> None:
    berlin.goto(PAGES["status"])
    passed = berlin.locator(PASSED).first
    expect(passed).to_have_text(re.compile(r"^\d s ago$"))
    berlin.clock.run_for(timedelta(minutes=3).seconds * 1000)
    expect(passed).to_have_text("3 min ago")


def test_what_is_fetched_anew_is_told_in_the_readers_zone_too(berlin: Page) -> None:
    berlin.goto(PAGES["status"])
    passed = berlin.locator(PASSED).first
    passed.evaluate("one => one.removeAttribute('title')")
    berlin.evaluate(
        "document.querySelector('#content').dispatchEvent(new CustomEvent('xcomtrace:refresh'))"
    )
    expect(passed).to_have_attribute("title", re.compile("GMT"))


def test_without_scripts_a_time_stands_in_utc_and_says_so(
    browser: Browser, every_page: str
) -> None:
    with browser.new_context(base_url=every_page, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(PAGES["run"])
        expect(page.locator(STARTED)).to_have_text("20 Nov 06:00 UTC")
