"""What is measured of the mirror and of the store, for whoever draws it over time."""

from dataclasses import dataclass
from datetime import datetime

from app.store.deployments import DeploymentState, read_deployments
from app.store.outbox import WebhookState, read_webhooks
from app.store.pages.problem_groups import OpenProblems, read_open_problems_of_each_kind
from app.store.retention.room import Room, read_room
from app.store.session import ReadSession


@dataclass(frozen=True, slots=True)
class Figures:
    room: Room
    deployments: tuple[DeploymentState, ...]
    problems: tuple[OpenProblems, ...]
    webhooks: tuple[WebhookState, ...]


def read_figures(session: ReadSession, *, now: datetime) -> Figures:
    return Figures(
        room=read_room(session),
        deployments=read_deployments(session),
        problems=read_open_problems_of_each_kind(session, now=now),
        webhooks=read_webhooks(session),
    )
