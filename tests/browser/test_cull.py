"""Of a large graph what the window shows is drawn; all of it can be gone to, found and exported."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from app.store.session import Store
from app.web import links
from tests.browser.test_export import exported
from tests.browser.test_view import ask
from tests.build import keep
from tests.graph import grouped
from tests.store.fixture import copied

MARKETS = 40
CARDS = 3 + 5 * MARKETS
SHOWN = "all => all.some((one) => getComputedStyle(one).display != 'none')"
FAR = f"market_{MARKETS - 1:03}.join"


@pytest.fixture(scope="module")
def store(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with copied(migrated, tmp_path_factory.mktemp("cull")) as store:
        keep(store, grouped.facts(MARKETS), grouped.analysis(MARKETS))
        yield store


@pytest.fixture
def whole(page: Page) -> Page:
    asked = {"tab": "graph", "whole": "1", "fold": "none"}
    page.goto(links.run(deployment="default", run=grouped.RUN, **asked))
    expect(page.locator("[data-card]")).to_have_count(CARDS)
    expect(page.locator("[data-scene][data-ready]")).to_be_attached()
    page.locator("[data-scene]").evaluate("one => one.scrollTo(0, 0)")
    expect(body(page, FAR)).to_be_hidden()
    return page


def body(page: Page, card: str) -> Locator:
    return page.locator(f'[data-card="{card}"] .body')


def drawn(page: Page) -> int:
    return page.locator("[data-card] .body:visible").count()


def test_far_cards_and_edges_are_not_drawn_until_one_scrolls_there(whole: Page) -> None:
    assert drawn(whole) < CARDS / 2
    assert whole.locator("[data-edge]:visible").count() < whole.locator("[data-edge]").count()
    there = whole.locator(f'[data-card="{FAR}"]').get_attribute("transform") or ""
    x, y = (float(one) for one in there.removeprefix("translate(").removesuffix(")").split())
    whole.locator("[data-scene]").evaluate("(one, at) => one.scrollTo(...at)", [x - 300, y - 300])
    expect(body(whole, FAR)).to_be_visible()


def test_every_card_in_the_window_is_drawn_at_any_zoom(whole: Page) -> None:
    for _ in range(20):
        whole.locator("[data-zoom=out]").click()
    window = whole.locator("[data-scene]").evaluate(
        "one => { const {right, bottom} = one.getBoundingClientRect(); return [right, bottom] }"
    )
    expect(whole.locator("[data-zoom-text]")).to_have_text("4 %")
    boxes = whole.locator("[data-card] .body").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect())"
        ".map(({x, y, width}) => ({x, y, width}))"
    )
    assert sum(bool(box["width"]) for box in boxes) == CARDS
    assert min(box["x"] for box in boxes) < window[0]
    for _ in range(20):
        whole.locator("[data-zoom=in]").click()
    expect(whole.locator("[data-zoom-text]")).to_have_text("200 %")
    assert drawn(whole) < CARDS / 2


def zoom_out_by_wheel(page: Page) -> None:
    box = page.locator("[data-scene]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.keyboard.down("Control")
    page.mouse.wheel(0, 250)
    page.keyboard.up("Control")


def test_cards_that_come_while_one_zooms_get_their_rows_when_one_stops(whole: Page) -> None:
    zoom_out_by_wheel(whole)
    come = whole.locator(".card.is-brief").evaluate_all(
        """all => all.find((one) => {
          const { left, top, right, bottom } = one.querySelector(".body").getBoundingClientRect();
          const box = document.querySelector("[data-scene]").getBoundingClientRect();
          return left > box.left && top > box.top && right < box.right && bottom < box.bottom;
        }).dataset.card"""
    )
    rows = whole.locator(f'[data-card="{come}"] .row .ground')
    assert not rows.evaluate_all(SHOWN)
    expect(whole.locator(".card.is-brief")).to_have_count(0)
    expect(rows.first).to_be_visible()
    assert rows.evaluate_all(SHOWN)


def test_a_button_pressed_while_one_zooms_draws_cards_whole(whole: Page) -> None:
    zoom_out_by_wheel(whole)
    assert whole.locator(".card.is-brief").count()
    whole.locator("[data-zoom=in]").evaluate("one => one.click()")
    expect(whole.locator(".card.is-brief")).to_have_count(0)
    assert whole.locator("[data-card] .row .ground:visible").count()


def test_tab_goes_to_a_card_that_is_not_drawn_and_shows_it(whole: Page) -> None:
    # The last link before it in the document, as Tab goes through all of them.
    whole.evaluate(
        """card => {
          const links = [...document.querySelectorAll("[data-card] a")];
          const at = links.findIndex((one) => one.closest("[data-card]").dataset.card === card);
          links[at - 1].focus();
        }""",
        FAR,
    )
    whole.keyboard.press("Tab")
    head = whole.locator(f'[data-card="{FAR}"] .card-head')
    expect(head).to_be_focused()
    expect(body(whole, FAR)).to_be_in_viewport()


def test_what_is_not_drawn_is_found_and_brought(whole: Page) -> None:
    whole.locator("[data-find]").fill(FAR)
    expect(body(whole, FAR)).to_be_in_viewport()


def test_a_port_that_is_not_drawn_is_revealed(whole: Page) -> None:
    port = whole.locator(f'[data-card="{FAR}"] [data-port]').first
    address = port.get_attribute("href") or ""
    whole.goto(f"{address}&whole=1&fold=none")
    expect(body(whole, FAR)).to_be_visible()


def test_the_picture_has_what_is_not_drawn(whole: Page, tmp_path: Path) -> None:
    text = exported(whole, "svg", tmp_path).read_text()
    assert text.count("market_039.join</title>") == 1
    assert text.count('width="216"') >= CARDS
    expect(body(whole, FAR)).to_be_hidden()


def test_print_has_all(whole: Page) -> None:
    whole.emulate_media(media="print")
    hidden = "one => getComputedStyle(one).display"
    assert whole.locator(".card.is-out > .body").first.evaluate(hidden) != "none"


def test_a_path_covers_the_box_of_its_points(whole: Page) -> None:
    d = "M10 20L30 20Q38 20 38 28.5L38 -90"
    box = {"left": 10, "top": -90, "right": 38, "bottom": 28.5}
    assert ask(whole, "cull_rules.js", "boxOf", d) == box


def test_boxes_that_touch_meet(whole: Page) -> None:
    one = {"left": 0, "top": 0, "right": 10, "bottom": 10}
    touching = {"left": 10, "top": 10, "right": 20, "bottom": 20}
    apart = touching | {"left": 11}
    assert ask(whole, "cull_rules.js", "meet", one, touching)
    assert not ask(whole, "cull_rules.js", "meet", one, apart)
    assert not ask(whole, "cull_rules.js", "meet", apart, one)


def test_a_box_is_within_another_with_room_around(whole: Page) -> None:
    one = {"left": 0, "top": 0, "right": 10, "bottom": 20}
    wider = {"left": -5, "top": -10, "right": 15, "bottom": 30}
    assert ask(whole, "cull_rules.js", "around", one, 0.5) == wider
    assert ask(whole, "cull_rules.js", "isWithin", one, wider)
    assert not ask(whole, "cull_rules.js", "isWithin", wider, one)


def test_what_one_zooms_to_while_the_run_is_fetched_anew_stays(whole: Page) -> None:
    """A slow answer took back what had been done since it was asked for."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    whole.route(re.compile(r"part=view"), hold)
    with whole.expect_request(re.compile(r"part=view")):
        whole.evaluate("document.dispatchEvent(new CustomEvent('xcomtrace:resync'))")
    whole.locator("[data-zoom=out]").click()
    whole.locator("[data-zoom=out]").click()
    expect(whole.locator("[data-zoom-text]")).to_have_text("64 %")
    with whole.expect_response(re.compile(r"part=view")):
        held[0].continue_()
    whole.wait_for_timeout(500)
    expect(whole.locator("[data-zoom-text]")).to_have_text("64 %")
    width = "one => one.getBoundingClientRect().width / one.viewBox.baseVal.width"
    assert round(whole.locator("[data-graph]").evaluate(width), 2) == 0.64
