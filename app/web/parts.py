"""What every page is given: made once by whoever wires the program, handed in by FastAPI."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from app.graph.elk import Elk
from app.store.session import Store
from app.web.assets import STATIC
from app.web.hub import Hub
from app.web.render import Renderer


@dataclass(frozen=True, slots=True)
class WebParts:
    store: Store
    hub: Hub
    renderer: Renderer
    version: str  # Of xcomtrace.
    now: Callable[[], datetime]  # Aware UTC.
    elk: Elk  # Places graphs whose layout is not stored yet.


def web_parts(
    store: Store,
    *,
    version: str,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    elk: Elk | None = None,
) -> WebParts:
    """The usual parts around a store. `elk`: the engine to share with the poller, if any."""
    return WebParts(
        store=store,
        hub=Hub(store),
        renderer=Renderer(),
        version=version,
        now=now,
        elk=elk or Elk(STATIC / ELK_SCRIPT),
    )


#: Where the layout engine's script lies in the static files.
ELK_SCRIPT = "vendor/elk-worker.min.js"


def _parts_of(request: Request) -> WebParts:
    parts = request.app.state.parts
    assert isinstance(parts, WebParts)  # noqa: S101 - create_app put it there; tells mypy
    return parts


#: The greatest number that a column of counts and of row numbers holds on every store.
MOST_COUNTED = 2**31 - 1
MOST_NUMBERED = 2**63 - 1

#: Annotate a route's argument with it: `def page(parts: Parts) -> Response`.
Parts = Annotated[WebParts, Depends(_parts_of)]
