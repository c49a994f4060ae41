"""The page of one value, reached by a click from where it was given."""

import pytest
from playwright.sync_api import Page, expect

from app.model.findings import Analysis
from app.model.ids import RunKey
from app.store.session import Store
from app.web import links
from tests.build import (
    after,
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_instance,
    make_producer,
    make_run,
    make_try,
    make_xcom,
)

RUN = RunKey("lake_parts", "scheduled__2026-11-20T06:00:00+00:00")
VALUE = "s3://lake/part-7f3a9c.parquet"


@pytest.fixture(autouse=True)
def _given_and_got(store: Store) -> None:
    rendered = {"arguments": [f"--in={VALUE}"]}
    tries = (
        make_try("extract", run=RUN),
        make_try("load", run=RUN, start=after(11), rendered=rendered),
    )
    xcom = make_xcom("extract", {"uri": VALUE}, run=RUN)
    flow = make_flow(
        make_producer("extract", ("uri",), run=RUN),
        make_consumer("load", run=RUN, spans=((5, 5 + len(VALUE)),)),
        value=VALUE,
    )
    keep(store, make_facts(make_run(RUN), tries=tries, xcoms=(xcom,)), Analysis((flow,)))


def _follow(page: Page) -> None:
    instance = make_instance("extract", run=RUN)
    page.goto(links.task_instance(deployment="default", instance=instance))
    page.get_by_role("link", name="Follow uri").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("uri")


def test_a_value_is_one_click_from_where_it_was_given_and_leads_on(page: Page) -> None:
    _follow(page)
    expect(page.locator(".way-card.is-chosen")).to_contain_text("extract")
    page.locator(".places").get_by_role("link", name="arguments[0]").click()
    expect(page.locator("pre .span")).to_have_text(VALUE)
    expect(page.locator(".way-card.is-chosen")).to_contain_text("load")


def test_a_phone_shows_its_way_as_a_list(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _follow(page)
    expect(page.locator(".way-list li").first).to_be_visible()
    expect(page.locator(".way")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
