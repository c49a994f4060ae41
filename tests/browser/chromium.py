"""A real Chromium, started quietly."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ViewportSize, sync_playwright

_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
#: The window that pages are looked at in.
WINDOW: ViewportSize = {"width": 1440, "height": 900}


class NoChromium(Exception):
    pass


@contextmanager
def chromium() -> Iterator[Browser]:
    """While it is open nothing else in this thread can run an event loop. Raises NoChromium."""
    found = shutil.which("chromium")
    if found is None:
        raise NoChromium("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=_QUIET)
        try:
            yield started
        finally:
            started.close()
