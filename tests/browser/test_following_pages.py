"""Pages follow the mirror by themselves, and keep what their reader did meanwhile."""

from playwright.sync_api import Browser, Page, expect

from app.model.ids import RunKey, TaskInstanceKey
from app.store.session import Store
from app.web import links
from tests.build import keep, make_facts, make_run
from tests.graph import geo

_SOON = 8_000


def _keep_run(store: Store, dag_id: str) -> None:
    keep(store, make_facts(make_run(RunKey(dag_id, "new")), tries=(), xcoms=()))


def test_a_dag_that_appears_shows_up_without_a_reload(page: Page, store: Store) -> None:
    page.goto("/?order=name")
    page.evaluate("window.sameDocument = true")
    _keep_run(store, "appears_later")
    expect(page.locator("#content")).to_contain_text("appears_later", timeout=_SOON)
    assert page.evaluate("window.sameDocument") is True


def test_the_theme_is_switched_and_remembered(page: Page) -> None:
    page.goto("/")
    switch = page.locator("[data-theme-switch]")
    switch.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    switch.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/status")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 16, 20)"


def test_a_correction_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/problems")
    page.locator(".inbox-rows a").first.click()
    button = page.locator("[data-copy]").first
    button.click()
    expect(button).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == button.get_attribute("data-copy")


def test_a_value_is_copied_by_the_button_beside_it(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    plan = TaskInstanceKey(geo.GEO.dag_id, geo.GEO.run_id, "plan_area")
    page.goto(links.task_instance(deployment="default", instance=plan, view="table"))
    button = page.locator("[aria-labelledby=gave] .copy").first
    button.focus()
    expect(button).to_have_css("opacity", "1")
    button.press("Enter")
    expect(button).to_have_attribute("data-copied", "")
    assert page.evaluate("navigator.clipboard.readText()") == button.get_attribute("data-copy")


def test_what_a_reader_unfolded_stays_unfolded(page: Page, store: Store) -> None:
    first = TaskInstanceKey(geo.GEO.dag_id, geo.GEO.run_id, "plan_area")
    page.goto(links.task_instance(deployment="default", instance=first))
    page.locator("#content details summary").first.click()
    with page.expect_response(lambda answer: "/tasks/plan_area/" in answer.url, timeout=_SOON):
        _keep_run(store, "appears_meanwhile")
    page.wait_for_timeout(300)
    expect(page.locator("#content details").first).to_have_attribute("open", "")


def test_a_refresh_that_fails_leaves_the_page_as_it_was(browser: Browser, address: str) -> None:
    # A context of its own: the browser complains of the answer, and should.
    page = browser.new_context(base_url=address).new_page()
    fetch = "htmx.ajax('GET', '/status', {target: '#content', swap: 'outerMorph'})"
    page.goto("/dags?order=name")
    before = page.locator("#content").inner_text()
    page.route("**/status", lambda route: route.fulfill(status=503, body="<p>broken</p>"))
    page.evaluate(fetch)
    page.wait_for_timeout(300)
    assert page.locator("#content").inner_text() == before
    page.unroute_all()
    page.evaluate(fetch)
    expect(page.locator("#content")).to_contain_text("1 deployment")
    page.context.close()
