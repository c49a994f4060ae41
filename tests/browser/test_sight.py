"""What of the graph is drawn, changed in place: folds, a focus, filters, the back button."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.store.session import Store
from app.web import links
from tests.build import keep
from tests.graph import grouped
from tests.store.fixture import copied

MARKETS = 4


@pytest.fixture(scope="module")
def store(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with copied(migrated, tmp_path_factory.mktemp("sight")) as store:
        keep(store, grouped.facts(MARKETS), grouped.analysis(MARKETS))
        yield store


def opened(page: Page, **query: object) -> None:
    page.goto(links.run(deployment="default", run=grouped.RUN, tab="graph", **query))
    expect(page.locator("[data-card]").first).to_be_visible()


def card(name: str) -> str:
    return f'[data-card="{name}"]'


def test_a_group_is_unfolded_in_place_and_back_folds_it_again(page: Page) -> None:
    opened(page, fold="all")
    page.evaluate("window.isSamePage = true")
    page.locator(f"{card('market_001')} .card-head").click()
    expect(page.locator(card("market_001.score"))).to_be_visible()
    assert "fold=market_000%2Cmarket_002%2Cmarket_003" in page.url
    page.go_back()
    expect(page.locator(card("market_001"))).to_be_visible()
    expect(page.locator(card("market_001.score"))).to_have_count(0)
    assert page.evaluate("window.isSamePage")


def test_a_card_offers_to_fold_its_group_and_to_look_around_it_when_pointed_at(page: Page) -> None:
    opened(page, focus="market_001.join")
    there = page.locator(card("market_001.join"))
    there.hover()
    there.get_by_role("link", name="Fold the TaskGroup market_001").click()
    expect(page.locator(card("market_001"))).to_be_visible()
    expect(page.locator(card("market_001.join"))).to_have_count(0)


def test_looking_around_a_task_leaves_the_rest_out(page: Page) -> None:
    opened(page)
    there = page.locator(card("market_001.join"))
    there.hover()
    there.get_by_role("link", name="Only what is around market_001.join").click()
    expect(page.locator(card("market_002.join"))).to_have_count(0)
    expect(page.locator(".sight-note")).to_contain_text("up to 2 steps from market_001.join")
    page.get_by_role("link", name="1", exact=True).click()
    expect(page.locator("[data-card]")).to_have_count(3)


def test_filters_are_chosen_in_a_menu_that_stays_open(page: Page) -> None:
    opened(page)
    page.locator("#sight-menu summary").click()
    page.get_by_label("State").select_option("failed")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("[data-card]")).to_have_count(1)
    assert "state=failed" in page.url
    expect(page.get_by_label("State")).to_be_visible()
    page.get_by_label("Key or field").fill("nothing at all")
    page.get_by_label("Key or field").press("Enter")
    expect(page.get_by_text("No task fits")).to_be_visible()
    page.get_by_role("link", name="Show all tasks").click()
    expect(page.locator("[data-card]")).to_have_count(3 + 5 * MARKETS)


def test_a_port_of_a_folded_group_lights_its_trace(page: Page) -> None:
    opened(page, fold="all")
    page.locator('[data-port="in:market_001.fetch:arguments[0]"]').click()
    expect(page.locator("path.edge.lit")).to_have_count(1)
    expect(page.locator("#run-panel")).to_contain_text("market_001.fetch")
    assert "fold=all" in page.url


def test_what_is_folded_stays_so_when_the_run_changes(page: Page) -> None:
    opened(page, fold="market_001")
    page.evaluate("document.dispatchEvent(new CustomEvent('xcomtrace:resync'))")
    page.wait_for_timeout(800)
    expect(page.locator(card("market_001"))).to_be_visible()
    expect(page.locator(card("market_002.join"))).to_be_visible()
