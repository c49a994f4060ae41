from pathlib import Path

from playwright.sync_api import Page

SHOTS = Path("/tmp/shots")


def test_shots(page: Page, run_address: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.goto(run_address)
    page.wait_for_timeout(500)
    page.screenshot(path=SHOTS / "run-rest.png")
    page.goto(run_address + "?tab=graph&port=out:extract_tiles:return_value['tiles_uri']")
    page.wait_for_timeout(300)
    page.screenshot(path=SHOTS / "run-light.png")
