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


@dataclass(frozen=True, slots=True)
class _Told:
    """What an Airflow lets somebody read, and when it said so, on the monotonic clock."""

    readable: Readable
    at: float


@dataclass(slots=True)
class _Remembered:
    """The rights of one session, when they were asked for, and what each Airflow told of them."""

    rights: Rights | None = None
    at: float = 0.0
    told: dict[str, _Told] = field(default_factory=dict)
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

        Raises SignInRefused when no Airflow that answers knows the user, or none lets them read
        anything, and RightsUnknown when none answers.
        """
        address = self.address(visit)
        self._limit.check(name, address)
        try:
            grants, found = self._signed_in(name, password)
        except SignInRefused:
            self._limit.note(Act.REFUSED, name[:LONGEST], address)
            raise
        cookie = self._admission.let_in(visit, name, grants)
        known, now = self._remembered_of(self.sessions.mark(cookie) or ""), self._clock()
        known.told = {deployment: _Told(one, now) for deployment, one in found.items()}
        known.rights, known.at = self._whole(found), now
        return cookie

    def sign_out(self, visit: Visit) -> None:
        if (mark := self._admission.let_out(visit)) is not None:
            self._forget(mark)

    def _signed_in(
        self, name: str, password: str
    ) -> tuple[dict[str, dict[str, str]], dict[str, Readable]]:
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
        if not self._whole(found).grants:
            self._refuse(found, silent)
        return grants, found

    def _refuse(self, found: Mapping[str, Readable], silent: list[str]) -> None:
        refused = {what for one in found.values() for what in one.refused}
        if refused:
            raise SignInRefused(
                f"Airflow lets you sign in, but not read {' and '.join(sorted(refused))}."
                " Ask its administrators for the role Viewer."
            )
        if found:
            raise SignInRefused("Airflow lets you sign in, but not read any DAG.")
        if len(silent) == len(self._airflows):
            raise RightsUnknown("Airflow does not answer, so that nobody can sign in. Try later.")
        if silent:
            # Whoever guesses is counted meanwhile too: the others have answered.
            raise SignInRefused(
                "Airflow knows nobody by this name and password; but not every Airflow answers."
            )
        raise SignInRefused("Airflow knows nobody by this name and password.")

    def _rights(self, signed_in: SignedIn) -> Rights | None:
        known = self._remembered_of(signed_in.mark)
        with known.lock:
            if known.rights is not None and self._clock() - known.at < BELIEVED:
                return known.rights
            is_one_silent = self._ask(signed_in, known)
            rights = self._whole({name: one.readable for name, one in known.told.items()})
            if rights.grants:
                known.rights, known.at = rights, self._clock()
                return rights
        if is_one_silent:
            raise RightsUnknown(
                "Airflow does not answer, and what you may see is asked of it. Try later."
            )
        self._forget(signed_in.mark)
        self.sessions.end(signed_in.mark)
        return None

    def _ask(self, signed_in: SignedIn, known: _Remembered) -> bool:
        """Brings up to date what each Airflow lets them read; whether one does not answer.

        One that knows them no longer lets them read nothing; one that is away what it told last,
        for a while, and keeps nobody from the others.
        """
        silent = False
        for deployment, headers in signed_in.holds.items():
            if (opening := self._airflows.get(deployment)) is None:
                continue
            try:
                with opening(Kept(headers)) as airflow:
                    known.told[deployment] = _Told(airflow.readable(), self._clock())
            except (LoginFailed, NotAllowed):
                known.told.pop(deployment, None)
            except AirflowError as error:
                _log.warning("what %s may read is not known: %s", signed_in.name, error)
                silent = True
                self._forget_what_is_old(deployment, known)
        return silent

    def _forget_what_is_old(self, deployment: str, known: _Remembered) -> None:
        told = known.told.get(deployment)
        if told is not None and self._clock() - told.at >= AT_MOST:
            del known.told[deployment]

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
