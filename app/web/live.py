"""The stream of server-sent events that open pages listen to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from app.web import links
from app.web.hub import Hub, Listener
from app.web.parts import MOST_NUMBERED, Parts

router = APIRouter(include_in_schema=False)

# Seconds that a stream goes on without asking who listens.
_BELIEVED = 60.0
_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get(links.live())
async def live(
    parts: Parts,
    after: Annotated[int | None, Query(ge=0, le=MOST_NUMBERED)] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Changes after the number a page was made at; a browser that comes back says its own."""
    listener = Listener(parts.reader.rights)
    resumed = _number(last_event_id) or after
    await run_in_threadpool(parts.hub.join, listener, after=resumed)
    # What somebody may see changes: where it is asked for, streams end, and browsers come back.
    seconds = None if parts.access.is_open else _BELIEVED
    return StreamingResponse(
        _until_left(parts.hub, listener, seconds), media_type="text/event-stream", headers=_HEADERS
    )


def _number(event_id: str | None) -> int | None:
    """The change's number in an event id of ours; None for any other."""
    if event_id is None or not (event_id.isascii() and event_id.isdecimal()):
        return None
    return min(int(event_id[:20]), MOST_NUMBERED)


async def _until_left(hub: Hub, listener: Listener, seconds: float | None) -> AsyncIterator[bytes]:
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for message in listener.messages():
                    yield message
    finally:
        hub.leave(listener)
