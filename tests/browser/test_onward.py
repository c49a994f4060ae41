"""Tasks of other runs in a run's graph: they come while one looks, and can be followed."""

from playwright.sync_api import Page, expect

from app.model.findings import Analysis
from app.model.ids import RunKey
from app.store.session import Store
from app.web import links
from tests.browser.test_run_page import open_graph, small_facts
from tests.build import (
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_producer,
    make_run,
    make_try,
)

GIVING, READING = RunKey("gives", "r1"), RunKey("reads", "r7")
_SOON = 8_000


def keep_reader(store: Store, state: str) -> None:
    tries = (make_try("draw", run=READING, state=state, rendered={"arguments": ["alpha"]}),)
    flow = make_flow(make_producer(run=GIVING), make_consumer("draw", run=READING))
    facts = make_facts(make_run(READING, state=state), tasks=(), tries=tries, xcoms=())
    keep(store, facts, Analysis((flow,)))


def test_a_reader_elsewhere_appears_with_its_state_and_is_followed(
    page: Page, store: Store
) -> None:
    keep(store, small_facts(GIVING), Analysis())
    open_graph(page, links.run(deployment="default", run=GIVING))
    stub = page.locator('[data-card="reads/draw"]')
    expect(stub).to_have_count(0)
    page.wait_for_timeout(1500)  # The hub has noticed that somebody listens.
    keep_reader(store, "running")
    expect(stub.get_by_label("running")).to_have_count(1, timeout=_SOON)
    keep_reader(store, "success")
    expect(stub.get_by_label("success")).to_have_count(1, timeout=_SOON)
    stub.locator("[data-port]").click()
    expect(page.locator("#run-panel")).to_contain_text("reads · another run")
    stub.locator(".card-head").click()
    page.wait_for_url("**/dags/reads/runs/r7?*")
    expect(page.locator('[data-port="in:draw:arguments[0]"]')).to_have_class("row input selected")
