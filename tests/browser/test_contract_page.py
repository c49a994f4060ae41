"""What a task gives, on a desk and on a phone; the list of what a renaming breaks is copied."""

import pytest
from playwright.sync_api import Page, expect

from app.refresh.learning import learn_runs
from app.store.runs import note_visits
from app.store.session import Store
from app.web import links
from tests.build import after
from tests.graph import geo


@pytest.fixture
def address_of_contract(store: Store) -> str:
    with store.writing() as session:
        note_visits(session, deployment_pk=1, runs=[geo.GEO], at=after(90), settled=[geo.GEO])
    learn_runs(store, deployment_pk=1, most=9)
    return links.contract(deployment="default", dag_id=geo.GEO.dag_id, task_id="plan_area")


@pytest.mark.parametrize("width", [390, 1100, 1440])
def test_what_a_renaming_breaks_unfolds_and_is_copied(
    page: Page, address_of_contract: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address_of_contract)
    renaming = page.locator(".renaming").first
    expect(renaming.locator("li").first).to_be_hidden()
    renaming.locator("summary").click()
    expect(renaming.locator("li").first).to_be_visible()
    renaming.get_by_role("button").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Renaming ")
    assert "of task plan_area" in copied
    assert page.evaluate("document.documentElement.scrollWidth") <= width
