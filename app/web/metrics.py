"""What Prometheus asks for: the store's figures, this process, and the requests it answered."""

import hmac

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from starlette.responses import PlainTextResponse, Response

from app.web import links
from app.web.gauges import StoreGauges
from app.web.parts import Parts, WebParts

router = APIRouter(include_in_schema=False)

# Seconds. Pages take a few hundredths; what takes longer than five is looked at one by one.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_REFUSED = 401


class Metrics:
    """A registry of this app's own; `token` is what whoever asks has to show."""

    def __init__(self, parts: WebParts, *, token: str | None) -> None:
        self.registry = CollectorRegistry()
        self._token = None if token is None else f"Bearer {token}".encode()
        self.requests = Histogram(
            "xcomtrace_http_request_duration_seconds",
            "Until the answer began, of the requests that this process answered.",
            ("method", "route", "status"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(StoreGauges(parts.store, version=parts.version, now=parts.now))

    @property
    def has_token(self) -> bool:
        return self._token is not None

    def may_ask(self, shown: str) -> bool:
        # In constant time, or the token could be guessed letter by letter.
        return self._token is None or hmac.compare_digest(shown.encode(), self._token)


@router.get(links.metrics())
def metrics(request: Request, parts: Parts) -> Response:
    """Everything that is measured, as text."""
    kept: Metrics = request.app.state.metrics
    if not kept.has_token and not parts.access.is_open:
        line = "Where readers sign in, set XCOMTRACE_METRICS_TOKEN for whoever asks here\n"
        return PlainTextResponse(line, _REFUSED)
    if not kept.may_ask(request.headers.get("Authorization", "")):
        line = "Authorization: Bearer, with XCOMTRACE_METRICS_TOKEN, is needed\n"
        return PlainTextResponse(line, _REFUSED, {"WWW-Authenticate": "Bearer"})
    encoded, kind = choose_encoder(request.headers.get("Accept", ""))
    return Response(encoded(kept.registry), media_type=kind)
