"""Readers who sign in at a provider of OpenID Connect: Keycloak, Entra ID and others.

The code flow with PKCE, a state and a nonce (RFC 6749, RFC 7636, OpenID Connect Core 1.0). What the
provider says is believed by its signature; which DAGs that lets somebody see, our rules say.
"""

import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from itsdangerous import BadSignature, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import JoseError

from app.access.admission import Admission
from app.access.discovery import TIMEOUT, Discovery, Provider, away
from app.access.limiting import Limit
from app.access.proxies import Proxies
from app.access.reader import Reader, Visit
from app.access.rules import Rule, rights_by
from app.access.sessions import Sessions
from app.access.ways import Leaving
from app.model.errors import SignInRefused
from app.store.audit import Act

#: Seconds in which a reader must come back from the provider.
_WHILE = 600
# A symmetric signature would be made with our own secret, and "none" is none.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
_LEEWAY = 120
# Errors of the standard: those that are about our client, not about the reader, and the others.
_OF_OURS = frozenset({"invalid_client", "unauthorized_client"})
_CODES = _OF_OURS | {
    "access_denied", "invalid_grant", "invalid_request", "invalid_scope", "login_required",
    "server_error", "temporarily_unavailable", "unsupported_grant_type",
}  # fmt: skip

_log = logging.getLogger(__name__)


class ByOidc:
    """`back`: the address that the provider sends readers back to."""

    is_open = False
    has_sessions = True

    def __init__(  # noqa: PLR0913 - what it is made of, all by keyword
        self,
        provider: Provider,
        *,
        back: str,
        rules: Sequence[Rule],
        sessions: Sessions,
        limit: Limit,
        proxies: Proxies,
        secret: str,
    ) -> None:
        self.provider = provider
        self._back = back
        self._rules = rules
        self._admission = Admission(sessions, limit, proxies)
        self.sessions = sessions
        self._limit = limit
        self._states = URLSafeTimedSerializer(secret, salt="xcomtrace.oidc")
        self._discovery = Discovery(provider)

    def address(self, visit: Visit) -> str:
        return self._admission.proxies.address(visit)

    def reader(self, visit: Visit) -> Reader | None:
        signed_in = self.sessions.of(visit)
        if signed_in is None:
            return None
        groups = signed_in.holds.get("groups", [])
        return Reader(signed_in.name, rights_by(self._rules, signed_in.name, groups))

    def begin(self, onward: str) -> Leaving:
        """Where to sign in; `onward` is the page that was asked for. Raises RightsUnknown."""
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        with self._client() as client:
            url, state = client.create_authorization_url(
                self._discovery.told("authorization_endpoint"), nonce=nonce, code_verifier=verifier
            )
        left = {"state": state, "nonce": nonce, "verifier": verifier, "onward": onward}
        return Leaving(url, str(self._states.dumps(left)), _WHILE)

    def finish(self, visit: Visit, query: str, cookie: str) -> tuple[str, str]:
        """The cookie of a new session, and the page that was asked for.

        `query`: with which the provider sent the reader back. Raises SignInRefused when it does
        not belong to `cookie`, or the provider or our rules refuse, and RightsUnknown when the
        provider does not answer.
        """
        try:
            left = self._states.loads(cookie, max_age=_WHILE)
        except BadSignature as error:
            raise SignInRefused("Signing in took too long, or began elsewhere: again.") from error
        claims = self._claims(f"{self._back}?{query}", left)
        name, groups = self._who(claims)
        if not rights_by(self._rules, name, groups).grants:
            why = "no rule lets them see anything"
            self._limit.note(Act.REFUSED, name, self.address(visit), why)
            raise SignInRefused(f"{name} may not see anything here: ask who runs xcomtrace.")
        return self._admission.let_in(visit, name, {"groups": groups}), str(left["onward"])

    def sign_out(self, visit: Visit) -> None:
        """Ends our session; the provider's own goes on."""
        self._admission.let_out(visit)

    def _claims(self, came_back: str, left: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            with self._client(state=left["state"]) as client:
                token = client.fetch_token(
                    self._discovery.told("token_endpoint"),
                    authorization_response=came_back,
                    code_verifier=left["verifier"],
                    timeout=TIMEOUT,
                )
            claims = self._checked(token, nonce=left["nonce"])
            return {**self._told_besides(claims, token), **claims}
        except requests.RequestException as error:
            raise away(self.provider) from error
        except (AuthlibBaseError, JoseError, ValueError, KeyError) as error:
            # Its text may quote what was sent, and that is secret.
            why = _code_of(error)
            _log.warning("a sign-in at %s failed: %s", self.provider.issuer, why)
            if why in _OF_OURS:
                raise SignInRefused(
                    f"The provider does not know us ({why}): tell who runs xcomtrace."
                ) from None
            raise SignInRefused(f"The sign-in was refused ({why}): begin again.") from None

    def _checked(self, token: Mapping[str, Any], *, nonce: str) -> Mapping[str, Any]:
        """What the ID token says, its signature and all that it is for checked."""
        try:
            read = jwt.decode(
                token["id_token"], self._discovery.keys(), algorithms=list(_ALGORITHMS)
            )
        except JoseError:
            # Providers change their keys; the new ones are asked for once.
            keys = self._discovery.keys(anew=True)
            read = jwt.decode(token["id_token"], keys, algorithms=list(_ALGORITHMS))
        claims = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "values": [self._discovery.told("issuer")]},
                "aud": {"essential": True, "values": [self.provider.client_id]},
                "nonce": {"essential": True, "value": nonce},
            },
            {
                "nonce": nonce,
                "client_id": self.provider.client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=_LEEWAY)
        return dict(claims)

    def _told_besides(
        self, claims: Mapping[str, Any], token: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """What the token leaves out and the provider tells when asked (Core 1.0, 5.4)."""
        wanted = {self.provider.user_claim, self.provider.groups_claim}
        url = self._discovery.told("userinfo_endpoint")
        if wanted <= claims.keys() or not url:
            return {}
        told = self._discovery.asked(url, token=str(token["access_token"]))
        # It may be about somebody else (5.3.2).
        if told["sub"] != claims["sub"]:
            raise ValueError("sub")
        return dict(told)

    def _who(self, claims: Mapping[str, Any]) -> tuple[str, list[str]]:
        claim = self.provider.user_claim
        name = claims.get(claim)
        # Anybody may write any address into an account of theirs, at some providers.
        if claim == "email" and claims.get("email_verified") is False:
            raise SignInRefused("The provider does not know that the mail address is yours.")
        if not isinstance(name, str) or not name:
            raise SignInRefused(f"The provider does not tell who you are: it sends no {claim}.")
        groups = claims.get(self.provider.groups_claim, [])
        found = groups if isinstance(groups, list) else [groups]
        return name, [one for one in found if isinstance(one, str)]

    def _client(self, **more: Any) -> OAuth2Session:
        return OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            scope=self.provider.scope,
            redirect_uri=self._back,
            code_challenge_method="S256",
            **more,
        )


def _code_of(error: Exception) -> str:
    """What the standard calls it (RFC 6749, 5.2), else the kind of error."""
    code = str(getattr(error, "error", None) or "")
    return code if code in _CODES else type(error).__name__
