"""Stepping through the versions of a task instance: list, slider, keyboard."""

import re

from playwright.sync_api import Page, expect

from app.store.session import Store
from app.web import links
from tests.web.history_sample import DEPLOYMENT, fill_history, instance

HERE = links.history(deployment=DEPLOYMENT, instance=instance("plan"))


def test_versions_are_stepped_through_by_link_and_by_keyboard(page: Page, store: Store) -> None:
    fill_history(store)
    page.goto(HERE)
    current = page.locator(".versions [aria-current]")
    expect(current).to_have_attribute("data-version", "2")
    page.get_by_role("link", name="Earlier").click()
    expect(current).to_have_attribute("data-version", "1")
    assert re.search(r"[?&]at=2026-11-21T02%3A00%3A01", page.url)
    slider = page.get_by_role("slider", name="Version")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.locator(".stepper output")).to_have_text("2 of 2")
    expect(current).to_have_attribute("data-version", "2")
    assert "at=2026-11-21T02%3A01%3A40" in page.url
    # Who steps with the keyboard goes on with it.
    expect(slider).to_be_focused()
    slider.press("ArrowLeft")
    expect(current).to_have_attribute("data-version", "1")
    expect(slider).to_be_focused()


def test_who_comes_to_the_page_otherwise_is_not_put_on_the_slider(page: Page, store: Store) -> None:
    fill_history(store)
    page.goto(HERE)
    page.get_by_role("slider", name="Version").press("ArrowLeft")
    expect(page.get_by_role("slider", name="Version")).to_be_focused()
    page.goto(HERE)
    expect(page.get_by_role("slider", name="Version")).not_to_be_focused()


def test_a_phone_needs_no_scrolling_sideways(page: Page, store: Store) -> None:
    fill_history(store)
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (
        HERE,
        links.task_instance(deployment=DEPLOYMENT, instance=instance("tiles", 0)),
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
