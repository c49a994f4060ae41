"""The inbox and the page of a problem, as narrow as a phone and longer than a screen."""

import re

from playwright.sync_api import Page, expect


def _open_problem(page: Page) -> None:
    page.goto("/problems")
    page.get_by_role("link", name=re.compile("reads extarct_tiles")).click()
    expect(page.locator(".remark")).to_be_attached()


def test_a_phone_shows_what_is_wrong_with_the_line_without_scrolling(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _open_problem(page)
    box = page.locator(".remark").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_choices_stand_on_their_ground_down_to_the_end_of_a_long_list(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 300})
    page.goto("/problems")
    page.locator(".inbox").evaluate("one => one.style.height = '2000px'")
    box = page.locator(".facets").bounding_box()
    assert box is not None
    assert box["height"] >= 2000
