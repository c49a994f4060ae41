"""Who we are to Airflow: credentials as values, and for each kind one provider of its token.

A provider gives a bearer token and, when Airflow answers 401 to it, a fresh one. None of them ever
puts a secret into an error, a log line or its own repr.
"""

import base64
import binascii
import json
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from app.model.errors import LoginFailed

# Part of a token's life after which it is renewed, so that it never ends in mid-pass.
_RENEW_AFTER = 0.8
# Seconds that a token without a readable life is used; a 401 renews it earlier.
_UNKNOWN_LIFE = 3600.0
_REFUSED = 401


@dataclass(frozen=True, slots=True)
class Password:
    """A user of Airflow's own sign-in, who gets a token from `POST /auth/token`.

    Airflow 2 has no such thing: there a session or HTTP basic serves, see `app.airflow.v1.session`.
    """

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A token that somebody else renews (Astronomer's API tokens, for one)."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenCommand:
    """A program that prints a token: `gcloud auth print-access-token`, a script of yours.

    `argv` is run without a shell and stopped after `seconds`.
    """

    argv: tuple[str, ...] = field(repr=False)
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Anonymous:
    """No sign-in: an Airflow whose every visitor is an admin, or a proxy that signs in for us."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The headers that an earlier sign-in led to, sent until Airflow refuses them."""

    headers: Mapping[str, str] = field(repr=False)


Credentials: TypeAlias = Password | Token | TokenCommand | Anonymous | Kept


class TokenSource(Protocol):
    """Where the bearer token comes from."""

    def token(self) -> str | None:
        """The token to send now; None: send none. Raises LoginFailed or another AirflowError."""

    def renew(self, *, refused: str | None) -> bool:
        """Forget the token that Airflow refused; whether it is worth asking again."""


class Identity(Protocol):
    """Who we are, as headers of a request."""

    def headers(self) -> dict[str, str]:
        """What to send now. Raises LoginFailed or another AirflowError."""

    def renew(self, *, refused: dict[str, str], status: int) -> bool:
        """Forget what Airflow refused with this status; whether it is worth asking again."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Signed in by a token."""

    source: TokenSource

    def headers(self) -> dict[str, str]:
        return _bearer(self.source.token())

    def renew(self, *, refused: dict[str, str], status: int) -> bool:
        token = refused.get("Authorization", "").removeprefix("Bearer ") or None
        return status == _REFUSED and self.source.renew(refused=token)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Signed in earlier; what was got then is not renewed."""

    kept: Kept

    def headers(self) -> dict[str, str]:
        return dict(self.kept.headers)

    def renew(self, *, refused: dict[str, str], status: int) -> bool:
        _ = refused, status
        return False


def token_source(
    credentials: Credentials, *, login: Callable[[Password], str], clock: Callable[[], float]
) -> TokenSource:
    """The provider for these credentials.

    `login` fetches a password user's token over the client's own connection; `clock` counts
    seconds (it never needs to tell the time of day).
    """
    match credentials:
        case Password():
            return RenewedToken(lambda: login(credentials), clock=clock)
        case TokenCommand():
            return RenewedToken(lambda: printed_token(credentials), clock=clock)
        case Token(token=token):
            return FixedToken(token)
        case Anonymous() | Kept():
            return FixedToken(None)


@dataclass(frozen=True, slots=True)
class FixedToken:
    """The same token always."""

    fixed: str | None = field(repr=False)

    def token(self) -> str | None:
        return self.fixed

    def renew(self, *, refused: str | None) -> bool:
        _ = refused
        return False


class RenewedToken:
    """A token fetched when it is first needed, at 80 % of its life, and once it was refused."""

    def __init__(self, fetch: Callable[[], str], *, clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._token: str | None = None
        self._renew_at = 0.0

    def token(self) -> str:
        with self._lock:
            if self._token is None or self._clock() >= self._renew_at:
                self._token = self._fetch()
                self._renew_at = self._clock() + _RENEW_AFTER * life_seconds(self._token)
            return self._token

    def renew(self, *, refused: str | None) -> bool:
        with self._lock:
            # Several requests may be refused at once; the first one renews for all of them.
            if self._token == refused:
                self._token = None
            return True


def _bearer(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def printed_token(command: TokenCommand) -> str:
    """What the command prints, without the white space around it.

    Raises LoginFailed when it cannot be run, takes too long, fails or prints nothing. What it
    wrote to its error output is not repeated: it may hold secrets.
    """
    name = command.argv[0]
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command, run without a shell
            command.argv,
            capture_output=True,
            timeout=command.seconds,
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise LoginFailed(
            f"the token command {name} took longer than {command.seconds:g} s"
            " (XCOMTRACE_AIRFLOW_TOKEN_COMMAND)"
        ) from None
    except (OSError, ValueError) as error:
        raise LoginFailed(
            f"the token command {name!r} cannot be run: {error.__class__.__name__}"
            " (XCOMTRACE_AIRFLOW_TOKEN_COMMAND)"
        ) from None
    if done.returncode != 0:
        raise LoginFailed(
            f"the token command {name} failed with exit code {done.returncode}:"
            " run it by hand to see why (XCOMTRACE_AIRFLOW_TOKEN_COMMAND)"
        )
    if not (token := done.stdout.strip()):
        raise LoginFailed(
            f"the token command {name} printed nothing (XCOMTRACE_AIRFLOW_TOKEN_COMMAND)"
        )
    return token


def life_seconds(token: str) -> float:
    """Seconds between a JWT's issue and its end, told by the token itself (RFC 7519, 4.1).

    An hour when the token does not tell. The signature is Airflow's business, not ours.
    """
    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        life = float(claims["exp"]) - float(claims["iat"])
    except (IndexError, KeyError, TypeError, ValueError, binascii.Error):
        return _UNKNOWN_LIFE
    return life if life > 0 else _UNKNOWN_LIFE
