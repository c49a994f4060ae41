"""What a provider of OpenID Connect answers: where it is asked what, its keys, who somebody is."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from joserfc.jwk import KeySet

from app.model.errors import RightsUnknown

_CONFIGURATION = "/.well-known/openid-configuration"
#: Seconds for an answer of the provider.
TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Provider:
    """As its settings name it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = "openid email profile"
    user_claim: str = "email"
    groups_claim: str = "groups"


class Discovery:
    """Of one provider; asked once. Its methods raise RightsUnknown."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._lock = threading.Lock()
        self._metadata: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None

    def told(self, name: str) -> str:
        """What its configuration has under this name; empty without it."""
        issuer = self._provider.issuer.rstrip("/")
        with self._lock:
            if self._metadata is None:
                found = self.asked(issuer + _CONFIGURATION)
                # A provider speaks for itself only (OpenID Connect Discovery 1.0, 4.3).
                if str(found.get("issuer", "")).rstrip("/") != issuer:
                    raise RightsUnknown(
                        f"{self._provider.issuer} calls itself otherwise: set XCOMTRACE_OIDC_ISSUER"
                        " to what its configuration calls `issuer`"
                    )
                self._metadata = found
            told: str = self._metadata.get(name, "")
        return told

    def keys(self, *, anew: bool = False) -> KeySet:
        """With which it signs; `anew`: it may have changed them."""
        if self._keys is None or anew:
            self._keys = KeySet.import_key_set(self.asked(self.told("jwks_uri")))
        return self._keys

    def asked(self, url: str, *, token: str | None = None) -> Any:
        """What the provider answers there, JSON, to who shows this token."""
        shown = {} if token is None else {"Authorization": f"Bearer {token}"}
        try:
            answer = requests.get(url, timeout=TIMEOUT, headers=shown)
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            raise away(self._provider) from error


def away(provider: Provider) -> RightsUnknown:
    """The error for a provider that cannot be asked."""
    return RightsUnknown(f"{provider.issuer} does not answer as it should: try later.")
