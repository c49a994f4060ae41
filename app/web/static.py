"""Static files, kept by browsers for ever: their address changes with their content."""

from functools import lru_cache
from pathlib import Path

import rjsmin  # type: ignore[import-untyped]
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
    file = _file(path)
    if file is None:
        raise HTTPException(404)
    is_current = version == parts.renderer.static_version
    headers = {"Cache-Control": _FOREVER if is_current else "no-cache"}
    if file.suffix == ".js" and file.parent.name == "js":
        return Response(_minified(file), media_type="text/javascript", headers=headers)
    return FileResponse(file, headers=headers)


def _file(path: str) -> Path | None:
    try:
        file = (STATIC / path).resolve()
        return file if file.is_relative_to(STATIC.resolve()) and file.is_file() else None
    except (OSError, ValueError):
        # No file can have such a name: it is too long, or holds what none may.
        return None


@lru_cache(maxsize=64)
def _minified(script: Path) -> str:
    """One of our own scripts without its comments, which are half of what is sent."""
    text: str = rjsmin.jsmin(script.read_text(encoding="utf-8"))
    return text
