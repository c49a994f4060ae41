"""How often signing in may be tried: refusals are counted in the store, for all processes alike."""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.model.errors import SignInRefused
from app.store.audit import Act, Entry, note_act, refusals
from app.store.session import Store

#: In so long no more refusals than these, of one user and from one address.
WHILE = timedelta(minutes=5)
OF_USER, OF_ADDRESS = 10, 30


class Limit:
    """Of one store."""

    def __init__(self, store: Store, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def check(self, who: str, address: str) -> None:
        """Raises SignInRefused when it was refused too often lately."""
        with self._store.reading() as session:
            of_user, of_address = refusals(
                session, since=self._now() - WHILE, who=who, address=address
            )
        if of_user >= OF_USER or of_address >= OF_ADDRESS:
            raise SignInRefused(
                "Signing in was refused too often. Wait five minutes, then try again.",
                wait=int(WHILE.total_seconds()),
            )

    def note(self, what: Act, who: str, address: str, about: str = "") -> None:
        with self._store.writing() as session:
            note_act(session, Entry(self._now(), who, address, what, about))
