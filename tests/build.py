"""Facts and findings with good defaults: a test names only what it is about.

Everything happens in one run, `RUN`, of one DAG unless a test says otherwise. `keep` puts it all
into a store, through the doors that a pass uses.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.model.facts import (
    Dag,
    DagVersion,
    LogEvent,
    Run,
    RunFacts,
    Task,
    Try,
    TryLog,
    XCom,
    XComKey,
)
from app.model.findings import (
    Analysis,
    Candidates,
    Consumer,
    Evidence,
    Flow,
    Problem,
    ProblemKind,
    Producer,
    Pull,
    Severity,
)
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey, TryKey
from app.model.values import Json, Path
from app.refresh.indexing import index_runs
from app.store.dags import write_version
from app.store.deployments import ensure_deployment
from app.store.findings import write_analysis
from app.store.logs import write_log
from app.store.runs import write_runs
from app.store.session import Store
from app.store.tries import write_tries
from app.store.xcoms import write_xcoms

#: When the run of every default below started.
START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
RUN = RunKey("geo_tiles", "scheduled__2026-11-20T06:00:00+00:00")


def after(seconds: float) -> datetime:
    """That many seconds after START."""
    return START + timedelta(seconds=seconds)


def make_dag(dag_id: str = RUN.dag_id, **more: Any) -> Dag:
    return Dag(dag_id=dag_id, **{"display_name": dag_id, "latest_version": 1, **more})


def make_task(task_id: str = "extract", *downstream: str, **more: Any) -> Task:
    """A pod's task, with the ids of the tasks directly after it."""
    defaults: dict[str, Any] = {
        "operator": "KubernetesPodOperator",
        "template_fields": ("image", "cmds", "arguments", "env_vars"),
    }
    return Task(task_id, downstream=frozenset(downstream), **{**defaults, **more})


def make_version(*tasks: Task, dag_id: str = RUN.dag_id, **more: Any) -> DagVersion:
    return DagVersion(dag_id, **{"version_number": 1, "tasks": tasks, **more})


def make_run(key: RunKey = RUN, *, state: str = "success", **more: Any) -> Run:
    defaults: dict[str, Any] = {
        "run_type": "scheduled",
        "run_after": START,
        "start": START,
        "end": None if state in {"running", "queued"} else after(60),
        "version_number": 1,
    }
    return Run(key, state=state, **{**defaults, **more})


def make_instance(
    task_id: str = "extract", *, run: RunKey = RUN, map_index: int = NOT_MAPPED
) -> TaskInstanceKey:
    return TaskInstanceKey(run.dag_id, run.run_id, task_id, map_index)


def make_try_key(task_id: str = "extract", try_number: int = 1, **instance: Any) -> TryKey:
    return TryKey(make_instance(task_id, **instance), try_number)


def make_try(
    task_id: str = "extract",
    *,
    try_number: int = 1,
    map_index: int = NOT_MAPPED,
    run: RunKey = RUN,
    **more: Any,
) -> Try:
    defaults: dict[str, Any] = {
        "state": "success",
        "operator": "KubernetesPodOperator",
        "queued_at": START,
        "start": after(1),
        "end": after(10),
        "version_number": 1,
    }
    key = make_try_key(task_id, try_number, run=run, map_index=map_index)
    return Try(key, **{**defaults, **more})


def make_xcom_key(
    task_id: str = "extract", key: str = "return_value", *, seconds: float = 9, **instance: Any
) -> XComKey:
    """The version that was pushed that many seconds after START."""
    return XComKey(make_instance(task_id, **instance), key, after(seconds))


def make_xcom(task_id: str = "extract", value: Json = None, **key_or_more: Any) -> XCom:
    """An XCom of `value`; other arguments are those of make_xcom_key, or XCom's own fields."""
    more = {
        n: key_or_more.pop(n)
        for n in ("size", "truncated", "is_gone", "sha256")
        if n in key_or_more
    }
    return XCom(make_xcom_key(task_id, **key_or_more), value, **{"size": 20, **more})


def make_log(*texts: str, key: TryKey | None = None) -> TryLog:
    events = tuple(LogEvent(after(n), "error", "task", text) for n, text in enumerate(texts))
    return TryLog(key or make_try_key(), events)


def make_producer(task_id: str = "extract", path: Path = ("key1",), **instance: Any) -> Producer:
    return Producer(make_instance(task_id, **instance), 1, "return_value", path)


def make_consumer(task_id: str = "load", field: str = "arguments[0]", **more: Any) -> Consumer:
    spans = more.pop("spans", ((0, 5),))
    try_number = more.pop("try_number", 1)
    return Consumer(make_instance(task_id, **more), try_number, field, spans)


def make_flow(
    producer: Producer | None = None, consumer: Consumer | None = None, **more: Any
) -> Flow:
    defaults: dict[str, Any] = {"evidence": Evidence.CONFIRMED, "value": "alpha"}
    return Flow(producer or make_producer(), consumer or make_consumer(), **{**defaults, **more})


def make_candidates(*producers: Producer, **more: Any) -> Candidates:
    """One value that two tasks gave, in a field of `load`."""
    named = producers or (make_producer("extract"), make_producer("enrich", ("id",)))
    return Candidates(more.pop("consumer", make_consumer()), named, **{"value": "alpha", **more})


def make_pull(*task_ids: str, path: Path = ("key1",), **more: Any) -> Pull:
    defaults: dict[str, Any] = {"dag_id": RUN.dag_id, "key": "return_value"}
    return Pull(task_ids=task_ids or ("extarct",), path=path, **{**defaults, **more})


def make_problem(kind: ProblemKind = ProblemKind.UNKNOWN_TASK, **more: Any) -> Problem:
    """A mistyped task id in `load`, unless the test says otherwise."""
    defaults: dict[str, Any] = {
        "severity": Severity.ERROR,
        "title": "load reads a task that does not exist",
        "consumer": make_consumer(),
        "pull": make_pull(),
    }
    return Problem(kind, **{**defaults, **more})


def make_facts(run: Run | None = None, **more: Any) -> RunFacts:
    """A run in which `extract` gave a value that `load` got as its first argument."""
    defaults: dict[str, Any] = {
        "tasks": (make_task("extract", "load"), make_task("load")),
        "version_number": 1,
        "tries": (
            make_try("extract", rendered={"arguments": ["--all"]}),
            make_try("load", start=after(11), end=after(20), rendered={"arguments": ["alpha"]}),
        ),
        "xcoms": (make_xcom("extract", {"key1": "alpha", "key2": [1, 2]}),),
    }
    return RunFacts(run or make_run(), **{**defaults, **more})


def keep(store: Store, facts: RunFacts, analysis: Analysis | None = None) -> int:
    """The number of the deployment `default`, in which this run and its findings now stand."""
    run = facts.run.key
    version = DagVersion(run.dag_id, facts.version_number or 1, facts.source, facts.tasks)
    with store.writing() as session:
        pk = ensure_deployment(session, name="default", url="http://airflow.test")
        write_version(session, deployment_pk=pk, version=version)
        write_runs(session, deployment_pk=pk, runs=[facts.run])
        write_tries(session, deployment_pk=pk, tries=facts.tries)
        write_xcoms(session, deployment_pk=pk, xcoms=facts.xcoms)
        for log in facts.logs:
            write_log(session, deployment_pk=pk, log=log)
        index_runs(session, deployment_pk=pk, runs=[run])
        if analysis is not None:
            write_analysis(
                session,
                deployment_pk=pk,
                run=run,
                analysis=analysis,
                engine_version=1,
                structure_hash=None,
                at=after(100),
            )
    return pk
