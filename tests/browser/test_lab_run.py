"""The run page over a real Airflow: the pods of the lab's two-producers DAG."""

from collections.abc import Iterator
from typing import cast

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from app.model.ids import RunKey
from app.web import links
from tests.browser.serving import served


@pytest.fixture
def lab_page(traced: TestClient, browser: Browser, lab_run: str) -> Iterator[Page]:
    with served(cast(FastAPI, traced.app), lifespan=False) as address:
        page = browser.new_page(base_url=address, viewport={"width": 1440, "height": 900})
        page.goto(links.run(deployment="default", run=RunKey("two_producers", lab_run)))
        yield page
        page.close()


def test_the_good_key_reaches_its_env_var_and_the_mistyped_one_is_a_red_ghost(
    lab_page: Page, lab_run: str
) -> None:
    good = lab_page.locator('.edge.flow[data-target="in:join:env_vars.EXTRACTED"]')
    expect(good).to_have_attribute("data-source", "out:extract:return_value['key1']")
    ghost = lab_page.locator(".row.broken")
    expect(ghost).to_contain_text("env_vars.ENRICHED")
    expect(ghost).to_contain_text("did you mean enrich?")
    expect(lab_page.locator('.edge.meant[data-source-card="enrich"]')).to_have_count(1)

    lab_page.locator('[data-port="in:join:env_vars.EXTRACTED"]').click()
    expect(lab_page.locator("#run-panel")).to_contain_text(f"extract/{lab_run}/part-7")
    expect(lab_page.locator("#run-panel")).to_contain_text("Evidence: confirmed")
