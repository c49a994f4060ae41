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
from app.web.placing import PATIENCE, Placing
from app.web.render import Renderer
from app.web.run_kept import KeptRuns


@dataclass(frozen=True, slots=True)
class WebParts:
    store: Store
    hub: Hub
    renderer: Renderer
    version: str  # Of xcomtrace.
    now: Callable[[], datetime]  # Aware UTC.
    placing: Placing
    runs: KeptRuns


def web_parts(
    store: Store,
    *,
    version: str,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    elk: Elk | None = None,
    patience: float = PATIENCE,
) -> WebParts:
    """The usual parts around a store.

    `elk`: the engine to share with the poller, if any; `patience`: seconds that a page waits for
    the placement of its graph.
    """
    return WebParts(
        store=store,
        hub=Hub(store),
        renderer=Renderer(),
        version=version,
        now=now,
        placing=Placing(store, elk or Elk(STATIC / ELK_SCRIPT), patience),
        runs=KeptRuns(),
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
