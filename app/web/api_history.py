"""The history of a task instance as JSON: every version of what it got and gave, in pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.lineage.seen import Since
from app.model.facts import XCom, XComKey
from app.model.ids import NOT_MAPPED, TaskInstanceKey
from app.store.pages.task_history import TaskHistoryFacts, read_task_history, read_values
from app.web import links
from app.web.answering import as_json
from app.web.api import ERRORS
from app.web.api_findings import FlowShape, flow_shape
from app.web.kept_only import xcom_note
from app.web.leaf_changes import Change, Leaves, change_of, field_leaves, xcom_leaves
from app.web.parts import MOST_COUNTED, Parts
from app.web.task_history import history_of
from app.web.task_since import changes_since, how_words
from app.web.timeline import Version, timeline
from app.web.version_parts import Ground, fields_kept, title

router = APIRouter(prefix=links.API, tags=["v1"], responses=ERRORS)

# Leaves of one version that differ, and fields that read something else, in one answer.
_MOST_CHANGES = 1_000
_MOST_SINCE = 1_000


@dataclass(frozen=True, slots=True)
class XComVersionShape:
    key: str
    timestamp: datetime
    size: int
    truncated: bool  # `value` is a preview, or null where even that is too large.
    value: Any
    kept_only_here: bool


@dataclass(frozen=True, slots=True)
class LeafChangeShape:
    where: str  # "got" or "gave".
    address: str
    change: str  # "changed", "added" or "gone", against the version before.
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class VersionShape:
    number: int
    what: str  # "try", "rendered again", "pushed again", "changed by hand" or "deleted".
    title: str
    since: datetime | None
    try_number: int
    state: str | None
    rendered: dict[str, Any] | None
    rendered_kept_only_here: bool
    xcoms: list[XComVersionShape]
    changes: list[LeafChangeShape]


@dataclass(frozen=True, slots=True)
class SinceShape:
    """A field that read a version which is not, or not any more, what is stored."""

    flow: FlowShape
    read_timestamp: datetime
    stored_timestamp: datetime | None  # Null: Airflow has none.
    is_same: bool | None  # The part that was read; null: not known.
    how: str  # "ran again", "runs again", "pushed again", "by hand" or "deleted".
    words: str


@dataclass(frozen=True, slots=True)
class TaskHistory:
    total: int
    versions: list[VersionShape]
    changed_since_read: list[SinceShape]  # By whomever, of all its versions.
    run_gone_at: datetime | None


@router.get(
    "/{deployment}/dags/{dag_id}/runs/{run_id:path}/tasks/{task_id}/history",
    response_model=TaskHistory,
)
def history(  # noqa: PLR0913, PLR0917 - four make the address, three choose
    parts: Parts,
    deployment: str,
    dag_id: str,
    run_id: str,
    task_id: str,
    map_index: Annotated[int, Query(ge=NOT_MAPPED, le=MOST_COUNTED)] = NOT_MAPPED,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=MOST_COUNTED)] = 0,
) -> Response:
    """Every version of what a task instance got and gave, the oldest first."""
    instance = TaskInstanceKey(dag_id, run_id, task_id, map_index)
    with parts.store.reading() as session:
        facts = read_task_history(session, deployment=deployment, instance=instance)
        versions = timeline(history_of(facts))
        # Of the version before, too: what changed is told against it.
        wanted = versions[max(0, offset - 1) : offset + limit]
        keys = {xcom.at for one in wanted for xcom in one.xcoms}
        values = read_values(session, facts, keys)
    shown = versions[offset : offset + limit]
    since = changes_since(facts.gave, facts.changed, facts.readers)
    return as_json(
        TaskHistory(
            total=len(versions),
            versions=[_version_shape(one, facts, versions, values) for one in shown],
            changed_since_read=[_since_shape(one) for one in since[:_MOST_SINCE]],
            run_gone_at=facts.gone_at,
        )
    )


def _version_shape(
    one: Version,
    facts: TaskHistoryFacts,
    versions: Sequence[Version],
    values: Mapping[XComKey, XCom],
) -> VersionShape:
    ground = Ground(versions, values, facts.newer_runs, facts.gone_at)
    before = versions[one.number - 2] if one.number > 1 else None
    return VersionShape(
        number=one.number,
        what=one.what.value,
        title=title(one),
        since=one.since,
        try_number=one.attempt.key.try_number,
        state=one.attempt.state,
        rendered=None if one.rendered is None else dict(one.rendered),
        rendered_kept_only_here=bool(fields_kept(one, ground)),
        xcoms=[_xcom_shape(values.get(xcom.at, xcom), facts) for xcom in one.xcoms],
        changes=_changes(one, before, values)[:_MOST_CHANGES],
    )


def _xcom_shape(xcom: XCom, facts: TaskHistoryFacts) -> XComVersionShape:
    return XComVersionShape(
        key=xcom.at.key,
        timestamp=xcom.at.timestamp,
        size=xcom.size,
        truncated=xcom.truncated,
        value=xcom.value,
        kept_only_here=bool(xcom_note(xcom, run_gone_at=facts.gone_at)),
    )


def _changes(
    one: Version, before: Version | None, values: Mapping[XComKey, XCom]
) -> list[LeafChangeShape]:
    if before is None:
        return []
    got: Iterable[LeafChangeShape] = ()
    if one.rendered is not None and before.rendered is not None:
        got = _told("got", field_leaves(before.rendered), field_leaves(one.rendered))
    old, new = (
        xcom_leaves(tuple(values.get(xcom.at, xcom) for xcom in version.xcoms))
        for version in (before, one)
    )
    return [*got, *_told("gave", old, new)]


def _told(where: str, before: Leaves, after: Leaves) -> Iterable[LeafChangeShape]:
    for address in dict.fromkeys((*after, *before)):
        change = change_of(address, before, after)
        if change is not Change.SAME:
            old, new = before.get(address), after.get(address)
            yield LeafChangeShape(where, address, change.value, old, new)


def _since_shape(one: Since) -> SinceShape:
    return SinceShape(
        flow=flow_shape(one.flow),
        read_timestamp=one.then.at.timestamp,
        stored_timestamp=one.now.at.timestamp if one.now else None,
        is_same=one.is_same,
        how=one.how.value,
        words=how_words(one),
    )
