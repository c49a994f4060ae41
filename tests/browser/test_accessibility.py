"""What axe-core finds on every page, in both themes, as narrow as a phone and as wide as a desk."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.every_page import PAGES
from tests.browser.node import node_package

WIDTHS = (390, 1100, 1440)
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Between the phone and the desk only places and sizes change, between the themes only colours.
PLACED = ("color-contrast", "scrollable-region-focusable", "target-size")
COLOURED = ("color-contrast",)

# One line for each element: the rule, where it stands and what is wrong with it.
_VIOLATIONS = """
async (rules) => {
  const options = { runOnly: rules, resultTypes: ["violations"], preload: false };
  const told = (node) => [...node.any, ...node.all, ...node.none].map((one) => one.message);
  const { violations } = await axe.run(document, options);
  return violations.flatMap((one) => one.nodes.map(
    (node) => `${one.id}: ${node.target.join(" ")}: ${told(node).join("; ")}`));
}
"""


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return node_package("axe-core", tmp_path_factory.mktemp("axe")) / "axe.min.js"


@pytest.fixture(scope="module")
def examined(browser: Browser, every_page: str, axe: Path) -> Iterator[Page]:
    """A page that brings axe along; nothing moves, so that colours are what they come to be."""
    context = browser.new_context(base_url=every_page, reduced_motion="reduce")
    context.add_init_script(path=axe)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(examined: Page, name: str) -> None:
    examined.goto(PAGES[name])
    assert [line for width in WIDTHS for line in _at(examined, width)] == []


def _at(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    light = _found(page, "light", WCAG if width != WIDTHS[1] else PLACED)
    return [f"{width} px, {line}" for line in (*light, *_found(page, "dark", COLOURED))]


def _found(page: Page, theme: str, rules: Sequence[str]) -> list[str]:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    return [f"{theme}: {line}" for line in page.evaluate(_VIOLATIONS, list(rules))]
