"""A provider of OpenID Connect over real HTTP on loopback, whose faults tests choose."""

import json
import time
from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.airflow.serving import Served

CLIENT, CLIENTS_SECRET = "xcomtrace", "secret-of-the-client"
ACCESS = "token-of-the-user"


class Provider(Served):
    """Signs in whoever comes, as `user`."""

    def __init__(self) -> None:
        self.user: dict[str, Any] = {"sub": "1", "email": "ann@data.example", "groups": ["geo"]}
        self.claims: dict[str, Any] = {}  # In the place of the right ones.
        self.told_when_asked: dict[str, Any] | None = None  # Of the user, beside the token.
        self.key = RSAKey.generate_key(2048, {"kid": "1"}, auto_kid=False)
        self.signs_with: RSAKey | None = None  # Another than the one it tells of.
        self.issuer = ""
        self.is_away = False
        self._codes: dict[str, dict[str, str]] = {}

    def bound(self) -> type[BaseHTTPRequestHandler]:
        return type("BoundHandler", (_Handler,), {"provider": self})

    def sign_in(self, url: str) -> str:
        """What a browser does that is sent to `url`: the query with which it comes back."""
        asked = dict(parse_qsl(urlsplit(url).query))
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return urlencode({"code": code, "state": asked["state"]})

    def described(self) -> dict[str, Any]:
        asked = {} if self.told_when_asked is None else {"userinfo_endpoint": f"{self.url}/me"}
        return {
            **asked,
            "issuer": self.issuer or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }

    def user_info(self, authorization: str) -> dict[str, Any] | None:
        return self.told_when_asked if authorization == f"Bearer {ACCESS}" else None

    def keys(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False, kid="1")]}

    def token(self, fields: dict[str, str], client: str) -> dict[str, Any] | None:
        """What a code is exchanged for; None: nothing."""
        asked = self._codes.pop(fields.get("code", ""), None)
        is_client = client == f"{CLIENT}:{CLIENTS_SECRET}"
        if asked is None or not is_client or not _proves(fields, asked):
            return None
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.user,
            **self.claims,
        }
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.signs_with or self.key)
        return {"access_token": ACCESS, "token_type": "Bearer", "id_token": signed}


def _proves(fields: dict[str, str], asked: dict[str, str]) -> bool:
    """The code's PKCE: who exchanges it is who asked for it."""
    digest = sha256(fields.get("code_verifier", "").encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        if self.provider.is_away:
            self._send(502, {"error": "bad gateway"})
        elif self.path == "/.well-known/openid-configuration":
            self._send(200, self.provider.described())
        elif self.path == "/me":
            told = self.provider.user_info(self.headers.get("Authorization", ""))
            self._send(200 if told else 401, told or {"error": "invalid_token"})
        else:
            self._send(200, self.provider.keys())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = {name: one[0] for name, one in parse_qs(body).items()}
        scheme, _, text = self.headers.get("Authorization", "").partition(" ")
        client = b64decode(text).decode() if scheme == "Basic" else ""
        token = self.provider.token(fields, client)
        why = "invalid_grant" if client == f"{CLIENT}:{CLIENTS_SECRET}" else "invalid_client"
        self._send(200 if token else 400, token or {"error": why})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""
