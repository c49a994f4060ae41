"""Ways in by which readers get a session of ours, as pages know them."""

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from app.access.reader import Access, Visit
from app.access.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where a reader is sent to sign in, and the cookie they come back with."""

    url: str
    cookie: str = field(repr=False)
    seconds: int  # In which they must come back.


@runtime_checkable
class ByPassword(Access, Protocol):
    """Readers who sign in to us."""

    sessions: Sessions

    @property
    def is_of_several(self) -> bool:
        """Several Airflows are asked."""

    def sign_in(self, visit: Visit, name: str, password: str) -> str:
        """The cookie of a new session. Raises AccessError or StoreError."""

    def sign_out(self, visit: Visit) -> None:
        """Ends the session. Raises StoreError."""


@runtime_checkable
class ByProvider(Access, Protocol):
    """Readers who sign in elsewhere."""

    sessions: Sessions

    def begin(self, onward: str) -> Leaving:
        """Where they are sent to sign in. Raises AccessError."""

    def finish(self, visit: Visit, query: str, cookie: str) -> tuple[str, str]:
        """The cookie of a new session, and the page asked for. Raises AccessError or StoreError."""

    def sign_out(self, visit: Visit) -> None:
        """Ends the session. Raises StoreError."""
