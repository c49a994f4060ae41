"""One message over HTTP. The address is a secret: no error of ours names it."""

import hmac
import json
import ssl
from dataclasses import dataclass

import urllib3
from urllib3 import exceptions as http

from app.model.values import Json
from app.notify.webhook import Webhook

# A webhook only has to take the message.
_SECONDS = 10.0
# A webhook that asks for more patience than this is asked again all the same.
_MOST_PATIENCE = 3600.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why it was not taken, one line; and how long to wait, when the webhook says so."""

    error: str
    retry_after: float = 0.0


class Sender:
    """`seconds`: how long a webhook may take to connect, and again to answer."""

    def __init__(self, version: str, *, seconds: float = _SECONDS) -> None:
        self._agent = f"xcomtrace/{version}"
        # A redirect could lead anywhere; retries are the notifier's.
        timeout = urllib3.Timeout(connect=seconds, read=seconds)
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False, maxsize=1)

    def send(self, webhook: Webhook, uid: str, body: Json) -> Refusal | None:
        """None when the webhook took it."""
        content = json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": self._agent,
            "X-Xcomtrace-Delivery": uid,
        }
        if webhook.secret:
            signature = hmac.new(webhook.secret.encode(), content, "sha256").hexdigest()
            headers["X-Xcomtrace-Signature"] = f"sha256={signature}"
        try:
            answer = self._pool.request(
                "POST",
                webhook.url,
                body=content,
                headers=headers,
                preload_content=False,
                redirect=False,
            )
        except (http.HTTPError, OSError, ValueError) as error:
            return Refusal(_told(error))
        status, wait = answer.status, answer.headers.get("Retry-After", "")
        answer.close()
        if 200 <= status < 300:  # noqa: PLR2004 - success, in HTTP
            return None
        return Refusal(f"it answers {status}", _patience(wait))

    def close(self) -> None:
        self._pool.clear()


def _patience(header: str) -> float:
    # The other form, a date, is rare; our own back-off does then.
    seconds = float(header) if header.isascii() and header.isdecimal() else 0.0
    return min(seconds, _MOST_PATIENCE)


def _told(error: Exception) -> str:
    """In our words: theirs quote the address."""
    match error:
        case http.NameResolutionError():
            return "its name is not known"
        case http.NewConnectionError():
            return "there is no connection"
        case http.TimeoutError():
            return "it does not answer in time"
        case http.SSLError() | ssl.SSLError():
            return "its certificate is not trusted"
    return f"the connection broke off ({type(error).__name__})"
