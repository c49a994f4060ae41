"""What every page is given: made once by whoever wires the program, handed in by FastAPI."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from app.store.session import Store
from app.web.hub import Hub
from app.web.render import Renderer


@dataclass(frozen=True, slots=True)
class WebParts:
    store: Store
    hub: Hub
    renderer: Renderer
    version: str  # Of xcomtrace.
    now: Callable[[], datetime]  # Aware UTC.


def web_parts(
    store: Store, *, version: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> WebParts:
    """The usual parts around a store."""
    return WebParts(store=store, hub=Hub(store), renderer=Renderer(), version=version, now=now)


def _parts_of(request: Request) -> WebParts:
    parts = request.app.state.parts
    assert isinstance(parts, WebParts)  # noqa: S101 - create_app put it there; tells mypy
    return parts


#: Annotate a route's argument with it: `def page(parts: Parts) -> Response`.
Parts = Annotated[WebParts, Depends(_parts_of)]
