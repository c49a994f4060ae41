"""What an orchestrator asks: whether the process lives, and whether it can show anything."""

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse

from app.model.errors import StoreError
from app.store.schema import require_current
from app.web import links

router = APIRouter(include_in_schema=False)

_UNREADY = 503


@router.get(links.alive())
async def alive() -> PlainTextResponse:
    """That the process answers; it waits for no store, and for no thread that pages hold."""
    return PlainTextResponse("alive\n")


@router.get(links.ready())
def ready(request: Request) -> PlainTextResponse:
    """Whether the store answers and its schema is this program's; if not, one line says why."""
    try:
        require_current(request.app.state.parts.store)
    except StoreError as error:
        return PlainTextResponse(f"{error}\n", _UNREADY)
    return PlainTextResponse("ready\n")
