"""The history of a task instance: its versions one after the other, each beside the one before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from app.lineage.seen import Since, version_read
from app.model.facts import XCom, XComKey
from app.model.findings import Flow
from app.model.ids import NOT_MAPPED, TaskInstanceKey
from app.store.pages.task_history import TaskHistoryFacts, read_task_history, read_values
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.kept_only import run_note
from app.web.moments import Moment
from app.web.parts import MOST_COUNTED, Parts
from app.web.task_since import SinceRows, changes_since, since_rows
from app.web.timeline import History, Version, timeline, version_at
from app.web.version_parts import Ground, Part, explanation, gave_part, got_part, title
from app.web.xcom_tree import Reader

router = APIRouter(include_in_schema=False)

# Versions listed on either side of the one that is shown.
_BESIDE = 40


@dataclass(frozen=True, slots=True)
class Step:
    """A version in the list."""

    number: int
    title: str
    why: str
    state: str | None
    is_try: bool
    when: text.Moment | None
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class TaskHistoryPage:
    chrome: Chrome
    deployment: str
    deployment_href: str
    dag_id: str
    dag_href: str
    run_id: str
    run_href: str
    task_id: str
    task_href: str
    map_index: int | None
    map_note: str
    form: str  # Where the slider leads.
    kept_only_run: str  # Why the run stands nowhere but here, if so.
    steps: tuple[Step, ...]
    earlier: int  # Versions before those in the list.
    later: int
    total: int
    shown: Step
    previous: str
    following: str
    try_href: str
    got: Part
    gave: Part
    readers: tuple[Reader, ...]  # Those who read what is still stored.
    since: SinceRows  # Those who read what is not.
    compared: str  # With what the version is compared.
    twin: str


@router.get(links.HISTORY_ROUTE)
def task_history_page(  # noqa: PLR0913, PLR0917 - four make the address, two choose the version
    parts: Parts,
    deployment: str,
    dag_id: str,
    task_id: str,
    run_id: str,
    map_index: Annotated[int, Query(ge=NOT_MAPPED, le=MOST_COUNTED)] = NOT_MAPPED,
    at: Moment | None = None,
    version: Annotated[int | None, Query(ge=1, le=MOST_COUNTED)] = None,
) -> Response:
    instance = TaskInstanceKey(dag_id, run_id, task_id, map_index)
    with parts.store.reading() as session:
        facts = read_task_history(session, deployment=deployment, instance=instance)
        versions = timeline(history_of(facts))
        if version is not None:
            asked = versions[min(version, len(versions)) - 1]
            return RedirectResponse(_href(facts, asked), status_code=303)
        shown = version_at(versions, at)
        values = read_values(session, facts, _wanted(versions, shown))
        here = links.history(deployment=deployment, instance=facts.instance, at=at)
        top = chrome(session, parts, tab="dags", here=here)
    page = build(facts, top, versions=versions, shown=shown, values=values)
    return parts.renderer.page("task_history/page.html", page)


def history_of(facts: TaskHistoryFacts) -> History:
    return History(facts.tries, facts.earlier, facts.xcoms, facts.gone)


def build(
    facts: TaskHistoryFacts,
    top: Chrome,
    *,
    versions: Sequence[Version],
    shown: Version,
    values: dict[XComKey, XCom],
) -> TaskHistoryPage:
    """The page at one of the versions. `values`: XComs of it and of the one before."""
    instance, deployment = facts.instance, facts.deployment
    before = versions[shown.number - 2] if shown.number > 1 else None
    ground = Ground(versions, values, facts.newer_runs, facts.gone_at, deployment)
    first = max(0, shown.number - 1 - _BESIDE)
    listed = versions[first : shown.number + _BESIDE]
    since, readers = _readers(facts, shown)
    is_mapped = instance.map_index != NOT_MAPPED
    return TaskHistoryPage(
        chrome=top,
        deployment=deployment,
        deployment_href=links.dags(deployment=deployment),
        dag_id=instance.dag_id,
        dag_href=links.dag(deployment=deployment, dag_id=instance.dag_id),
        run_id=instance.run_id,
        run_href=links.run(deployment=deployment, run=instance.run),
        task_id=instance.task_id,
        task_href=links.task_instance(deployment=deployment, instance=instance),
        map_index=instance.map_index if is_mapped else None,
        map_note=f"[{instance.map_index}]" if is_mapped else "",
        form=links.history(deployment=deployment, instance=replace(instance, map_index=NOT_MAPPED)),
        kept_only_run=run_note(facts.gone_at),
        steps=tuple(_step(facts, one, shown) for one in listed),
        earlier=first,
        later=len(versions) - first - len(listed),
        total=len(versions),
        shown=_step(facts, shown, shown),
        previous=_href(facts, before) if before else "",
        following=_href(facts, versions[shown.number]) if shown.number < len(versions) else "",
        try_href=links.task_instance(
            deployment=deployment, instance=instance, try_number=shown.attempt.key.try_number
        ),
        got=got_part(shown, before, ground),
        gave=gave_part(shown, before, ground),
        readers=readers,
        since=since_rows(
            since, deployment=deployment, here=instance.dag_id, problems=facts.problems
        ),
        compared=f"compared with version {before.number}, {title(before)}" if before else "",
        twin=links.api_history(deployment=deployment, instance=instance),
    )


def _wanted(versions: Sequence[Version], shown: Version) -> set[XComKey]:
    pair = versions[max(0, shown.number - 2) : shown.number]
    return {xcom.at for one in pair for xcom in one.xcoms}


def _href(facts: TaskHistoryFacts, version: Version) -> str:
    return links.history(deployment=facts.deployment, instance=facts.instance, at=version.since)


def _step(facts: TaskHistoryFacts, one: Version, shown: Version) -> Step:
    return Step(
        number=one.number,
        title=title(one),
        why=explanation(one),
        state=one.attempt.state,
        is_try=one.what == "try",
        when=text.day_time(one.since),
        href=_href(facts, one),
        is_chosen=one is shown,
    )


def _readers(
    facts: TaskHistoryFacts, shown: Version
) -> tuple[tuple[Since, ...], tuple[Reader, ...]]:
    """Who read the version: those to whom something has changed since, and the others."""
    reading = [flow for flow in facts.gave if _reads(flow, facts, shown)]
    since = changes_since(reading, facts.changed, facts.readers)
    late = {id(one.flow) for one in since}
    return since, _chips((flow for flow in reading if id(flow) not in late), facts)


def _reads(flow: Flow, facts: TaskHistoryFacts, shown: Version) -> bool:
    standing = {xcom.at.key: xcom.at for xcom in shown.xcoms}
    if flow.producer.key not in standing:
        return False
    versions = facts.changed.versions.get((flow.producer.instance, flow.producer.key))
    if versions is None:
        return True
    for reader in facts.readers.get(flow.consumer.instance, ()):
        if reader.key.try_number == flow.consumer.try_number:
            found = version_read(flow, versions=versions, reader=reader)
            return found is not None and found.at == standing[flow.producer.key]
    return False


def _chips(flows: Iterable[Flow], facts: TaskHistoryFacts) -> tuple[Reader, ...]:
    alike: dict[tuple[str, str, str], list[Flow]] = {}
    for flow in flows:
        at = flow.consumer.instance
        alike.setdefault((at.dag_id, at.task_id, flow.consumer.field), []).append(flow)
    return tuple(_chip(ones, facts) for ones in alike.values())


def _chip(flows: list[Flow], facts: TaskHistoryFacts) -> Reader:
    at, number = flows[0].consumer.instance, len({flow.consumer.instance for flow in flows})
    elsewhere = "" if at.dag_id == facts.instance.dag_id else f"{at.dag_id} / "
    return Reader(
        task=f"{elsewhere}{at.task_id}",
        number=text.times(number),
        field=flows[0].consumer.field,
        href=links.task_instance(deployment=facts.deployment, instance=at),
    )
