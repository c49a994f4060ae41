"""One task instance: what it got, what it gave, and where it is written, try by try."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.model.errors import NotKept
from app.model.facts import FINISHED_STATES, Try
from app.model.findings import Severity
from app.model.ids import NOT_MAPPED, TaskInstanceKey
from app.store.pages.beside_good import BesideGood, read_beside_good
from app.store.pages.task_instance import TaskInstanceFacts, read_task_instance
from app.store.problems import StoredProblem
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.kept_only import rendered_note, run_note
from app.web.parts import MOST_COUNTED, Parts
from app.web.problem_words import remark, wrong_css
from app.web.source_excerpt import LineMarks, LineNote, SourceLine, excerpt
from app.web.task_diff import TaskDiff, task_diff
from app.web.task_gave import Gave, GaveFacts, gave, given_by, is_of
from app.web.task_got import Got, got
from app.web.task_leaves import (
    JsonText,
    LeafTable,
    gave_json,
    gave_tables,
    got_json,
    got_table,
)
from app.web.task_since import SinceRows, changes_since, of_latest_tries, since_rows
from app.web.task_source import task_lines
from app.web.task_views import View, ViewLink, in_address, view_links

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class TryTab:
    number: int
    state: str | None
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Sibling:
    map_index: int
    state: str | None
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class TaskInstancePage:
    chrome: Chrome
    deployment: str
    deployment_href: str
    dag_id: str
    dag_href: str
    run_id: str
    run_href: str
    graph_href: str
    try_href: str
    airflow_href: str | None
    task_id: str
    map_note: str
    its_state: str | None
    operator: str
    pod: str
    not_started: str  # "never started" or "not started yet"; empty when it has.
    started: text.Moment | None
    duration: str
    tries: tuple[TryTab, ...]
    try_note: str
    siblings: tuple[Sibling, ...]
    views: tuple[ViewLink, ...]
    view: View
    diff_href: str
    got: Got
    gave: Gave
    forms: "Forms"
    where: str
    where_note: str
    lines: tuple[SourceLine, ...]
    source_href: str
    kept_only_run: str  # Why the whole run stands nowhere but here, if so.
    kept_only_fields: str
    history_href: str  # Empty: there is nothing to step through.
    since: SinceRows  # What it got, where that has changed.
    since_gave: SinceRows  # What others got of it.
    twin: str


@dataclass(frozen=True, slots=True)
class Forms:
    """What it got and gave in the form that is asked for, the tree aside."""

    got_table: LeafTable | None = None
    gave_tables: tuple[LeafTable, ...] = ()
    got_json: JsonText | None = None
    gave_json: tuple[JsonText, ...] = ()
    diff: TaskDiff | None = None


@router.get(links.TASK_INSTANCE_ROUTE)
def task_instance_page(  # noqa: PLR0913, PLR0917 - four make the address, two choose what is shown
    parts: Parts,
    deployment: str,
    dag_id: str,
    task_id: str,
    run_id: str,
    map_index: Annotated[int, Query(ge=NOT_MAPPED, le=MOST_COUNTED)] = NOT_MAPPED,
    try_number: Annotated[int | None, Query(alias="try", ge=0, le=MOST_COUNTED)] = None,
    view: View = View.TREE,
) -> Response:
    instance = TaskInstanceKey(dag_id, run_id, task_id, map_index)
    here = links.task_instance(
        deployment=deployment, instance=instance, try_number=try_number, view=in_address(view)
    )
    with parts.store.reading() as session:
        facts = read_task_instance(session, deployment=deployment, instance=instance)
        beside = None
        if view is View.DIFF:
            beside = read_beside_good(session, deployment=deployment, instance=facts.instance)
        top = chrome(session, parts, tab="dags", here=here)
    page = build(facts, beside, top, view=view, chosen=try_number, now=parts.now())
    return parts.renderer.page("task_instance/page.html", page)


def build(  # noqa: PLR0913 - what was read, and how it is looked at
    facts: TaskInstanceFacts,
    beside: BesideGood | None,
    top: Chrome,
    *,
    view: View,
    chosen: int | None,
    now: datetime,
) -> TaskInstancePage:
    """The page at its latest try, or at the try `chosen`. Raises NotKept when that is unknown."""
    attempt, following = _chosen_try(facts, chosen)
    number = attempt.key.try_number
    instance, deployment = facts.instance, facts.deployment
    own = tuple(one for one in facts.problems if _is_its_own(one, instance))
    lines = _lines(facts, own)
    not_started = _not_started(attempt)
    return TaskInstancePage(
        chrome=top,
        deployment=deployment,
        deployment_href=links.dags(deployment=deployment),
        dag_id=instance.dag_id,
        dag_href=links.dag(deployment=deployment, dag_id=instance.dag_id),
        run_id=instance.run_id,
        run_href=links.run(deployment=deployment, run=instance.run),
        graph_href=links.run(deployment=deployment, run=instance.run, tab="graph"),
        try_href=links.tryout(
            deployment=deployment,
            dag_id=instance.dag_id,
            run_id=instance.run_id,
            task_id=instance.task_id,
            map_index=instance.map_index,
        ),
        airflow_href=None
        if facts.gone_at
        else links.airflow_task_instance(base=facts.airflow_url, instance=instance),
        task_id=instance.task_id,
        map_note=_map_note(facts, attempt),
        its_state=attempt.state,
        operator=attempt.operator,
        pod=_pod(facts, attempt, following),
        not_started=not_started,
        started=None if not_started else text.day_and_time(attempt.start),
        duration="" if not_started else text.between(attempt.start, attempt.end),
        tries=tuple(_tab(facts, one, number, view) for one in _started(facts, attempt)),
        try_note=_try_note(facts, attempt),
        siblings=_siblings(facts, view),
        views=view_links(view, lambda one: _here(facts, chosen, one)),
        view=view,
        diff_href=_here(facts, chosen, View.DIFF),
        got=got(
            deployment=deployment,
            attempt=attempt,
            flows=(flow for flow in facts.got if flow.consumer.try_number == number),
            candidates=(one for one in facts.candidates if one.consumer.try_number == number),
            problems=own if following is None else (),
        ),
        gave=gave(_gave_facts(facts), attempt=attempt, following=following, now=now),
        forms=_forms(facts, beside, (attempt, following), view),
        where=facts.source.fileloc,
        where_note=_version(facts),
        lines=lines,
        source_href=links.run(deployment=deployment, run=instance.run, tab="source"),
        kept_only_run=run_note(facts.gone_at),
        kept_only_fields=_fields_kept(facts, attempt),
        history_href=links.history(deployment=deployment, instance=instance)
        if _has_history(facts)
        else "",
        since=_since(facts, attempt),
        since_gave=_since_gave(facts),
        twin=links.api_flows(deployment=deployment, run=instance.run),
    )


def _forms(
    facts: TaskInstanceFacts,
    beside: BesideGood | None,
    tries: tuple[Try, Try | None],
    view: View,
) -> Forms:
    attempt, following = tries
    given = given_by(facts.xcoms, attempt, following)
    if beside is not None:
        return Forms(diff=task_diff(beside, facts.deployment, attempt, following, given))
    if view is View.TABLE:
        deployment = facts.deployment
        return Forms(
            got_table=got_table(attempt, deployment), gave_tables=gave_tables(given, deployment)
        )
    if view is View.JSON:
        return Forms(got_json=got_json(attempt), gave_json=gave_json(given))
    return Forms()


def _fields_kept(facts: TaskInstanceFacts, attempt: Try) -> str:
    later = [one for one in facts.tries if one.key > attempt.key and one.start is not None]
    return rendered_note(
        attempt,
        later=later[0] if later else None,
        newer_runs=facts.newer_runs,
        run_gone_at=facts.gone_at,
    )


def _has_history(facts: TaskInstanceFacts) -> bool:
    begun = [one for one in facts.tries if one.key.try_number > 0 and one.start is not None]
    keys = [xcom.at.key for xcom in facts.xcoms]
    is_changed = len(set(keys)) < len(keys) or any(xcom.is_gone for xcom in facts.xcoms)
    return len(begun) > 1 or is_changed or facts.earlier_rendered > 0


def _since(facts: TaskInstanceFacts, attempt: Try) -> SinceRows:
    flows = [flow for flow in facts.got if flow.consumer.try_number == attempt.key.try_number]
    return since_rows(
        changes_since(flows, facts.changed, {facts.instance: facts.tries}),
        deployment=facts.deployment,
        here=facts.instance.dag_id,
        problems=facts.problems,
    )


def _since_gave(facts: TaskInstanceFacts) -> SinceRows:
    return since_rows(
        changes_since(of_latest_tries(facts.gave, facts.readers), facts.changed, facts.readers),
        deployment=facts.deployment,
        here=facts.instance.dag_id,
        problems=facts.problems,
    )


def _chosen_try(facts: TaskInstanceFacts, chosen: int | None) -> tuple[Try, Try | None]:
    numbers = [one.key.try_number for one in facts.tries]
    if chosen is None:
        return facts.tries[-1], None
    if chosen not in numbers:
        raise NotKept(f"Try {chosen} of {facts.instance.task_id} is not stored")
    at = numbers.index(chosen)
    return facts.tries[at], facts.tries[at + 1] if at + 1 < len(facts.tries) else None


def _is_its_own(stored: StoredProblem, instance: TaskInstanceKey) -> bool:
    consumer = stored.problem.consumer
    return consumer is not None and consumer.instance == instance


def _pod(facts: TaskInstanceFacts, attempt: Try, following: Try | None) -> str:
    """The pod's name as the operator pushed it; Airflow's own hostname is that of its worker."""
    names = [
        xcom.value
        for xcom in facts.xcoms
        if xcom.at.key == "pod_name" and is_of(xcom, attempt, following)
    ]
    return names[-1] if names and isinstance(names[-1], str) else ""


def _map_note(facts: TaskInstanceFacts, attempt: Try) -> str:
    if facts.instance.map_index == NOT_MAPPED:
        return ""
    index = facts.instance.map_index
    named = attempt.rendered_map_index not in (None, "", str(index))
    name = f" {attempt.rendered_map_index}" if named else ""
    return f"[{index}]{name} of {len(facts.siblings)}"


def _not_started(attempt: Try) -> str:
    """Airflow dates tries that never began too: with the time at which it gave them up."""
    if attempt.key.try_number > 0 and attempt.start is not None:
        return ""
    return "never started" if attempt.state in FINISHED_STATES else "not started yet"


def _started(facts: TaskInstanceFacts, attempt: Try) -> tuple[Try, ...]:
    """The tries, but for the placeholder that Airflow counts as 0 before the first one."""
    return tuple(one for one in facts.tries if one.key.try_number > 0 or one is attempt)


def _here(facts: TaskInstanceFacts, try_number: int | None, view: View | None) -> str:
    return links.task_instance(
        deployment=facts.deployment, instance=facts.instance, try_number=try_number, view=view
    )


def _tab(facts: TaskInstanceFacts, one: Try, chosen: int, view: View) -> TryTab:
    number = one.key.try_number
    href = _here(facts, number, in_address(view))
    return TryTab(number=number, state=one.state, href=href, is_chosen=number == chosen)


def _try_note(facts: TaskInstanceFacts, attempt: Try) -> str:
    """What became of the tries before this one."""
    notes = []
    tries = _started(facts, attempt)
    for one, following in pairwise(tries):
        if one is attempt:
            break
        took = text.between(one.start, one.end)
        words = [f"Try {one.key.try_number} {text.state_look(one.state).word}"]
        words += [f"after {took}"] if took else []
        kept = [
            xcom.at.key
            for xcom in facts.xcoms
            if xcom.is_gone and following.start and xcom.at.timestamp < following.start
        ]
        words += [f"and pushed {', '.join(kept)}: kept here, gone from Airflow"] if kept else []
        notes.append(" ".join(words))
    return "; ".join(notes)


def _siblings(facts: TaskInstanceFacts, view: View) -> tuple[Sibling, ...]:
    at = facts.instance
    return tuple(
        Sibling(
            map_index=index,
            state=state,
            href=links.task_instance(
                deployment=facts.deployment,
                instance=TaskInstanceKey(at.dag_id, at.run_id, at.task_id, index),
                view=in_address(view),
            ),
            is_chosen=index == at.map_index,
        )
        for index, state in facts.siblings
    )


def _gave_facts(facts: TaskInstanceFacts) -> GaveFacts:
    return GaveFacts(
        deployment=facts.deployment,
        dag_id=facts.instance.dag_id,
        task_id=facts.instance.task_id,
        task_ids=facts.task_ids,
        xcoms=facts.xcoms,
        flows=facts.gave,
        problems=facts.problems,
        run_gone_at=facts.gone_at,
        known=(facts.contract, facts.mark),
        airflow_href=links.airflow_task_instance(base=facts.airflow_url, instance=facts.instance),
    )


def _version(facts: TaskInstanceFacts) -> str:
    number = facts.source.version_number
    return f"DAG version {number}" if number else ""


def _lines(facts: TaskInstanceFacts, problems: tuple[StoredProblem, ...]) -> tuple[SourceLine, ...]:
    marks = _marks(facts, problems)
    if facts.source.source is None:
        return ()
    span = task_lines(facts.source.source, task_id=facts.instance.task_id, marked=marks)
    if span is None:
        return ()
    return excerpt(facts.source.source, first=span[0], last=span[1], marks=marks)


def _marks(facts: TaskInstanceFacts, problems: tuple[StoredProblem, ...]) -> dict[int, LineMarks]:
    notes: dict[int, list[LineNote]] = {}
    for flow in facts.got:
        if flow.line:
            note = LineNote(flow.consumer.field, flow.evidence.value)
            known = notes.setdefault(flow.line, [])
            known += [note] if note not in known else []
    marks = {line: LineMarks(css="is-read", notes=tuple(ones)) for line, ones in notes.items()}
    # A line with an error and a doubt shows the error.
    for stored in sorted(problems, key=lambda one: one.problem.severity is Severity.ERROR):
        pull = stored.problem.pull
        if pull and pull.line:
            problem, others = stored.problem, marks.get(pull.line, LineMarks()).notes
            marks[pull.line] = LineMarks(wrong_css(problem), problem.wrong, remark(problem), others)
    return marks
