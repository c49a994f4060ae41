"""What every page is given: made once by whoever wires the program, handed in by FastAPI."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from app.access.reader import ANYBODY, Access, Open, Reader
from app.graph.elk import Elk
from app.model.rights import NOTHING
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
    access: Access = field(default_factory=Open)
    #: Whose request it is; the store shows what they may see.
    reader: Reader = ANYBODY


def web_parts(  # noqa: PLR0913 - all by keyword, most for tests
    store: Store,
    *,
    version: str,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    elk: Elk | None = None,
    patience: float = PATIENCE,
    access: Access | None = None,
) -> WebParts:
    """The usual parts around a store.

    `elk`: the engine to share with the poller, if any; `patience`: seconds that a page waits for
    the placement of its graph; `access`: how readers are known, if not all are alike.
    """
    return WebParts(
        store=store,
        hub=Hub(store),
        renderer=Renderer(),
        version=version,
        now=now,
        placing=Placing(store, elk or Elk(STATIC / ELK_SCRIPT), patience),
        runs=KeptRuns(),
        access=access or Open(),
    )


#: Where the layout engine's script lies in the static files.
ELK_SCRIPT = "vendor/elk-worker.min.js"


_NOBODY = Reader("", NOTHING)


def _parts_of(request: Request) -> WebParts:
    parts = request.app.state.parts
    assert isinstance(parts, WebParts)  # noqa: S101 - create_app put it there; tells mypy
    # The guard has put the reader there; whom it did not meet, sees nothing.
    reader = ANYBODY if parts.access.is_open else getattr(request.state, "reader", _NOBODY)
    return replace(parts, reader=reader, store=parts.store.seen_with(reader.rights))


#: The greatest number that a column of counts and of row numbers holds on every store.
MOST_COUNTED = 2**31 - 1
MOST_NUMBERED = 2**63 - 1

#: Annotate a route's argument with it: `def page(parts: Parts) -> Response`.
Parts = Annotated[WebParts, Depends(_parts_of)]
