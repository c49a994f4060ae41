"""Readers who sign in with their name and password of Airflow, and see what Airflow lets them.

What they may read is asked of Airflow with what their own sign-in led to, and believed for a
minute; the password is kept nowhere.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from app.access.admission import Admission
from app.access.limiting import Limit
from app.access.proxies import Proxies
from app.access.reader import Reader, Visit
from app.access.sessions import Sessions, SignedIn
from app.airflow.auth import Credentials, Kept, Password
from app.airflow.client import Airflow
from app.airflow.readable import Readable
from app.model.errors import (
    AirflowError,
    LoginFailed,
    NotAllowed,
    RightsUnknown,
    SignInRefused,
)
from app.model.rights import ANY, EVERYTHING, Grant, Rights
from app.store.audit import Act
from app.store.deployments import deployment_names
from app.store.session import Store

#: Opens the Airflow of one deployment for a user.
Opening = Callable[[Credentials], AbstractContextManager[Airflow]]
#: Seconds for which rights are believed, and at most when Airflow does not answer meanwhile.
BELIEVED, AT_MOST = 60.0, 900.0
#: Characters of a name or a password.
LONGEST = 500
#: Readers whose rights are remembered.
_MOST_REMEMBERED = 5_000

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Remembered:
    """The rights of one session, and when they were asked for, on the monotonic clock."""

    rights: Rights | None = None
    at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)  # Of many requests one asks.


class ByAirflow:
    """`airflows`: how to open each deployment's. Everything else is of the process."""

    is_open = False
    has_sessions = True

    def __init__(  # noqa: PLR0913 - what it is made of, all by keyword
        self,
        airflows: Mapping[str, Opening],
        *,
        store: Store,
        sessions: Sessions,
        limit: Limit,
        proxies: Proxies,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._airflows = airflows
        self._store = store
        self._admission = Admission(sessions, limit, proxies)
        self.sessions = sessions
        self._limit = limit
        self._clock = clock
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def is_of_several(self) -> bool:
        return len(self._airflows) > 1

    def address(self, visit: Visit) -> str:
        return self._admission.proxies.address(visit)

    def reader(self, visit: Visit) -> Reader | None:
        """Raises RightsUnknown while no Airflow answers, or StoreError."""
        signed_in = self.sessions.of(visit)
        if signed_in is None:
            return None
        rights = self._rights(signed_in)
        return None if rights is None else Reader(signed_in.name, rights)

    def sign_in(self, visit: Visit, name: str, password: str) -> str:
        """The cookie of a new session.

        Raises SignInRefused when no Airflow knows the user, or none lets them read anything, and
        RightsUnknown when one does not answer and none of the others knows them.
        """
        address = self.address(visit)
        self._limit.check(name, address)
        try:
            grants, rights = self._signed_in(name, password)
        except SignInRefused:
            self._limit.note(Act.REFUSED, name[:LONGEST], address)
            raise
        cookie = self._admission.let_in(visit, name, grants)
        known = self._remembered_of(self.sessions.mark(cookie) or "")
        known.rights, known.at = rights, self._clock()
        return cookie

    def sign_out(self, visit: Visit) -> None:
        if (mark := self._admission.let_out(visit)) is not None:
            self._forget(mark)

    def _signed_in(self, name: str, password: str) -> tuple[dict[str, dict[str, str]], Rights]:
        if not name or not password or max(len(name), len(password)) > LONGEST:
            raise SignInRefused("Give your name and your password of Airflow.")
        grants: dict[str, dict[str, str]] = {}
        found: dict[str, Readable] = {}
        silent: list[str] = []
        for deployment, opening in self._airflows.items():
            try:
                with opening(Password(name, password)) as airflow:
                    kept = airflow.sign_in()
                    found[deployment] = airflow.readable()
            except (LoginFailed, NotAllowed):
                continue
            except AirflowError as error:
                _log.warning("nobody can sign in by %s: %s", deployment, error)
                silent.append(deployment)
                continue
            grants[deployment] = dict(kept.headers)
        rights = self._whole(found)
        if not rights.grants:
            self._refuse(found, silent)
        return grants, rights

    @staticmethod
    def _refuse(found: Mapping[str, Readable], silent: list[str]) -> None:
        refused = {what for one in found.values() for what in one.refused}
        if refused:
            raise SignInRefused(
                f"Airflow lets you sign in, but not read {' and '.join(sorted(refused))}."
                " Ask its administrators for the role Viewer."
            )
        if found:
            raise SignInRefused("Airflow lets you sign in, but not read any DAG.")
        if silent:
            raise RightsUnknown("Airflow does not answer, so that nobody can sign in. Try later.")
        raise SignInRefused("Airflow knows nobody by this name and password.")

    def _rights(self, signed_in: SignedIn) -> Rights | None:
        known = self._remembered_of(signed_in.mark)
        with known.lock:
            age = self._clock() - known.at
            if known.rights is not None and age < BELIEVED:
                return known.rights
            try:
                rights = self._asked(signed_in.holds)
            except AirflowError as error:
                _log.warning("what %s may read is not known: %s", signed_in.name, error)
                if known.rights is not None and age < AT_MOST:
                    return known.rights
                raise RightsUnknown(
                    "Airflow does not answer, and what you may see is asked of it. Try later."
                ) from error
            if not rights.grants:
                self._forget(signed_in.mark)
                self.sessions.end(signed_in.mark)
                return None
            known.rights, known.at = rights, self._clock()
            return rights

    def _asked(self, grants: Mapping[str, Mapping[str, str]]) -> Rights:
        """What each Airflow lets them read by now; one that knows them no longer, nothing."""
        found = {}
        for deployment, headers in grants.items():
            if (opening := self._airflows.get(deployment)) is None:
                continue
            try:
                with opening(Kept(headers)) as airflow:
                    found[deployment] = airflow.readable()
            except (LoginFailed, NotAllowed):
                continue
        return self._whole(found)

    def _whole(self, found: Mapping[str, Readable]) -> Rights:
        rights = Rights(tuple(_grants(found)))
        with self._store.reading() as session:
            stored = deployment_names(session)
        # Who may see all that there is, is spared looking through what they may not.
        is_everything = bool(rights.grants) and all(map(rights.may_read_all_of, stored))
        return EVERYTHING if is_everything else rights

    def _remembered_of(self, mark: str) -> _Remembered:
        with self._lock:
            known = self._remembered.pop(mark, None) or _Remembered()
            self._remembered[mark] = known
            if len(self._remembered) > _MOST_REMEMBERED:
                self._remembered.popitem(last=False)
            return known

    def _forget(self, mark: str) -> None:
        with self._lock:
            self._remembered.pop(mark, None)


def _grants(found: Mapping[str, Readable]) -> Iterator[Grant]:
    """Who may not read something that our pages show, sees nothing of the deployment."""
    for deployment, one in found.items():
        if one.refused:
            continue
        if one.dag_ids is None:
            yield Grant(deployment, patterns=(ANY,))
        elif one.dag_ids:
            yield Grant(deployment, dags=one.dag_ids)
