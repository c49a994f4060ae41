"""Two runs side by side, chosen in a form and followed from what is told to where it stands."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.store.session import Store
from app.web import links
from tests.build import RUN, keep
from tests.web.compared_runs import analysis_of, day, facts_of


@pytest.fixture
def compared(store: Store) -> str:
    keep(store, facts_of(0), analysis_of(0))
    keep(store, facts_of(1), analysis_of(1))
    keep(store, facts_of(2, uri=None, state="failed"), analysis_of(2))
    return links.compare(deployment="default", dag_id=RUN.dag_id)


def test_a_reader_gets_from_the_sentence_to_the_task_and_to_other_runs(
    page: Page, compared: str
) -> None:
    page.goto(compared)
    expect(page.locator(".first-difference h2")).to_contain_text("extract gave tiles_uri = null")
    page.locator(".followed a").first.click()
    expect(page.locator("#task-load")).to_be_in_viewport()
    assert page.url.endswith("#task-load")
    page.get_by_label("Right").select_option(day(1).run_id)
    page.get_by_label("Left").select_option(day(0).run_id)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".first-difference h2")).to_contain_text("Nothing differs")
    page.get_by_role("link", name="As always").click()
    expect(page.locator("#task-extract details")).to_have_attribute("open", "")


def test_a_phone_shows_both_sides_without_scrolling_aside(page: Page, compared: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(compared)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("#task-extract .changes").first).to_contain_text(
        re.compile("left.*right", re.DOTALL)
    )
    changes = page.locator("#task-extract .changes").first
    expect(changes).to_contain_text(re.compile(r"left\s*s3://.*right\s*null", re.DOTALL))
