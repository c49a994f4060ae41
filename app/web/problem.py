"""One problem: where it is written, what it should say, and why we think so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from app.lineage.explain.catalogue import entry_of
from app.model.findings import Check, Problem, ProblemKind
from app.store.pages.problem import ProblemFacts, read_problem_facts
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.deciding import Deciding, deciding
from app.web.marked import marked
from app.web.parts import MOST_NUMBERED, Parts
from app.web.problem_chain import Chain, chain
from app.web.problem_fix import Correction, correction, steps, try_href, written
from app.web.problem_places import InstanceLink, Places, Spread
from app.web.problem_tried import would_have_got
from app.web.problem_words import (
    advice,
    marked_wrong,
    pulled,
    remark,
    underline,
    wrong_css,
)
from app.web.source_excerpt import LineMarks, SourceLine, around, excerpt
from app.web.tried import Stretch

router = APIRouter(include_in_schema=False)

# Those that what the producer gave in other runs tells more of.
_OF_KEYS = frozenset({ProblemKind.UNKNOWN_KEY, ProblemKind.MISSING_PATH})
# Groups looked at to page from one open problem to the next.
_MOST_GROUPS = 5000


@dataclass(frozen=True, slots=True)
class Neighbours:
    text: str  # "5 of 7 open".
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ProblemPage:
    chrome: Chrome
    dag_id: str
    dag_href: str
    task_id: str
    neighbours: Neighbours
    deciding: Deciding | None  # None: what there is to mend was not worked out yet.
    level: str
    title: str
    is_silent: bool
    is_open: bool
    wrong: tuple[text.Piece, ...]
    suggestion: str
    pulled: tuple[tuple[text.Piece, ...], ...]  # What was asked for and whom.
    where: str
    where_note: str
    lines: tuple[SourceLine, ...]
    written: tuple[text.Piece, ...]  # The template, where no correction shows it.
    airflow_said: tuple[text.Piece, ...]
    correction: Correction | None
    steps: tuple[tuple[text.Piece, ...], ...]  # How to mend it, where that cannot be said exactly.
    would: tuple[Stretch, ...]  # What the field would have got with the correction.
    try_href: str
    checks: tuple[Check, ...]
    contract_href: str  # What its producer gave in all runs, where the pull asks for another key.
    kind: str
    kind_name: str
    harm: str
    place: InstanceLink | None
    place_role: str
    field: str
    run_id: str  # Empty: found in the DAG, before a run has it.
    run_href: str
    compare_href: str
    version: str
    first_seen: text.Moment | None
    last_seen: text.Moment | None
    hits: tuple[bool, ...]
    runs_note: str
    chain: Chain
    spread: Spread
    closes: str


@router.get(links.PROBLEM_ROUTE)
def problem_page(parts: Parts, number: Annotated[int, Path(ge=1, le=MOST_NUMBERED)]) -> Response:
    with parts.store.reading() as session:
        facts = read_problem_facts(session, number, now=parts.now(), most=_MOST_GROUPS)
        fix = correction(facts.stored.problem)
        would = would_have_got(session, facts, fix.copied) if fix and fix.before else ()
        top = chrome(session, parts, tab="problems", here=links.problem(number))
    return parts.renderer.page("problem/page.html", build(facts, top, parts.now(), would))


def build(
    facts: ProblemFacts, top: Chrome, now: datetime, would: tuple[Stretch, ...] = ()
) -> ProblemPage:
    """`would`: what the field would have got with the correction, where that is known."""
    stored, problem = facts.stored, facts.stored.problem
    is_open = _is_open(facts)
    instance = problem.instance
    places = Places(stored.deployment, facts.chain.states)
    fix = correction(problem)
    hit = {one.run_pk for one in facts.same}
    hits = tuple(run.pk in hit for run in facts.runs)
    first_at, last_at = _seen(facts)
    css = underline(problem)
    return ProblemPage(
        chrome=top,
        dag_id=stored.run.dag_id,
        dag_href=links.dag(deployment=stored.deployment, dag_id=stored.run.dag_id),
        task_id=instance.task_id if instance else "",
        neighbours=_neighbours(facts),
        deciding=deciding(facts.group, back=links.problem(stored.pk), now=now)
        if facts.group
        else None,
        level=problem.severity.value,
        title=problem.title,
        is_silent=problem.silent,
        is_open=is_open,
        wrong=marked_wrong(problem),
        suggestion=advice(problem),
        pulled=_pulled(problem, css),
        where=_where(facts),
        where_note=_version(facts),
        lines=_lines(facts),
        written=written(problem, css) if fix is None else (),
        airflow_said=marked(problem.airflow_said, problem.wrong, css),
        correction=fix,
        steps=() if fix else steps(problem),
        would=would,
        try_href=try_href(stored),
        checks=problem.checks,
        contract_href=_contract_href(facts),
        kind=problem.kind.value,
        kind_name=entry_of(problem.kind).name,
        harm=_harm(problem, facts.chain.states.get(instance) if instance else None),
        place=places.link(instance) if instance else None,
        place_role="consumer" if problem.consumer else "producer",
        field=problem.consumer.field if problem.consumer else "",
        run_id=stored.run.run_id,
        run_href=links.run(deployment=stored.deployment, run=stored.run),
        compare_href=links.compare(
            deployment=stored.deployment, dag_id=stored.run.dag_id, right=stored.run.run_id
        ),
        version=_version(facts),
        first_seen=text.day_and_time(first_at),
        last_seen=text.ago(last_at, now),
        hits=hits,
        runs_note=f"{sum(hits)} of the last {len(hits)}",
        chain=chain(facts.chain, here=stored.pk, deployment=stored.deployment),
        spread=places.spread(problem),
        closes=_closes(facts, is_open=is_open),
    )


def _contract_href(facts: ProblemFacts) -> str:
    pull = facts.stored.problem.pull
    # It has to be one task, which the pull reached, and which gives something.
    if facts.stored.problem.kind not in _OF_KEYS or pull is None or len(pull.task_ids) != 1:
        return ""
    return links.contract(
        deployment=facts.stored.deployment, dag_id=pull.dag_id, task_id=pull.task_ids[0]
    )


def _pulled(problem: Problem, css: str) -> tuple[tuple[text.Piece, ...], ...]:
    parts = pulled(problem)
    at = next((at for at, part in enumerate(parts) if problem.wrong in part), None)
    return tuple(
        marked(part, problem.wrong if number == at else "", css)
        for number, part in enumerate(parts)
    )


def _harm(problem: Problem, state: str | None) -> str:
    if problem.silent:
        return f"{problem.severity.value}, task is green"
    return (
        f"{problem.severity.value}, task {text.state_look(state).word}"
        if state
        else problem.severity.value
    )


def _seen(facts: ProblemFacts) -> tuple[datetime | None, datetime | None]:
    """When its cause was first and last seen, before a run or in one."""
    if facts.group is not None:
        return facts.group.first_at, facts.group.last_at
    moments = [one.at for one in facts.same if one.at]
    return min(moments, default=None), max(moments, default=None)


def _is_open(facts: ProblemFacts) -> bool:
    if facts.group is None:
        return any(one.is_open for one in facts.same)
    return facts.group.is_open


def _neighbours(facts: ProblemFacts) -> Neighbours:
    still = facts.waiting
    if facts.group is None or facts.group.latest.pk not in still:
        return Neighbours("" if _is_open(facts) else "gone", None, None)
    at = still.index(facts.group.latest.pk)
    return Neighbours(
        text=f"{at + 1} of {len(still)} open",
        before=links.problem(still[at - 1]) if at > 0 else None,
        after=links.problem(still[at + 1]) if at + 1 < len(still) else None,
    )


def _where(facts: ProblemFacts) -> str:
    pull = facts.stored.problem.pull
    file = facts.source.fileloc or "the DAG's file"
    return f"{file}:{pull.line}" if pull and pull.line else file


def _lines(facts: ProblemFacts) -> tuple[SourceLine, ...]:
    problem = facts.stored.problem
    line = problem.pull.line if problem.pull else None
    if line is None or facts.source.source is None:
        return ()
    first, last = around(line)
    marks = {line: LineMarks(wrong_css(problem), problem.wrong, remark(problem))}
    return excerpt(facts.source.source, first=first, last=last, marks=marks)


def _version(facts: ProblemFacts) -> str:
    number = facts.source.version_number
    return f"DAG version {number}" if number else ""


def _closes(facts: ProblemFacts, *, is_open: bool) -> str:
    if not is_open:
        return "A later run has shown it mended."
    if not facts.stored.run.run_id:
        return "a new version of the DAG no longer has it."
    if facts.stored.problem.consumer:
        return "a later run succeeds in which this field gets its value."
    return "a later run succeeds in which this pod pushes its return.json."
