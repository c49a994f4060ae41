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
    is_known: bool = True  # False on a page that could not ask the store.


@dataclass(frozen=True, slots=True)
class Chrome:
    tab: str  # "overview", "dags", "search", "problems" or "status": where the page is.
    here: str | None  # Where the page's content is fetched anew when something changes.
    problems: int
    mirror: Mirror
    version: str
    change: int | None  # Number of the last change it shows; None: it follows none.
    reader: str = ""  # Who is reading, where that is known.
    can_sign_out: bool = False


def chrome(session: ReadSession, parts: WebParts, *, tab: str, here: str | None = None) -> Chrome:
    """The bar for a page of that tab; with `here` the page's content follows the mirror."""
    facts = read_chrome(session, now=parts.now())
    return Chrome(
        tab=tab,
        here=here,
        problems=facts.problems,
        mirror=worst_mirror(facts, parts.now()),
        version=parts.version,
        change=facts.change,
        reader=parts.reader.name,
        can_sign_out=parts.access.has_sessions,
    )


def bare_chrome(parts: WebParts, *, tab: str = "") -> Chrome:
    """The bar of a page that asks nothing of the store."""
    mirror = Mirror(text="status", exact="How the mirror does", is_late=False, is_known=False)
    return Chrome(tab=tab, here=None, problems=0, mirror=mirror, version=parts.version, change=None)


def worst_mirror(facts: ChromeFacts, now: datetime) -> Mirror:
    """Of several deployments the one that is late, else the one furthest behind."""
    if not facts.mirrors:
        return Mirror(text="no Airflow yet", exact="No deployment has been mirrored", is_late=True)
    mirrors = [(state.last_pass_at or now, mirror_of(state, now)) for state in facts.mirrors]
    _, worst = min(mirrors, key=lambda pair: (not pair[1].is_late, pair[0]))
    return worst


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
