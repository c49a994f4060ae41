"""Sessions of readers who signed in: a signed cookie, and a row that can be deleted.

The cookie holds a random id and the signature of it; the row is found by the id's digest, and what
it holds of tokens is encrypted. Both take their keys from the one secret in the settings, so that
several processes know the same sessions, and a stolen database alone opens nothing.
"""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from itsdangerous import BadSignature, Signer

from app.access.reader import Visit
from app.store.reader_sessions import (
    ReaderSession,
    delete_reader_session,
    read_reader_session,
    write_reader_session,
)
from app.store.session import Store


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that goes on. `holds`: what was put into it, JSON."""

    mark: str
    name: str
    ends_at: datetime
    holds: Mapping[str, Any] = field(repr=False)


class Sessions:
    """Those of one store.

    `hours`: how long each lasts, whatever is done in it; `is_secure`: readers come by HTTPS, and
    their browsers send the cookie by no other way.
    """

    def __init__(
        self,
        store: Store,
        *,
        secret: str,
        hours: float,
        is_secure: bool,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self.is_secure = is_secure
        #: What the cookie is called; with that beginning browsers take it from HTTPS only.
        self.cookie = "__Host-xcomtrace" if is_secure else "xcomtrace"
        self._signer = Signer(secret, salt="xcomtrace.session", digest_method=sha256)
        self._seal = Fernet(base64.urlsafe_b64encode(sha256(b"seal:" + secret.encode()).digest()))
        self._life = timedelta(hours=hours)
        self._now = now

    @property
    def seconds(self) -> int:
        return int(self._life.total_seconds())

    def begin(self, name: str, holds: Mapping[str, Any]) -> str:
        """The cookie of a new session. Raises StoreError."""
        known = secrets.token_urlsafe(32)
        sealed = self._seal.encrypt(json.dumps(holds).encode()).decode()
        now = self._now()
        row = ReaderSession(_mark(known), name, sealed, now + self._life)
        with self._store.writing() as session:
            write_reader_session(session, row, now=now)
        return self._signer.sign(known).decode()

    def of(self, visit: Visit) -> SignedIn | None:
        """The session that a visit belongs to, if any. Raises StoreError."""
        cookie = visit.cookies.get(self.cookie)
        return None if cookie is None else self.find(cookie)

    def find(self, cookie: str) -> SignedIn | None:
        """The session of a cookie; None when it has ended or is none of ours. Raises StoreError."""
        mark = self.mark(cookie)
        if mark is None:
            return None
        with self._store.reading() as session:
            row = read_reader_session(session, mark, now=self._now())
        if row is None:
            return None
        try:
            holds = json.loads(self._seal.decrypt(row.sealed))
        except InvalidToken:  # The secret was changed.
            return None
        return SignedIn(row.mark, row.name, row.ends_at, holds)

    def end(self, mark: str) -> None:
        """Raises StoreError."""
        with self._store.writing() as session:
            delete_reader_session(session, mark)

    def mark(self, cookie: str) -> str | None:
        """What the session is known by; None: the cookie is not signed by us."""
        try:
            return _mark(self._signer.unsign(cookie).decode())
        except (BadSignature, UnicodeError):
            return None


def _mark(known: str) -> str:
    return sha256(known.encode()).hexdigest()
