"""Try it: any template, rendered against a run's XComs as one of its tasks would see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.lineage.tryout.ground import Ground, written_templates
from app.model.facts import Run, Try
from app.model.ids import NOT_MAPPED, RunKey
from app.store.pages.tryout import TryFacts, read_try_facts
from app.web import links, text
from app.web.chrome import Chrome, chrome
from app.web.fields import Field, fields_of
from app.web.parts import MOST_COUNTED, MOST_NUMBERED, Parts, WebParts
from app.web.posted import Form
from app.web.tried import Tried, tried
from app.web.trying import Attempt, Wish, attempted

router = APIRouter(include_in_schema=False)

# Tasks and instances of one mapped task that are offered to choose from.
_MOST_TASKS = 5_000
_MOST_INSTANCES = 1_000


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """A template of the source, to begin with."""

    field: str
    href: str
    template: str
    line: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class TryPage:
    chrome: Chrome
    deployment: str
    deployment_href: str
    dag_id: str
    dag_href: str
    run_href: str
    task_href: str
    action: str
    runs: tuple[Option, ...]
    tasks: tuple[Option, ...]
    instances: tuple[Option, ...]  # Of a mapped task.
    fields: tuple[str, ...]
    written: tuple[WrittenRow, ...]
    wish: Wish
    refusal: str  # Why nothing was tried.
    as_of: str
    result: Tried | None
    got: text.Preview | None  # What stands in the field since the task's last try.
    twin: str


@router.get(links.TRY_ROUTE)
def try_page(  # noqa: PLR0913 - two make the address, the others say what to try
    parts: Parts,
    *,
    deployment: str,
    dag_id: str,
    run_id: str = "",
    task_id: str = "",
    map_index: Annotated[int, Query(ge=NOT_MAPPED, le=MOST_COUNTED)] = NOT_MAPPED,
    field: str = "",
    template: str = "",
    now: bool = False,
    problem: Annotated[int | None, Query(ge=1, le=MOST_NUMBERED)] = None,
) -> Response:
    wish = Wish(run_id, task_id, map_index, field, template or None, is_now=now)
    return _answer(parts, deployment, dag_id, wish, problem)


@router.post(links.TRY_ROUTE)
def try_posted(parts: Parts, deployment: str, dag_id: str, form: Form) -> Response:
    return _answer(parts, deployment, dag_id, _wish(form), None)


def _wish(form: dict[str, str]) -> Wish:
    index = form.get("map_index", "")
    return Wish(
        run_id=form.get("run_id", ""),
        task_id=form.get("task_id", ""),
        map_index=int(index) if index.isdecimal() and len(index) < 10 else NOT_MAPPED,  # noqa: PLR2004 - digits of a map index
        field=form.get("field", ""),
        template=form.get("template") or None,
        is_now=form.get("now") == "1",
    )


def _answer(
    parts: WebParts, deployment: str, dag_id: str, wish: Wish, problem: int | None
) -> Response:
    with parts.store.reading() as session:
        facts = read_try_facts(session, deployment=deployment, dag_id=dag_id, problem=problem)
        attempt = attempted(session, facts, wish)
        top = chrome(session, parts, tab="dags")
    return parts.renderer.page("try/page.html", build(facts, attempt, top))


def build(facts: TryFacts, attempt: Attempt, top: Chrome) -> TryPage:
    wish, ground, deployment = attempt.wish, attempt.ground, facts.deployment
    run = RunKey(facts.dag_id, wish.run_id)
    reader = ground.reader(wish.task_id, wish.map_index) if ground else None
    got = fields_of(reader.rendered or {}) if reader else ()
    written = _written(facts, wish, ground)
    return TryPage(
        chrome=top,
        deployment=deployment,
        deployment_href=links.dags(deployment=deployment),
        dag_id=facts.dag_id,
        dag_href=links.dag(deployment=deployment, dag_id=facts.dag_id),
        run_href=links.run(deployment=deployment, run=run) if ground else "",
        task_href=_task_href(deployment, reader),
        action=links.tryout(deployment=deployment, dag_id=facts.dag_id),
        runs=_runs(facts.runs, wish.run_id),
        tasks=_tasks(ground, wish.task_id),
        instances=_instances(ground, wish),
        fields=tuple(
            dict.fromkeys((*(one.field for one in written), *(one.address for one in got)))
        ),
        written=written,
        wish=wish,
        refusal=attempt.refusal,
        as_of=_as_of(reader),
        result=tried(attempt.tryout, deployment=deployment, run=run) if attempt.tryout else None,
        got=_got(got, wish.field),
        twin=links.api_try(deployment=deployment, run=run) if ground else "",
    )


def _task_href(deployment: str, reader: Try | None) -> str:
    """The task's page; none when it left no trace in the run."""
    if reader is None or reader.state is None:
        return ""
    return links.task_instance(deployment=deployment, instance=reader.key.instance)


def _runs(runs: Iterable[Run], chosen: str) -> tuple[Option, ...]:
    """The newest runs, and the chosen one when it is older."""
    known = {run.key.run_id: f"{run.key.run_id}, {text.state_look(run.state).word}" for run in runs}
    known.setdefault(chosen, chosen)
    return tuple(Option(one, words, one == chosen) for one, words in known.items() if one)


def _tasks(ground: Ground | None, chosen: str) -> tuple[Option, ...]:
    """The DAG's tasks in its order, then those that it no longer has."""
    if ground is None:
        return ()
    index = ground.index
    names = dict.fromkeys((*index.tasks, *sorted(index.task_ids)))
    return tuple(Option(one, one, one == chosen) for one in list(names)[:_MOST_TASKS])


def _instances(ground: Ground | None, wish: Wish) -> tuple[Option, ...]:
    found = ground.index.instances(ground.index.run.dag_id, wish.task_id) if ground else ()
    return tuple(
        Option(str(one.map_index), f"[{one.map_index}]", one.map_index == wish.map_index)
        for one in found[:_MOST_INSTANCES]
        if one.map_index != NOT_MAPPED
    )


def _written(facts: TryFacts, wish: Wish, ground: Ground | None) -> tuple[WrittenRow, ...]:
    found = written_templates(ground, wish.task_id) if ground else ()
    return tuple(
        WrittenRow(
            field=one.field,
            href=links.tryout(
                deployment=facts.deployment,
                dag_id=facts.dag_id,
                run_id=wish.run_id,
                task_id=wish.task_id,
                map_index=wish.map_index,
                field=one.field,
            ),
            template=text.preview(one.template).text,
            line=one.line,
            is_chosen=one.field == wish.field,
        )
        for one in found
    )


def _as_of(reader: Try | None) -> str:
    """When the task's latest try began; empty when none has."""
    if reader is None or reader.start is None or reader.key.try_number == 0:
        return ""
    moment = text.day_and_time(reader.start)
    return f"try {reader.key.try_number}, {moment.text}" if moment else ""


def _got(fields: Iterable[Field], address: str) -> text.Preview | None:
    found = next((one for one in fields if one.address == address), None)
    return text.preview(found.text) if found else None
