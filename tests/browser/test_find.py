"""Finding in the graph: what matches, where one stands among the matches, and where they lie."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.model.findings import Analysis
from app.model.ids import RunKey
from app.store.session import Store
from app.web import links
from tests.browser.test_run_page import TILES, open_graph, small_facts
from tests.browser.test_view import anywhere, ask
from tests.build import keep, make_consumer, make_flow, make_producer

__all__ = ["anywhere"]

PLACES = [
    {"own": ["extract_tiles"], "around": "extract_tiles"},
    {"own": ["tiles_uri: s3://Geo/z14", "…/z14"], "around": "extract_tiles"},
    {"own": ["env_vars.SRC: s3://Geo/z14", "…/z14"], "around": "load"},
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tiles", [0, 1]),
        ("S3://geo", [1, 2]),
        ("extract_tiles z14", [1]),
        ("load", []),
        ("  ", []),
        ("nowhere", []),
    ],
)
def test_all_words_match_in_any_case(anywhere: Page, query: str, expected: list[int]) -> None:
    assert ask(anywhere, "find_rules.js", "matching", PLACES, query) == expected


def test_one_goes_around_at_both_ends(anywhere: Page) -> None:
    assert ask(anywhere, "find_rules.js", "stepped", 2, 1, 3) == 0
    assert ask(anywhere, "find_rules.js", "stepped", 0, -1, 3) == 2
    assert ask(anywhere, "find_rules.js", "stepped", -1, 1, 0) == -1


def test_a_slash_leads_to_the_graphs_own_field_and_a_second_to_the_bars(
    page: Page, run_address: str
) -> None:
    open_graph(page, run_address)
    page.keyboard.press("/")
    expect(page.locator("[data-find]")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("a/b")
    expect(page.get_by_role("combobox")).to_have_value("a/b")


def test_where_no_graph_is_seen_a_slash_leads_to_the_bar(page: Page, run_address: str) -> None:
    page.goto(f"{run_address}?tab=table")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()


def test_matches_are_marked_while_one_types_and_gone_through(page: Page, run_address: str) -> None:
    page.set_viewport_size({"width": 1000, "height": 560})
    open_graph(page, run_address)
    page.keyboard.press("/")
    page.keyboard.type("geo-prod/TILES")
    count, now = page.locator("[data-find-count]"), page.locator(".found-now")
    expect(count).to_have_text("1 of 4")
    expect(now).to_have_attribute("data-port", TILES)
    expect(now.locator(".ground")).to_have_css("fill", "rgb(255, 233, 168)")
    page.keyboard.press("Shift+Enter")
    expect(count).to_have_text("4 of 4")
    expect(now).to_have_attribute("data-port", "in:write_report:op_kwargs.source")
    expect(now).to_be_in_viewport(ratio=1)
    page.get_by_label("Next match").click()
    expect(count).to_have_text("1 of 4")
    page.locator("[data-find]").fill("nothing like it")
    expect(count).to_have_text("no match")
    expect(page.locator(".found")).to_have_count(0)
    expect(page.get_by_label("Next match")).to_be_disabled()


def test_escape_clears_and_leads_to_where_one_was_and_ends_no_trace(
    page: Page, run_address: str
) -> None:
    open_graph(page, run_address, TILES)
    page.keyboard.press("/")
    page.keyboard.type("dem_uri")
    page.keyboard.press("Escape")
    expect(page.locator("[data-find]")).to_have_value("")
    expect(page.locator(".found, .has-found")).to_have_count(0)
    expect(page.locator("[data-port=\"out:fetch_dem:return_value['dem_uri']\"]")).to_be_focused()
    assert "port=out" in page.url


def test_a_match_is_shown_large_enough_to_be_read(page: Page, run_address: str) -> None:
    open_graph(page, run_address)
    for _ in range(8):
        page.get_by_label("Zoom out").click()
    page.keyboard.press("/")
    page.keyboard.type("dem_uri")
    expect(page.locator("[data-zoom-text]")).to_have_text("100 %")


def test_what_was_typed_quickly_is_found_before_one_goes_on(page: Page, run_address: str) -> None:
    open_graph(page, run_address)
    field = page.locator("[data-find]")
    field.fill("geo-prod/tiles")
    field.press("Enter")
    expect(page.locator("[data-find-count]")).to_have_text("2 of 4")


def test_a_match_outside_the_window_comes_into_its_middle(page: Page, run_address: str) -> None:
    page.set_viewport_size({"width": 1000, "height": 560})
    open_graph(page, run_address)
    page.locator("[data-find]").fill("op_kwargs.score")
    row = page.locator(".found-now")
    expect(row).to_be_in_viewport(ratio=1)
    stage, box = page.locator(".stage").bounding_box(), row.bounding_box()
    assert stage
    assert box
    assert box["x"] + box["width"] < stage["x"] + stage["width"] - 16
    assert abs(box["y"] + box["height"] / 2 - stage["y"] - stage["height"] / 2) < 120


def test_the_keys_are_told(page: Page, run_address: str) -> None:
    open_graph(page, run_address)
    page.get_by_label("Keys", exact=True).click()
    expect(page.locator(".keys dl")).to_contain_text("where it came from")
    page.keyboard.press("Escape")
    expect(page.locator(".keys dl")).to_be_hidden()


def test_a_change_of_the_mirror_keeps_what_one_looks_for(page: Page, store: Store) -> None:
    run = RunKey("found", "manual__1")
    first = make_flow(make_producer(run=run), make_consumer(run=run))
    second = make_flow(make_producer(path=("key2",), run=run), make_consumer("more", run=run))
    keep(store, small_facts(run), Analysis(flows=(first,)))
    open_graph(page, links.run(deployment="default", run=run))
    page.keyboard.press("/")
    page.keyboard.type("arguments")
    expect(page.locator("[data-find-count]")).to_have_text("1 of 1")
    page.wait_for_timeout(1500)  # The hub has noticed that somebody listens.
    keep(store, small_facts(run), Analysis(flows=(first, second)))
    expect(page.locator("[data-find-count]")).to_have_text("1 of 2", timeout=8000)
    expect(page.locator(".found")).to_have_count(2)
    expect(page.locator("[data-find]")).to_have_value("arguments")
    expect(page.locator("[data-find]")).to_be_focused()


@pytest.mark.parametrize("width", [360, 390, 1440])
def test_the_tools_lie_beside_each_other_in_the_window(
    page: Page, run_address: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_graph(page, run_address)
    page.locator("[data-find]").fill("tiles")
    expect(page.locator("[data-find-count]")).to_have_text(re.compile("1 of"))
    find, export = (page.locator(css).bounding_box() for css in (".find", "[data-export]"))
    assert find
    assert export
    assert export["x"] + export["width"] <= width
    assert find["x"] + find["width"] <= export["x"]
    for left in page.locator(".tools-top, .sight").all():
        box = left.bounding_box()
        if box and box["height"]:
            is_above = box["y"] + box["height"] <= find["y"]
            assert is_above or box["x"] + box["width"] <= find["x"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
