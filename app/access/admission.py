"""What all ways of signing in to us have in common: sessions begin, end, and are written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.access.limiting import Limit
from app.access.proxies import Proxies
from app.access.reader import Visit
from app.access.sessions import Sessions
from app.store.audit import Act


@dataclass(frozen=True, slots=True)
class Admission:
    """Lets readers in and out. Its methods raise StoreError."""

    sessions: Sessions
    limit: Limit
    proxies: Proxies

    def let_in(self, visit: Visit, name: str, holds: Mapping[str, Any]) -> str:
        """The cookie of a new session."""
        cookie = self.sessions.begin(name, holds)
        self.limit.note(Act.SIGNED_IN, name, self.proxies.address(visit))
        return cookie

    def let_out(self, visit: Visit) -> str | None:
        """What the session was known by that has ended with it; None: there was none."""
        signed_in = self.sessions.of(visit)
        if signed_in is None:
            return None
        self.sessions.end(signed_in.mark)
        self.limit.note(Act.SIGNED_OUT, signed_in.name, self.proxies.address(visit))
        return signed_in.mark
