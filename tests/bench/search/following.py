"""One value in a thousand places, and two runs of a thousand tasks beside each other."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.lineage.analyze import analyze
from app.model.facts import Run, RunFacts, Try, XCom, XComKey
from app.model.ids import RunKey, TaskInstanceKey, TryKey
from app.model.leaves import Place
from app.model.values import Json
from app.refresh.visits import Visit
from app.store.pages.value import AskedValue
from app.store.session import ReadSession, Store
from app.web.compare import read_and_compare
from app.web.value_reading import read_value
from tests.bench.runs import facts_of
from tests.bench.search.filling import in_passes, write_as_pass
from tests.bench.sources import DAG_ID, written_out
from tests.build import START, keep

#: A path that every run of one DAG gives, and a later task of the run gets.
SHARED = "s3://acme-lake/reference/exchange-rates/2026-11-20.parquet"
_DAG = "currency"


def shared_visits(places: int) -> Iterator[Visit]:
    """Runs in which the shared path stands in so many places: two in each."""
    return map(_shared, range(places // 2))


def _shared(number: int) -> Visit:
    at = START + timedelta(minutes=number)
    run = Run(
        RunKey(_DAG, f"scheduled__{at.isoformat()}"), "success", "scheduled",
        logical_date=at, run_after=at, start=at, end=at + timedelta(seconds=50), version_number=1,
    )  # fmt: skip
    gives, gets = (TaskInstanceKey(*_key(run), task_id) for task_id in ("fetch", "convert"))
    value: Json = {"uri": SHARED, "rows": 160 + number % 7}
    return Visit(
        run,
        tries=(_try(gives, run, 0, ["--all"]), _try(gets, run, 20, ["--rates", SHARED])),
        xcoms=(XCom(XComKey(gives, "return_value", at + timedelta(seconds=10)), value, size=90),),
    )


def _key(run: Run) -> tuple[str, str]:
    return run.key.dag_id, run.key.run_id


def _try(instance: TaskInstanceKey, run: Run, seconds: int, arguments: list[Json]) -> Try:
    began = (run.start or START) + timedelta(seconds=seconds)
    return Try(
        TryKey(instance, 1), "success", "KubernetesPodOperator", start=began, queued_at=began,
        end=began + timedelta(seconds=15), version_number=1, rendered={"arguments": arguments},
    )  # fmt: skip


def write_shared(store: Store, places: int) -> AskedValue:
    """The address of the newest of the places."""
    for some in in_passes(shared_visits(places)):
        with store.writing() as session:
            write_as_pass(session, some)
    newest = list(shared_visits(places))[-1]
    return AskedValue(
        deployment="production",
        place=Place.XCOM,
        instance=TaskInstanceKey(*_key(newest.run), "fetch"),
        name="return_value",
        path=("uri",),
    )


def follow(session: ReadSession, asked: AskedValue) -> int:
    """How many places the value's page would know of."""
    return len(read_value(session, asked).found.occurrences)


def write_pair(store: Store, tasks: int) -> tuple[str, str]:
    """The ids of two runs of one DAG, a day apart, of so many tasks each."""
    first = facts_of(tasks - 1, written_out(tasks - 1))
    second = _a_day_later(first)
    for facts in (first, second):
        keep(store, facts, analyze(facts))
    return first.run.key.run_id, second.run.key.run_id


def compare_pair(session: ReadSession, pair: tuple[str, str]) -> int:
    """How many pairs of task instances were compared."""
    left, right = pair
    _, found = read_and_compare(
        session, deployment="default", dag_id=DAG_ID, left=left, right=right
    )
    return len(found.pairs) if found else 0


def _a_day_later(facts: RunFacts) -> RunFacts:
    day = timedelta(days=1)
    run = replace(
        facts.run,
        key=replace(facts.run.key, run_id=_later(facts.run.key.run_id)),
        run_after=START + day,
        start=START + day,
        end=START + day + timedelta(hours=1),
    )
    return replace(
        facts,
        run=run,
        tries=tuple(_try_later(one, run.key.run_id) for one in facts.tries),
        xcoms=tuple(_xcom_later(one, run.key.run_id) for one in facts.xcoms),
    )


def _try_later(one: Try, run_id: str) -> Try:
    day = timedelta(days=1)
    return replace(
        one,
        key=replace(one.key, instance=replace(one.key.instance, run_id=run_id)),
        start=one.start and one.start + day,
        end=one.end and one.end + day,
        rendered=_later(one.rendered),
    )


def _xcom_later(one: XCom, run_id: str) -> XCom:
    at = replace(
        one.at,
        instance=replace(one.at.instance, run_id=run_id),
        timestamp=one.at.timestamp + timedelta(days=1),
    )
    return replace(one, at=at, value=_later(one.value))


def _later(value: Any) -> Any:
    return json.loads(json.dumps(value).replace("2026-11-20", "2026-11-21"))
