"""The pure arithmetic of the run page's scripts, asked in the browser that runs it."""

from typing import Any

import pytest
from playwright.sync_api import Page

# Our own policy forbids eval, so each question is a function of the module.
_ASK = """
async ([script, name, values]) => {
  const loaded = document.querySelector('script[type=module]').src;
  const module = await import(loaded.replace(/[^/]+$/, script));
  return module[name](...values);
}
"""


@pytest.fixture
def anywhere(page: Page, run_address: str) -> Page:
    page.goto(run_address)
    return page


def ask(page: Page, script: str, name: str, *values: object) -> Any:
    return page.evaluate(_ASK, [script, name, list(values)])


@pytest.mark.parametrize(
    ("zoom", "expected"), [(0.1, "blocks"), (0.3, "heads"), (0.7, "rows"), (1, "all")]
)
def test_less_is_drawn_the_further_one_zooms_out(
    anywhere: Page, zoom: float, expected: str
) -> None:
    assert ask(anywhere, "view.js", "detail", zoom) == expected


def test_a_drawing_fits_without_being_enlarged(anywhere: Page) -> None:
    small, large = {"width": 100, "height": 100}, {"width": 2000, "height": 500}
    window = {"width": 1000, "height": 1000}
    assert ask(anywhere, "view.js", "fitting", small, window) == 1
    assert ask(anywhere, "view.js", "fitting", large, window) == 0.5


def test_the_point_under_the_pointer_stays_there(anywhere: Page) -> None:
    view = {"scroll": 100, "at": 50, "before": 1, "after": 2, "length": 1000, "window": 200}
    assert ask(anywhere, "view.js", "scrolledAround", view) == 250


def test_it_stays_there_where_the_drawing_was_smaller_than_the_window(anywhere: Page) -> None:
    # 50 px are free on each side; the pointer is in the drawing's middle.
    view = {"scroll": 0, "at": 100, "before": 1, "after": 4, "length": 100, "window": 200}
    assert ask(anywhere, "view.js", "scrolledAround", view) == 100


def test_no_point_is_scrolled_to_beyond_the_drawing(anywhere: Page) -> None:
    view = {"scroll": 800, "at": 200, "before": 1, "after": 0.5, "length": 1000, "window": 200}
    assert ask(anywhere, "view.js", "scrolledAround", view) == 300
    assert ask(anywhere, "view.js", "scrolledAround", view | {"after": 0.1}) == 0


def test_a_drawing_smaller_than_its_window_is_in_the_middle(anywhere: Page) -> None:
    drawing = {"length": 100, "window": 200}
    assert ask(anywhere, "view.js", "margin", drawing | {"zoom": 1}) == 50
    assert ask(anywhere, "view.js", "margin", drawing | {"zoom": 3}) == 0


def test_a_port_is_one_parameter_of_the_url(anywhere: Page) -> None:
    port = "out:a:return_value['x&y=1']"
    address = ask(anywhere, "run_url.js", "withPort", "http://h/runs/r?tab=graph", port)
    assert ask(anywhere, "run_url.js", "portOf", address) == port
    assert ask(anywhere, "run_url.js", "withPort", address, "") == "http://h/runs/r?tab=graph"
