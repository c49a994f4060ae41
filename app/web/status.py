"""How the mirror of each deployment does, and what to do when it does not."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from app.store.deployments import DeploymentState, read_deployments
from app.store.outbox import WebhookState, read_webhooks
from app.store.pages.chrome import MirrorState
from app.store.pages.storage import Stored, read_stored
from app.store.pages.unclear_sources import UnclearSource, read_unclear_sources
from app.web import links, text
from app.web.chrome import Chrome, Mirror, chrome, mirror_of
from app.web.parts import Parts
from app.web.status_load import load_line
from app.web.status_storage import StorageCard, database, storage_card

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class DeploymentCard:
    name: str
    url: str
    href: str | None  # None when it is not an address that a browser opens.
    version: str
    mirror: Mirror
    error: str
    failures: str
    troubles: tuple[str, ...]  # What cannot be read though the mirror works.
    last_pass: text.Moment | None
    last_try: text.Moment | None
    facts: tuple[tuple[str, str], ...]
    storage: StorageCard
    dags_href: str


@dataclass(frozen=True, slots=True)
class WebhookLine:
    name: str
    waiting: str
    given_up: str
    error: str
    last_sent: text.Moment | None


@dataclass(frozen=True, slots=True)
class StatusPage:
    chrome: Chrome
    summary: str
    cards: tuple[DeploymentCard, ...]
    database: str
    webhooks: tuple[WebhookLine, ...]  # That were sent anything lately.


@router.get(links.status())
def status_page(parts: Parts) -> Response:
    with parts.store.reading() as session:
        states = read_deployments(session)
        sources = read_unclear_sources(session)
        stored = read_stored(session, now=parts.now())
        webhooks = read_webhooks(session)
        top = chrome(session, parts, tab="status", here=links.status())
    page = build(states, sources, stored, webhooks, top=top, now=parts.now())
    return parts.renderer.page("status/page.html", page)


def build(  # noqa: PLR0913 - what the page tells, each read by itself
    states: tuple[DeploymentState, ...],
    sources: tuple[UnclearSource, ...],
    stored: Stored,
    webhooks: tuple[WebhookState, ...],
    *,
    top: Chrome,
    now: datetime,
) -> StatusPage:
    """`sources`: those that tell nothing about their DAG's pulls."""
    failing = sum(state.error is not None for state in states)
    summary = text.count(len(states), "deployment")
    return StatusPage(
        chrome=top,
        summary=f"{summary}, {failing} failing" if failing else summary,
        cards=tuple(_card(state, sources, stored, now) for state in states),
        database=database(stored),
        webhooks=tuple(_webhook(state, now) for state in webhooks),
    )


def _webhook(state: WebhookState, now: datetime) -> WebhookLine:
    return WebhookLine(
        name=state.name,
        waiting=text.count(state.waiting, "message") if state.waiting else "",
        given_up=text.count(state.given_up, "message") if state.given_up else "",
        error=state.error or "",
        last_sent=text.ago(state.last_sent, now),
    )


def _card(
    state: DeploymentState, sources: tuple[UnclearSource, ...], stored: Stored, now: datetime
) -> DeploymentCard:
    seconds = state.last_pass_seconds
    return DeploymentCard(
        name=state.name,
        url=text.address(state.url),
        href=links.airflow(state.url),
        version=f"Airflow {state.airflow_version}" if state.airflow_version else "not known yet",
        mirror=mirror_of(MirrorState(state.name, state.last_pass_at, state.error), now),
        error=state.error or "",
        failures=text.count(state.failures, "pass", "passes") if state.failures else "",
        troubles=troubles(state, sources),
        last_pass=text.ago(state.last_pass_at, now),
        last_try=text.ago(state.last_try_at, now),
        facts=(
            ("last pass took", "" if seconds is None else text.duration(seconds)),
            ("requests made", text.thousands(state.requests)),
            ("requests a minute", load_line(state, now)),
            ("values fetched", text.thousands(state.values_fetched)),
            ("open runs", text.thousands(state.open_runs)),
            ("sealed runs", text.thousands(state.sealed_runs)),
            ("back-fill", _backfill(state)),
        ),
        storage=storage_card(state, stored.of(state.pk), now),
        dags_href=links.dags(deployment=state.name),
    )


def troubles(state: DeploymentState, sources: tuple[UnclearSource, ...]) -> tuple[str, ...]:
    """What cannot be read of a deployment that is mirrored all the same, one line each."""
    # The pass in which a source was refused tells it too.
    own = (
        one
        for one in sources
        if one.deployment_pk == state.pk and one.problem not in state.troubles
    )
    unclear = (f"{one.dag_id}, version {one.version_number}: {one.problem}" for one in own)
    return tuple(dict.fromkeys((*state.troubles, *unclear)))


def _backfill(state: DeploymentState) -> str:
    if state.backfill_done:
        return "done"
    if state.backfilled_to is None:
        return "not begun"
    return f"down to {text.exact(state.backfilled_to)}"
