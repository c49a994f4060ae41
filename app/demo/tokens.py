"""Signed tokens of the replay, shaped like Airflow's: a JWT that tells when it ends (RFC 7519)."""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

#: As long as Airflow's own ([api_auth] jwt_expiration_time).
LIFE = timedelta(hours=24)

_KEY = secrets.token_bytes(32)


def issued(*, subject: str, now: datetime) -> str:
    """A token for a user from now on."""
    claims = {"sub": subject, "iat": now.timestamp(), "exp": (now + LIFE).timestamp()}
    signed = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{_encoded(claims)}"
    return f"{signed}.{_signature(signed)}"


def is_valid(token: str, *, now: datetime) -> bool:
    """Whether we issued it and it has not ended."""
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(signed).encode()):
        return False
    body = signed.partition(".")[2]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return bool(claims["exp"] > now.timestamp())


def _encoded(node: Any) -> str:
    return _text(json.dumps(node).encode())


def _signature(signed: str) -> str:
    return _text(hmac.new(_KEY, signed.encode(), hashlib.sha256).digest())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
