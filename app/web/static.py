"""Static files, kept by browsers for ever: their address changes with their content."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from app.web import links
from app.web.assets import STATIC
from app.web.parts import Parts

router = APIRouter(include_in_schema=False)

_FOREVER = "public, max-age=31536000, immutable"


@router.get(links.STATIC_ROUTE)
def static_file(parts: Parts, version: str, path: str) -> Response:
    """A file of `static/`; one asked for by an older version's address is not kept."""
    file = (STATIC / path).resolve()
    if not file.is_relative_to(STATIC.resolve()) or not file.is_file():
        raise HTTPException(404)
    is_current = version == parts.renderer.static_version
    return FileResponse(file, headers={"Cache-Control": _FOREVER if is_current else "no-cache"})
