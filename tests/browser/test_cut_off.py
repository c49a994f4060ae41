"""Nothing that a table tells is cut off between the phone and the desk."""

import pytest
from playwright.sync_api import Browser

from tests.browser.every_page import PAGES

# The pages with the broadest tables, at widths between those at which their columns change.
_PAGES = ("overview", "dag", "task", "task as a table", "contract")
_WIDTHS = (650, 770, 920, 1010, 1190)
_CUT = """
() => [...document.querySelectorAll(".panel")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.textContent.trim().slice(0, 40))
"""


@pytest.mark.parametrize("name", _PAGES)
def test_no_panel_is_narrower_than_what_stands_in_it(
    browser: Browser, every_page: str, name: str
) -> None:
    with browser.new_context(base_url=every_page) as context:
        page = context.new_page()
        page.goto(PAGES[name])
        for width in _WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(_CUT) == [], width
