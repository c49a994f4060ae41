"""Pages of rows as Airflow 3.3 cuts them: by offset, or by cursor where one is asked for."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel

from app.demo.recording import plain

#: Airflow's [api] maximum_page_limit: a longer page is cut to it without a word.
MAXIMUM = 100


class PageQuery(BaseModel):
    """Where a page begins. `cursor`: empty starts, a later one was told by the page before."""

    limit: int = 50
    offset: int = 0
    cursor: str | None = None


Page = Annotated[PageQuery, Query()]


def page_of(rows: Sequence[Any], name: str, page: PageQuery) -> dict[str, Any]:
    """The rows of one page under their name, with where the next one begins."""
    start = page.offset if page.cursor is None else _position(page.cursor)
    end = start + min(page.limit, MAXIMUM)
    told: dict[str, Any] = {name: [plain(row) for row in rows[start:end]]}
    if page.cursor is None:
        return told | {"total_entries": len(rows)}
    following = _cursor(end) if end < len(rows) else None
    return told | {"next_cursor": following, "total_entries": len(rows)}


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(str(position).encode()).decode()


def _position(cursor: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(cursor) or b"0")
    except (ValueError, binascii.Error):
        return 0
