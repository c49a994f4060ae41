"""Every page as its readers have it: narrow, wide, enlarged, by keyboard, printed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.every_page import PAGES

_WIDER_THAN_THE_WINDOW = """
() => {
  const seen = document.scrollingElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= seen) return [];
  const past = [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > seen + 1);
  return past.slice(-3).map((one) => one.outerHTML.slice(0, 120));
}
"""
# The outline of whatever has the focus, and what it is.
_RING = """
() => {
  const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(document.activeElement);
  return [document.activeElement.outerHTML.slice(0, 80), outlineStyle, outlineWidth, outlineOffset];
}
"""


@pytest.fixture
def reader(browser: Browser, every_page: str) -> Iterator[Page]:
    with browser.new_context(base_url=every_page, color_scheme="light") as context:
        yield context.new_page()


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_its_window(reader: Page, name: str) -> None:
    reader.goto(PAGES[name])
    for width in (360, 1100, 3840):
        reader.set_viewport_size({"width": width, "height": 900})
        assert reader.evaluate(_WIDER_THAN_THE_WINDOW) == [], width
    # Text twice as large in a window of 1280 px has the room of one of 640 px (WCAG 1.4.4).
    reader.set_viewport_size({"width": 640, "height": 450})
    assert reader.evaluate(_WIDER_THAN_THE_WINDOW) == []


def test_who_tabs_through_a_page_sees_where_they_are(reader: Page) -> None:
    reader.goto(PAGES["problems"])
    for _ in range(30):
        reader.keyboard.press("Tab")
        what, *ring = reader.evaluate(_RING)
        assert ring == ["solid", "2px", "2px"], what


def test_the_first_key_leads_past_the_bar(reader: Page) -> None:
    reader.goto(PAGES["overview"])
    reader.keyboard.press("Tab")
    skip = reader.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_in_viewport()
    skip.press("Enter")
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.querySelector('#content').contains(document.activeElement)")


def test_the_graph_says_where_it_stands_as_text(reader: Page) -> None:
    reader.goto(PAGES["run"])
    graph = reader.get_by_role("group", name="Lineage graph")
    expect(graph).to_have_accessible_description("Read the flows as a table instead")
    reader.locator("#as-table").focus()
    expect(reader.locator("#as-table")).to_be_in_viewport()
    reader.keyboard.press("Enter")
    expect(reader.locator(".run-table")).to_be_visible()
    assert reader.url.endswith("?tab=table")


def test_nothing_turns_where_motion_is_not_wanted(reader: Page) -> None:
    reader.emulate_media(reduced_motion="reduce")
    reader.goto(PAGES["run, still running"])
    assert reader.evaluate("document.getAnimations().length") == 0


def test_cards_have_the_grounds_of_colours_that_a_reader_forces(reader: Page) -> None:
    reader.emulate_media(forced_colors="active")
    reader.goto(PAGES["run"])
    canvas, card, word = reader.evaluate(
        """() => [getComputedStyle(document.body).backgroundColor,
                  getComputedStyle(document.querySelector(".card .body")).fill,
                  getComputedStyle(document.querySelector(".card .card-name")).fill]"""
    )
    assert card == canvas
    assert word != canvas


@pytest.mark.parametrize("name", ["run", "run, a key traced"])
def test_a_run_is_printed_as_its_flow_table(reader: Page, name: str) -> None:
    reader.set_viewport_size({"width": 1100, "height": 900})
    reader.goto(PAGES[name])
    reader.emulate_media(media="print")
    expect(reader.locator(".run-table")).to_be_visible()
    for gone in (".run-graph", ".topbar", ".tabs", ".title-bar .button"):
        expect(reader.locator(gone).first).to_be_hidden()
