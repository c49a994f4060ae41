"""Searching with the keyboard: the box, its suggestions, a marked result, and what it leads to."""

import re

from playwright.sync_api import Page, Route, expect

from app.model.ids import RunKey
from app.store.session import Store
from tests.browser.test_following_pages import _keep_run
from tests.browser.test_view import ask
from tests.build import keep, make_facts, make_run, make_xcom

_SOON = 8_000


def test_a_suggestion_is_taken_with_the_keyboard_and_its_result_followed(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    page.keyboard.type("z14 task:extr")
    options = page.get_by_role("option")
    expect(options).to_have_count(1)
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Enter")
    expect(box).to_have_value("z14 task:extract_tiles ")
    expect(options).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=z14\+task%3Aextract_tiles"))
    expect(page).to_have_title("z14 task:extract_tiles · Search · xcomtrace")
    expect(page.locator("mark").first).to_have_text("z14")
    page.locator(".results .whose a").first.click()
    expect(page).to_have_url(re.compile("/tasks/extract_tiles/runs/"))


def test_escape_closes_the_suggestions_and_a_click_takes_one(page: Page) -> None:
    page.goto("/search")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    page.keyboard.type("da")
    expect(page.get_by_role("option").first).to_contain_text("dag:")
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(box).to_have_value("da")
    page.keyboard.type("g")
    page.get_by_role("option").first.click()
    expect(box).to_have_value("dag:")
    expect(page.get_by_role("option").first).to_contain_text("dag:geo_tiles")


def test_an_answer_for_where_the_caret_was_is_dropped(page: Page) -> None:
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.goto("/search")
    page.route("**/suggestions?*", hold_the_first)
    with page.expect_request("**/suggestions?*at=9"):
        page.keyboard.type("task:extr")
    page.keyboard.press("Home")
    with page.expect_response("**/suggestions?*at=0"):
        held[0].continue_()
    page.wait_for_timeout(100)
    expect(page.get_by_role("option", name="extract_tiles")).to_have_count(0)


def test_suggestions_follow_the_caret_and_none_is_taken_for_where_it_was(page: Page) -> None:
    page.goto("/search")
    page.keyboard.type("task:extr")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("extract_tiles")
    with page.expect_response("**/suggestions?*at=0"):
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    expect(page.get_by_role("combobox")).to_have_value("task:extr")
    with page.expect_response("**/suggestions?*at=9"):
        page.keyboard.press("End")
    expect(options.first).to_contain_text("extract_tiles")


def test_older_results_are_added_below_counted_and_there_again_on_the_way_back(
    page: Page, store: Store
) -> None:
    run = RunKey("many_values", "r")
    many = make_xcom("extract", [f"needle-{n}" for n in range(60)], run=run)
    keep(store, make_facts(make_run(run), tries=(), xcoms=(many,)))
    page.goto("/search?q=needle")
    rows = page.locator(".results > li:not(.more)")
    expect(rows).to_have_count(50)
    page.get_by_role("link", name="Show older").click()
    expect(rows).to_have_count(60)
    expect(page.locator(".results > li.more")).to_have_count(0)
    expect(page.locator(".found-head")).to_contain_text("60 values in 1 run")
    expect(page.locator(".facets .caption").first).to_have_text(
        "Numbers count the 60 values shown."
    )
    expect(page).to_have_url(re.compile(r"/search\?q=needle&shown=100$"))
    rows.last.locator(".value").click()
    expect(page).to_have_url(re.compile("/value"))
    page.go_back()
    expect(rows).to_have_count(60)


def test_the_bar_refreshes_around_what_one_types(page: Page, store: Store) -> None:
    page.goto("/dags")
    page.keyboard.press("/")
    page.keyboard.type("dag:geo")
    expect(page.get_by_role("option").first).to_be_visible()
    with page.expect_response(lambda answer: "/bar" in answer.url, timeout=_SOON):
        _keep_run(store, "appears_while_typing")
    page.wait_for_timeout(300)
    expect(page.get_by_role("combobox")).to_have_value("dag:geo")
    expect(page.get_by_role("combobox")).to_be_focused()
    expect(page.get_by_role("option").first).to_be_visible()


def test_a_slash_typed_into_a_field_stays_there(page: Page) -> None:
    page.goto("/search")
    page.keyboard.type("a/b")
    expect(page.get_by_role("combobox")).to_have_value("a/b")


def test_a_phone_shows_results_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/search?q=s3")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("mark").first).to_be_visible()


def test_a_suggestion_takes_the_place_of_the_characters_it_names(page: Page) -> None:
    page.goto("/search")
    whole = {"text": "dag:geo", "start": 2, "end": 5, "note": "", "is_whole": True}
    taken = ask(page, "suggestion.js", "taken", "😀 dag -x", whole)
    assert taken == {"text": "😀 dag:geo -x", "caret": 11}
    begun = {**whole, "text": "dag:", "is_whole": False}
    assert ask(page, "suggestion.js", "taken", "😀 dag", begun) == {"text": "😀 dag:", "caret": 7}
    at_end = ask(page, "suggestion.js", "taken", "😀 dag", whole)
    assert at_end == {"text": "😀 dag:geo ", "caret": 11}


def test_a_caret_is_counted_in_characters(page: Page) -> None:
    page.goto("/search")
    address = ask(page, "suggestion.js", "wanted", "/s", "😀 dag", 6)
    assert address == "/s?q=%F0%9F%98%80+dag&at=5"
