"""What runs beside the pages for whoever operates them: request lines, their measure, metrics."""

from fastapi import FastAPI

from app.web.metrics import Metrics
from app.web.parts import WebParts
from app.web.requests import Requests


def install(app: FastAPI, parts: WebParts, *, metrics_token: str | None) -> None:
    """Every request leaves a line and is measured; `/metrics` tells of that and of the store."""
    metrics = Metrics(parts, token=metrics_token)
    app.state.metrics = metrics
    app.add_middleware(Requests, seconds=metrics.requests)
