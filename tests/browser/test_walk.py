"""Walking the graph with the arrow keys: along its edges, through its pods, from row to row."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_run_page import SCENES, TILES, open_graph
from tests.browser.test_trace import flow
from tests.browser.test_view import anywhere, ask

__all__ = ["anywhere"]

RENDER, ROWS = "in:render_tile:env_vars.TILES", "in:quality.rows:env_vars.SRC"

# a → b and c; b → d. One input and one output each; `e` only waits for `d`.
STOPS = [
    {"id": name, "card": card, "kind": kind}
    for card in "abcde"
    for name, kind in ((card, "head"), (f"in:{card}", "input"), (f"out:{card}", "output"))
]
EDGES = [flow("a", "b"), flow("a", "c"), flow("b", "d")]
EDGES += [{**flow("d", "e", "dependency"), "source": "", "target": ""}]
GRAPH = {"stops": STOPS, "edges": EDGES}


def stop(name: str) -> dict[str, str]:
    return next(one for one in STOPS if one["id"] == name)


@pytest.mark.parametrize(
    ("at", "key", "expected"),
    [
        ("out:a", "ArrowRight", ["in:b", "in:c"]),
        ("in:b", "ArrowRight", ["out:b"]),  # Through the pod.
        ("in:c", "ArrowRight", []),  # What it gave, nobody read.
        ("out:c", "ArrowRight", []),
        ("in:d", "ArrowLeft", ["out:b"]),
        ("out:b", "ArrowLeft", ["in:b"]),
        ("in:a", "ArrowLeft", []),
        ("a", "ArrowRight", ["b", "c"]),
        ("d", "ArrowLeft", ["b"]),
        ("d", "ArrowRight", ["e"]),  # A dependency joins heads.
        ("in:b", "ArrowDown", ["out:b"]),
        ("out:b", "ArrowDown", ["c"]),  # On to the next card.
        ("c", "ArrowUp", ["out:b"]),
        ("a", "ArrowUp", []),
        ("out:e", "ArrowDown", []),
        ("in:b", "Home", ["b"]),
        ("b", "End", ["out:b"]),
    ],
)
def test_where_a_key_leads(anywhere: Page, at: str, key: str, expected: list[str]) -> None:
    found = ask(anywhere, "walk_rules.js", "walked", GRAPH, stop(at), key)
    assert [one["id"] for one in found] == expected


def test_a_broken_pull_leads_to_what_it_should_have_read(anywhere: Page) -> None:
    bad = {"id": "bad:b", "card": "b", "kind": "broken"}
    meant = {**flow("a", "b", "meant"), "target": "bad:b"}
    graph = {"stops": [*STOPS, bad], "edges": [*EDGES, meant]}
    (found,) = ask(anywhere, "walk_rules.js", "walked", graph, bad, "ArrowLeft")
    assert found["id"] == "out:a"


def test_siblings_are_gone_through_and_around(anywhere: Page) -> None:
    choices = [stop("in:b"), stop("in:c")]
    assert ask(anywhere, "walk_rules.js", "sibling", choices, stop("in:b"), 1) == stop("in:c")
    assert ask(anywhere, "walk_rules.js", "sibling", choices, stop("in:c"), 1) == stop("in:b")
    assert ask(anywhere, "walk_rules.js", "sibling", choices, stop("in:b"), -1) == stop("in:c")
    assert ask(anywhere, "walk_rules.js", "sibling", choices, stop("in:d"), 1) is None


def test_the_keyboard_walks_along_a_value_and_says_where_it_is(
    page: Page, run_address: str
) -> None:
    page.set_viewport_size({"width": 900, "height": 560})
    open_graph(page, run_address)
    page.locator(f'[data-port="{SCENES}"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    row, said = page.locator(f'[data-port="{TILES}"]'), page.locator("[data-walked]")
    expect(row).to_be_focused()
    expect(row.locator(".ground")).to_have_css("stroke", "rgb(22, 26, 33)")
    expect(said).to_contain_text("extract_tiles gave tiles_uri: s3://geo-prod/tiles")
    page.keyboard.press("ArrowRight")
    first = page.locator("[data-card] a:focus")
    expect(said).to_contain_text("1 of 4")
    expect(first).to_be_in_viewport(ratio=1)
    seen = {first.get_attribute("data-port")}
    for _ in range(3):
        page.keyboard.press("Alt+ArrowDown")
        seen.add(first.get_attribute("data-port"))
    assert {RENDER, ROWS} < seen
    assert len(seen) == 4
    page.keyboard.press("ArrowLeft")
    expect(row).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#run-panel h2")).to_contain_text("tiles_uri")


def test_the_end_of_a_way_is_said(page: Page, run_address: str) -> None:
    open_graph(page, run_address)
    page.locator('[data-port="in:publish_stac:arguments[0]"]').focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-walked]")).to_have_text("Nothing further this way")
    expect(page.locator('[data-port="in:publish_stac:arguments[0]"]')).to_be_focused()


def test_the_window_itself_scrolls_and_enter_leads_to_the_card_that_matters(
    page: Page, run_address: str
) -> None:
    page.set_viewport_size({"width": 700, "height": 480})
    open_graph(page, run_address)
    scene = page.locator("[data-scene]")
    scene.focus()
    before = scene.evaluate("one => one.scrollTop")
    page.keyboard.press("ArrowDown")
    expect(scene).to_be_focused()
    page.wait_for_function(
        "before => document.querySelector('[data-scene]').scrollTop > before", arg=before
    )
    page.keyboard.press("Enter")
    expect(page.locator('[data-card="build_overviews"] .card-head')).to_be_focused()


def test_what_comes_to_lie_under_the_resting_pointer_is_not_lit(
    page: Page, run_address: str
) -> None:
    page.set_viewport_size({"width": 900, "height": 560})
    open_graph(page, run_address)
    page.locator('[data-port="in:build_overviews:arguments[1]"]').hover()
    row = page.locator('[data-port="in:write_report:op_kwargs.score"]')
    row.focus()
    page.wait_for_timeout(400)  # Browsers tell of the pointer some time after the window scrolled.
    expect(page.locator(".row.selected")).to_have_attribute(
        "data-port", "in:write_report:op_kwargs.score"
    )
