"""How the pages look: pictures kept in docs/images/reference, taken anew by

    python -m tests.browser.reference              # all of them
    python -m tests.browser.reference run-light    # those that are named

Data and clock are fixed, fonts are our own and nothing moves. Two pictures are the same where their
cells of 8 x 8 pixels are, on average: so another Chromium may draw the edges of letters otherwise,
while what moves, changes its colour or is missing shows.
"""

import base64
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from app.store.schema import migrate
from app.store.session import Store
from tests.browser.chromium import chromium
from tests.browser.every_page import PAGES, every_page_app, fill_all
from tests.browser.serving import served
from tests.web.sample import NOW

KEPT = Path(__file__).parents[2] / "docs" / "images" / "reference"


@dataclass(frozen=True, slots=True)
class Picture:
    page: str
    theme: Literal["light", "dark"] = "light"
    width: int = 1440
    height: int = 900


PICTURES = {
    "overview": Picture("overview"),
    "problems": Picture("problems"),
    "problem": Picture("problem"),
    "task": Picture("task"),
    "value": Picture("value"),
    "search": Picture("search with results"),
    "compare": Picture("compare", "dark"),
    "run-light": Picture("run, a key traced"),
    "run-dark": Picture("run, a broken pull", "dark"),
    "run-phone": Picture("run", width=390, height=844),
}

# So much of 255 may a channel of a cell differ: the edge of a letter does, another colour differs
# more.
_NEAR = 16
_DIFFERING = """
async ([one, other, near]) => {
  const cells = async (png) => {
    const file = await fetch(`data:image/png;base64,${png}`);
    const image = await createImageBitmap(await file.blob());
    const [width, height] = [Math.ceil(image.width / 8), Math.ceil(image.height / 8)];
    const drawing = new OffscreenCanvas(width, height).getContext("2d");
    drawing.imageSmoothingQuality = "high";
    drawing.drawImage(image, 0, 0, width, height);
    return drawing.getImageData(0, 0, width, height).data;
  };
  const [left, right] = [await cells(one), await cells(other)];
  if (left.length !== right.length) return 1;
  let differing = 0;
  for (let at = 0; at < left.length; at += 4) {
    const apart = [0, 1, 2].map((channel) => Math.abs(left[at + channel] - right[at + channel]));
    if (Math.max(...apart) > near) differing += 1;
  }
  return differing / (left.length / 4);
}
"""


def take(browser: Browser, address: str, picture: Picture, style: str = "") -> bytes:
    """The picture as PNG, with a style of the test's own."""
    with browser.new_context(
        base_url=address,
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.theme,
        reduced_motion="reduce",
        timezone_id="UTC",
        bypass_csp=bool(style),
    ) as context:
        page = context.new_page()
        page.clock.set_fixed_time(NOW)
        page.goto(PAGES[picture.page])
        page.evaluate("document.fonts.ready")
        return page.screenshot(animations="disabled", style=style)


def differing(page: Page, one: bytes, other: bytes) -> float:
    """The share of cells in which two pictures differ; 1 where they are of different sizes."""
    texts = [base64.b64encode(png).decode() for png in (one, other)]
    share: float = page.evaluate(_DIFFERING, [*texts, _NEAR])
    return share


def keep(names: Iterable[str]) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        url = f"sqlite:///{folder}/store.sqlite"
        migrate(url)
        store = Store(url)
        fill_all(store)
        with served(every_page_app(store)) as address:
            for name in names:
                (KEPT / f"{name}.png").write_bytes(take(browser, address, PICTURES[name]))
        store.close()


if __name__ == "__main__":
    keep(sys.argv[1:] or PICTURES)
