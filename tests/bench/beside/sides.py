"""One of the two dashboards, visited."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext

from tests.bench.beside.standing import processor
from tests.bench.beside.steps import Reached, Step, reached
from tests.bench.beside.walking import walked
from tests.bench.pages.serving import Server
from tests.browser.chromium import WINDOW

_COOKIE = "_token"  # Of Airflow's session.


@dataclass(slots=True)
class Side:
    name: str
    server: Server
    browser: Browser
    token: str = ""  # Of somebody who has signed in.
    _stays: BrowserContext | None = field(default=None, init=False)

    def visit(self, steps: Sequence[Step], *, is_cached: bool) -> "Visit":
        """As somebody who has never been here, or who was here before and has all files."""
        if is_cached:
            self._stays = self._stays or self._context()
            return self._visit(self._stays, steps)
        context = self._context()
        visit = self._visit(context, steps)
        context.close()
        return visit

    def _visit(self, context: BrowserContext, steps: Sequence[Step]) -> "Visit":
        before = processor(self.server.pid)
        costs = walked(context, steps)
        return Visit(tuple(reached(steps, costs)), processor(self.server.pid) - before)

    def _context(self) -> BrowserContext:
        context = self.browser.new_context(viewport=WINDOW, color_scheme="light")
        if self.token:
            cookie = {"name": _COOKIE, "value": self.token, "url": self.server.address}
            context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict in the making
        return context


@dataclass(frozen=True, slots=True)
class Visit:
    parts: tuple[Reached, ...]  # Of the answer, in the order in which they were found.
    cpu: float  # Seconds of the server's processor.

    @property
    def seconds(self) -> float:
        return self.parts[-1].cost.seconds
