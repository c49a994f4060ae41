"""orders_by_market: a run with a TaskGroup for each market, as many as a test needs.

`plan` gives every market its file; a market's tasks pass values on among themselves, and `publish`
gets one from each. In the third market a task id is mistyped.
"""

from collections.abc import Iterable
from itertools import pairwise

from app.graph.material import Material, material_of
from app.model.facts import RunFacts, Task, Try, XCom
from app.model.findings import (
    Analysis,
    Evidence,
    Flow,
    Problem,
    ProblemKind,
    Pull,
    Severity,
    Suggestion,
)
from app.model.ids import RunKey
from app.model.values import Json, Path
from tests.build import (
    after,
    make_consumer,
    make_facts,
    make_producer,
    make_run,
    make_task,
    make_try,
    make_xcom,
)

RUN = RunKey("orders_by_market", "scheduled__2026-11-20T06:00:00+00:00")
STEPS = ("fetch", "clean", "join", "score", "export")
_BROKEN = 2


def market(number: int) -> str:
    return f"market_{number:03}"


def facts(markets: int) -> RunFacts:
    """A run of 5 tasks for each market, and three more."""
    return make_facts(
        make_run(RUN, state="failed", end=after(900)),
        tasks=tuple(_tasks(markets)),
        tries=tuple(_tries(markets)),
        xcoms=tuple(_xcoms(markets)),
        source=None,
    )


def analysis(markets: int) -> Analysis:
    problems = (problem(),) if markets > _BROKEN else ()
    return Analysis(flows=tuple(_flows(markets)), problems=problems)


def material(markets: int) -> Material:
    return material_of(facts(markets), analysis(markets))


def problem() -> Problem:
    task_id = f"{market(_BROKEN)}.score"
    return Problem(
        kind=ProblemKind.UNKNOWN_TASK,
        severity=Severity.ERROR,
        title=f"{task_id} reads jion, which is not a task of this DAG",
        consumer=make_consumer(task_id, "env_vars.WEIGHTS", run=RUN, spans=()),
        pull=Pull(RUN.dag_id, (f"{market(_BROKEN)}.jion",), "return_value", ("weights",)),
        suggestion=Suggestion(f"did you mean {market(_BROKEN)}.join?"),
        wrong=f"{market(_BROKEN)}.jion",
    )


def _tasks(markets: int) -> Iterable[Task]:
    yield make_task("plan", *(f"{market(n)}.fetch" for n in range(markets)))
    yield make_task("publish", "report")
    yield make_task("report", operator="PythonOperator")
    for number in range(markets):
        ids = [f"{market(number)}.{step}" for step in STEPS]
        for one, following in zip(ids, [*ids[1:], "publish"], strict=True):
            yield make_task(one, following)


def _ids(markets: int) -> Iterable[str]:
    yield from ("plan", "publish", "report")
    yield from (f"{market(number)}.{step}" for number in range(markets) for step in STEPS)


def _tries(markets: int) -> Iterable[Try]:
    for task_id in _ids(markets):
        state = "failed" if task_id == f"{market(_BROKEN)}.score" else "success"
        yield make_try(task_id, run=RUN, state=state, rendered={"arguments": []})


def _xcoms(markets: int) -> Iterable[XCom]:
    plan: Json = {market(n): f"s3://orders/{market(n)}/2026-11-20.parquet" for n in range(markets)}
    yield make_xcom("plan", plan, run=RUN)
    for task_id in _ids(markets):
        if "." in task_id:
            value: Json = {"uri": f"s3://orders/{task_id}.parquet", "rows": 40_000 + len(task_id)}
            yield make_xcom(task_id, value, run=RUN)


def _flows(markets: int) -> Iterable[Flow]:
    for number in range(markets):
        name = market(number)
        yield _flow("plan", (name,), f"{name}.fetch", "arguments[0]")
        for one, following in pairwise(STEPS):
            yield _flow(f"{name}.{one}", ("uri",), f"{name}.{following}", "arguments[0]")
        yield _flow(f"{name}.fetch", ("rows",), f"{name}.score", "env_vars.ROWS")
        yield _flow(f"{name}.export", ("uri",), "publish", f"arguments[{number}]")


def _flow(task_id: str, path: Path, consumer: str, field: str) -> Flow:
    return Flow(
        make_producer(task_id, path, run=RUN),
        make_consumer(consumer, field, run=RUN),
        Evidence.CONFIRMED,
        f"s3://orders/{task_id}.parquet",
    )
