"""The page of one value, reached by a click from where it was given."""

from playwright.sync_api import Page, expect

from app.model.ids import TaskInstanceKey
from app.web import links
from tests.graph.geo import GEO

EXTRACT = TaskInstanceKey(GEO.dag_id, GEO.run_id, "extract_tiles")


def test_a_value_is_one_click_from_the_task_that_gave_it(page: Page) -> None:
    page.goto(links.task_instance(deployment="default", instance=EXTRACT))
    page.get_by_role("link", name="Follow tiles_uri").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("tiles_uri")
    expect(page.locator(".way-card.is-chosen")).to_contain_text("extract_tiles")


def test_a_phone_shows_its_way_as_a_list(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(links.task_instance(deployment="default", instance=EXTRACT))
    page.get_by_role("link", name="Follow tiles_uri").click()
    expect(page.locator(".way-list li").first).to_be_visible()
    expect(page.locator(".way")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
