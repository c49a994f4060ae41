"""Programs that read our JSON with a token of their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hmac import compare_digest

from app.access.reader import Access, Reader, Visit
from app.model.rights import Rights

_BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token, the name of whose it is, and what that may see."""

    name: str
    token: str = field(repr=False)
    rights: Rights


@dataclass(frozen=True, slots=True)
class WithTokens:
    """A way of knowing readers, and programs by their tokens."""

    way: Access
    tokens: Sequence[ApiToken]

    @property
    def is_open(self) -> bool:
        return self.way.is_open

    @property
    def has_sessions(self) -> bool:
        return self.way.has_sessions

    def reader(self, visit: Visit) -> Reader | None:
        sent = visit.headers.get("authorization", "")
        if sent[: len(_BEARER)].lower() != _BEARER or self.way.is_open:
            return self.way.reader(visit)
        token = sent[len(_BEARER) :].strip().encode()
        # Each is compared, so that how long it takes tells nothing.
        found = [one for one in self.tokens if compare_digest(one.token.encode(), token)]
        return Reader(found[0].name, found[0].rights) if found else None

    def address(self, visit: Visit) -> str:
        return self.way.address(visit)
