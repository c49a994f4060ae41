"""The bar on top, alone: open pages fetch it anew every few seconds."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from app.web.chrome import Chrome, chrome
from app.web.parts import Parts

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Bar:
    chrome: Chrome


@router.get("/bar")
def bar(parts: Parts, tab: str = "") -> Response:
    with parts.store.reading() as session:
        page = Bar(chrome(session, parts, tab=tab))
    return parts.renderer.page("shared/_bar.html", page)
