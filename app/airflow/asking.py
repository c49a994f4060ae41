"""What all questions to Airflow share: a connection, and pages turned to the last."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeAlias, TypeVar

from app.airflow.connection import Connection, Request

T = TypeVar("T")

#: Rows of a page; Airflow cuts longer ones to this without saying so ([api] maximum_page_limit).
PAGE_ROWS = 100
# Packed pages save the network; a value comes unpacked, so that its length is told beforehand.
_PACKED = {"Accept-Encoding": "gzip"}


class Asking:
    """Asks one Airflow; values longer than `value_limit` bytes are not read to their end."""

    def __init__(self, at: Connection, *, value_limit: int) -> None:
        self._at = at
        self._value_limit = value_limit

    def _page(self, into: type[T], what: str, request: Request, *, heavy: bool = False) -> T:
        return self._at.whole(
            lambda headers: request({**_PACKED, **headers}), into, what=what, heavy=heavy
        )


class Paged(Protocol):
    """One page of a list."""

    @property
    def total_entries(self) -> int | None: ...


#: Asks for the page at a cursor (None: none) and, without one, at an offset.
_Fetch: TypeAlias = Callable[[str | None, int], T]
_P = TypeVar("_P", bound=Paged)
_R = TypeVar("_R")


def rows(fetch: _Fetch[_P], rows_of: Callable[[_P], tuple[_R, ...]]) -> Iterator[_R]:
    """The rows of all pages: by cursor where the server gives one, by offset where it does not.

    A server that knows no cursor ignores ours (3.0 to 3.2.1) and tells how many rows there are; one
    that knows it may not tell that (3.2.2).
    """
    cursor: str | None = ""
    seen = 0
    while True:
        page = fetch(cursor, seen)
        rows = rows_of(page)
        yield from rows
        seen += len(rows)
        cursor = getattr(page, "next_cursor", None)
        if cursor is None and (not rows or seen >= (page.total_entries or 0)):
            return


def place(cursor: str | None, offset: int) -> dict[str, Any]:
    """The parameters that ask for this page."""
    return {"offset": offset} if cursor is None else {"cursor": cursor}
