"""A webhook: where to tell of problems, of which ones, and in which words."""

from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from app.model.findings import Severity
from app.store.outbox import News
from app.store.pages.problem_groups import GroupStatus

_RANKS = {severity.value: rank for rank, severity in enumerate(Severity)}


class Style(StrEnum):
    JSON = "json"  # Ours, documented in docs/notifications.md.
    SLACK = "slack"  # As Slack's incoming webhooks want it; Mattermost and others take it too.


@dataclass(frozen=True, slots=True)
class Webhook:
    """`deployment` and `dags` are patterns with `*` and `?`; `severity` is the least to tell."""

    name: str  # Told in logs and pages, where its address must not be.
    url: str = field(repr=False)
    style: Style = Style.JSON
    deployment: str = "*"
    dags: str = "*"
    severity: Severity = Severity.WARNING
    secret: str | None = field(default=None, repr=False)  # Signs what is sent.

    def wants(self, news: News) -> bool:
        """Whether it is to be told: it waits for somebody, and is among those asked for."""
        one = news.group.latest
        return (
            news.group.status is GroupStatus.OPEN
            and fnmatchcase(one.deployment, self.deployment)
            and fnmatchcase(one.run.dag_id, self.dags)
            and _RANKS[one.severity] <= _RANKS[self.severity.value]
        )
