"""The pages look as in the pictures that are kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.reference import KEPT, PICTURES, differing, take

# Of all cells: letters that are drawn otherwise make 0.3 %, a panel that moves by 8 px 5 %.
MOST_DIFFERING = 0.005


@pytest.fixture(scope="module")
def bench(browser: Browser) -> Iterator[Page]:
    """An empty page in which two pictures are compared."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.mark.parametrize("name", PICTURES)
def test_a_page_looks_as_it_is_kept(
    browser: Browser, every_page: str, bench: Page, tmp_path: Path, name: str
) -> None:
    taken = take(browser, every_page, PICTURES[name])
    share = differing(bench, (KEPT / f"{name}.png").read_bytes(), taken)
    new = tmp_path / f"{name}.png"
    new.write_bytes(taken)
    assert share <= MOST_DIFFERING, (
        f"{share:.1%} of it looks otherwise: see {new}. "
        f"If that is meant: python -m tests.browser.reference {name}"
    )


def test_only_pictures_that_are_compared_are_kept() -> None:
    assert {path.stem for path in KEPT.iterdir()} == set(PICTURES)


DRAWN_OTHERWISE = "html { text-rendering: geometricPrecision; -webkit-text-stroke: 0.1px; }"
MOVED = ".run-panel { padding-top: 8px; }"
OTHER_COLOUR = ":root { --bad: #b5651d !important; --bad-soft: #fff3e0 !important; }"


@pytest.mark.parametrize(
    ("style", "is_seen"), [(DRAWN_OTHERWISE, False), (MOVED, True), (OTHER_COLOUR, True)]
)
def test_what_moves_or_changes_its_colour_is_seen_and_not_how_letters_are_drawn(
    browser: Browser, every_page: str, bench: Page, style: str, *, is_seen: bool
) -> None:
    picture = PICTURES["run-light"]
    share = differing(
        bench,
        take(browser, every_page, picture),
        take(browser, every_page, picture, style=style),
    )
    assert (share > MOST_DIFFERING) is is_seen, share
