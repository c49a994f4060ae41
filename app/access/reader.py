"""A reader, and the request by which one is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.model.rights import EVERYTHING, Rights


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads. `name` is empty where nobody is asked who they are."""

    name: str
    rights: Rights


#: Whoever reaches us, where access is open.
ANYBODY = Reader("", EVERYTHING)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a request tells of who sends it. `headers`: by their names in lower case."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    peer: str = ""  # The address of who is connected to us: the reader's, or a proxy's.


class Access(Protocol):
    """One way of knowing readers."""

    @property
    def is_open(self) -> bool:
        """Nobody is asked who they are."""

    @property
    def has_sessions(self) -> bool:
        """Readers sign in to us, and can sign out."""

    def reader(self, visit: Visit) -> Reader | None:
        """Who it is; None: nobody that is known. Raises XcomtraceError when it cannot be told."""

    def address(self, visit: Visit) -> str:
        """The address that the reader comes from, as far as it can be believed."""


class Open:
    """No access control: for an address that only its owner reaches."""

    is_open = True
    has_sessions = False

    def reader(self, visit: Visit) -> Reader | None:
        _ = visit
        return ANYBODY

    def address(self, visit: Visit) -> str:
        return visit.peer
