"""The machine's Chromium, quiet and without a window."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class NoChromium(Exception):
    """No chromium is on this machine's PATH."""


@contextmanager
def started_chromium() -> Iterator[Browser]:
    """Raises NoChromium. While it is open nothing else in the process can run an event loop."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise NoChromium
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=_QUIET)
        yield started
        started.close()
