"""What the JSON says of what there is to mend, over all runs; the names are stable."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.store.pages.problem_groups import ProblemGroup


@dataclass(frozen=True, slots=True)
class DecisionShape:
    what: str  # acknowledged or muted.
    reason: str
    until: datetime | None  # null: for good.
    at: datetime
    by: str  # Empty: not known.


@dataclass(frozen=True, slots=True)
class GroupShape:
    """One thing to mend in one DAG, over all its runs."""

    id: int
    cause: str
    status: str  # open, acknowledged, muted or gone.
    since: datetime  # It is open, or gone, since then.
    first_at: datetime  # When the first run that has it ended.
    last_at: datetime
    runs: int  # 0: found in the DAG, before a run.
    returns: int  # Times it was gone and came back.
    decision: DecisionShape | None


@dataclass(frozen=True, slots=True)
class ListedGroupShape(GroupShape):
    """A group with the problem that tells it, of the newest run that has it."""

    problem_id: int
    deployment: str
    dag_id: str
    run_id: str  # Empty: found in the DAG, before a run.
    task_id: str
    field: str | None
    kind: str
    severity: str
    silent: bool
    title: str
    victims: int  # Other task instances that it harms in that run.


@dataclass(frozen=True, slots=True)
class Groups:
    groups: list[ListedGroupShape]


def group_shape(group: ProblemGroup) -> GroupShape:
    return GroupShape(**_of_group(group))


def listed_group_shape(group: ProblemGroup, victims: Collection[object]) -> ListedGroupShape:
    one = group.latest
    return ListedGroupShape(
        **_of_group(group),
        problem_id=one.pk,
        deployment=one.deployment,
        dag_id=one.run.dag_id,
        run_id=one.run.run_id,
        task_id=one.task_id,
        field=one.field,
        kind=one.kind,
        severity=one.severity,
        silent=one.silent,
        title=one.title,
        victims=len(victims),
    )


def _of_group(group: ProblemGroup) -> dict[str, Any]:
    decision = group.decision
    return {
        "id": group.pk,
        "cause": group.latest.cause,
        "status": group.status.value,
        "since": group.since,
        "first_at": group.first_at,
        "last_at": group.last_at,
        "runs": group.runs,
        "returns": group.returns,
        "decision": decision
        and DecisionShape(decision.what, decision.reason, decision.until, decision.at, decision.by),
    }
