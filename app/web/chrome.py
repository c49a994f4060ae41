"""The bar on top of every page."""

from dataclasses import dataclass
from datetime import datetime

from app.store.pages.chrome import ChromeFacts, MirrorState, read_chrome
from app.store.session import ReadSession
from app.web import text
from app.web.parts import WebParts

# Seconds without a whole pass after which the bar says so in red: several polls were missed.
_LATE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Mirror:
    text: str
    exact: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Chrome:
    tab: str  # "overview", "dags", "problems" or "status": where in the program the page is.
    problems: int
    mirror: Mirror
    version: str
    change: int | None  # Number of the last change it shows; None: it follows none.


def chrome(session: ReadSession, parts: WebParts, *, tab: str) -> Chrome:
    return build(read_chrome(session), tab=tab, now=parts.now(), version=parts.version)


def build(facts: ChromeFacts, *, tab: str, now: datetime, version: str) -> Chrome:
    mirror = _worst(facts.mirrors, now)
    return Chrome(
        tab=tab, problems=facts.problems, mirror=mirror, version=version, change=facts.change
    )


def _worst(mirrors: tuple[MirrorState, ...], now: datetime) -> Mirror:
    if not mirrors:
        return Mirror(text="no Airflow yet", exact="No deployment has been mirrored", is_late=True)
    return max(
        (mirror_of(state, now) for state in mirrors),
        key=lambda mirror: mirror.is_late,
    )


def mirror_of(state: MirrorState, now: datetime) -> Mirror:
    """How far one deployment's mirror is behind, late when it failed or has been silent."""
    name = state.deployment
    if state.last_pass_at is None:
        if state.error:
            return Mirror(text="no answer yet", exact=f"{name}: {state.error}", is_late=True)
        return Mirror(text="first pass", exact=f"{name}: first pass under way", is_late=False)
    behind = (now - state.last_pass_at).total_seconds()
    since = f"{name}: last whole pass {text.exact(state.last_pass_at)}"
    if state.error:
        answer = f"no answer for {text.rough(behind)}"
        return Mirror(text=answer, exact=f"{since}; {state.error}", is_late=True)
    return Mirror(
        text=f"mirror {text.rough(behind)} behind", exact=since, is_late=behind > _LATE_SECONDS
    )
