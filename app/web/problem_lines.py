"""What there is to mend, one line each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from app.store.pages.problem_groups import ProblemGroup
from app.web import links, text


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A problem in one line, as the overview and the run's neighbours show it."""

    href: str
    severity: str
    title: str
    dag_id: str
    silent: bool
    seen: text.Moment | None
    victims: str


def problem_line(
    group: ProblemGroup, victims: Collection[tuple[str, int]], *, now: datetime
) -> ProblemLine:
    """`victims`: the other task instances that it harms."""
    one = group.latest
    return ProblemLine(
        href=links.problem(one.pk),
        severity=one.severity,
        title=one.title,
        dag_id=one.run.dag_id,
        silent=one.silent,
        seen=text.ago(group.last_at, now),
        victims=text.count(len(victims), "victim") if victims else "",
    )
