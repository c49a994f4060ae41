"""What the JSON says: stable names (fields may be added, none renamed), the source of OpenAPI."""

from dataclasses import dataclass
from datetime import datetime

from app.model.facts import Dag
from app.model.findings import Check, Consumer, Flow, Problem, Producer, Pull, Suggestion
from app.model.ids import TryKey
from app.store.deployments import DeploymentState
from app.store.pages.listings import ListedRun
from app.store.problems import StoredProblem
from app.web.text import address


@dataclass(frozen=True, slots=True)
class TryShape:
    dag_id: str
    run_id: str
    task_id: str
    map_index: int  # -1: not mapped.
    try_number: int  # 0: not known.


@dataclass(frozen=True, slots=True)
class ProducerShape(TryShape):
    key: str
    path: list[str | int]


@dataclass(frozen=True, slots=True)
class ConsumerShape(TryShape):
    field: str
    spans: list[list[int]]  # Half-open character ranges of the field's text.


@dataclass(frozen=True, slots=True)
class FlowShape:
    producer: ProducerShape
    consumer: ConsumerShape
    evidence: str  # confirmed, declared, inferred or contradicted.
    value: str  # A preview.
    redacted: bool
    line: int | None


@dataclass(frozen=True, slots=True)
class PullShape:
    dag_id: str
    task_ids: list[str]
    key: str
    path: list[str | int]
    template: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class CheckShape:
    what: str
    ok: bool | None  # null: not reached.
    seen: str


@dataclass(frozen=True, slots=True)
class SuggestionShape:
    text: str
    replacement: str | None


@dataclass(frozen=True, slots=True)
class ProblemShape:
    """A pull problem names its `consumer` and `pull`, a push problem its pod as `producer`."""

    id: int
    deployment: str
    dag_id: str
    run_id: str
    kind: str
    severity: str  # error, warning or info.
    status: str  # open or gone: as the run's last analysis found it.
    title: str
    consumer: ConsumerShape | None
    producer: ProducerShape | None
    pull: PullShape | None
    silent: bool
    checks: list[CheckShape]
    suggestion: SuggestionShape | None
    airflow_said: str
    wrong: str
    root: TryShape | None  # The pod whose failed push is the cause.
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class DagShape:
    dag_id: str
    display_name: str
    schedule: str | None
    is_paused: bool
    is_stale: bool
    fileloc: str
    latest_version: int | None
    tags: list[str]


@dataclass(frozen=True, slots=True)
class RunShape:
    run_id: str
    state: str
    run_type: str
    logical_date: datetime | None
    run_after: datetime | None
    start: datetime | None
    end: datetime | None
    version_number: int | None
    sealed_at: datetime | None
    gone_at: datetime | None
    is_analysed: bool


@dataclass(frozen=True, slots=True)
class DeploymentShape:
    name: str
    url: str
    airflow_version: str | None
    last_pass_at: datetime | None
    last_pass_seconds: float | None
    lag_seconds: float | None  # Since the last whole pass; null before the first one.
    error: str | None
    failures: int  # Failed passes in a row.
    dags: int
    open_runs: int
    sealed_runs: int
    requests: int
    values_fetched: int
    backfilled_to: datetime | None
    backfill_done: bool


@dataclass(frozen=True, slots=True)
class Dags:
    dags: list[DagShape]


@dataclass(frozen=True, slots=True)
class Runs:
    runs: list[RunShape]


@dataclass(frozen=True, slots=True)
class Flows:
    flows: list[FlowShape]
    problems: list[ProblemShape]


@dataclass(frozen=True, slots=True)
class Problems:
    problems: list[ProblemShape]


@dataclass(frozen=True, slots=True)
class Status:
    version: str  # Of xcomtrace.
    deployments: list[DeploymentShape]


def dag_shape(dag: Dag) -> DagShape:
    return DagShape(
        dag_id=dag.dag_id,
        display_name=dag.display_name,
        schedule=dag.schedule,
        is_paused=dag.is_paused,
        is_stale=dag.is_stale,
        fileloc=dag.fileloc,
        latest_version=dag.latest_version,
        tags=list(dag.tags),
    )


def run_shape(listed: ListedRun) -> RunShape:
    run = listed.run
    return RunShape(
        run_id=run.key.run_id,
        state=run.state,
        run_type=run.run_type,
        logical_date=run.logical_date,
        run_after=run.run_after,
        start=run.start,
        end=run.end,
        version_number=run.version_number,
        sealed_at=listed.sealed_at,
        gone_at=listed.gone_at,
        is_analysed=listed.is_analysed,
    )


def flow_shape(flow: Flow) -> FlowShape:
    return FlowShape(
        producer=_producer(flow.producer),
        consumer=_consumer(flow.consumer),
        evidence=flow.evidence.value,
        value=flow.value,
        redacted=flow.redacted,
        line=flow.line,
    )


def problem_shape(stored: StoredProblem) -> ProblemShape:
    problem: Problem = stored.problem
    return ProblemShape(
        id=stored.pk,
        deployment=stored.deployment,
        dag_id=stored.run.dag_id,
        run_id=stored.run.run_id,
        kind=problem.kind.value,
        severity=problem.severity.value,
        status=stored.status,
        title=problem.title,
        consumer=_consumer(problem.consumer) if problem.consumer else None,
        producer=_producer(problem.producer) if problem.producer else None,
        pull=_pull(problem.pull) if problem.pull else None,
        silent=problem.silent,
        checks=[_check(check) for check in problem.checks],
        suggestion=_suggestion(problem.suggestion) if problem.suggestion else None,
        airflow_said=problem.airflow_said,
        wrong=problem.wrong,
        root=_try(problem.root) if problem.root else None,
        first_seen=stored.first_seen,
        last_seen=stored.last_seen,
    )


def deployment_shape(state: DeploymentState, now: datetime) -> DeploymentShape:
    last = state.last_pass_at
    return DeploymentShape(
        name=state.name,
        url=address(state.url),
        airflow_version=state.airflow_version,
        last_pass_at=last,
        last_pass_seconds=state.last_pass_seconds,
        lag_seconds=(now - last).total_seconds() if last else None,
        error=state.error,
        failures=state.failures,
        dags=state.dags,
        open_runs=state.open_runs,
        sealed_runs=state.sealed_runs,
        requests=state.requests,
        values_fetched=state.values_fetched,
        backfilled_to=state.backfilled_to,
        backfill_done=state.backfill_done,
    )


def _try(key: TryKey) -> TryShape:
    at = key.instance
    return TryShape(at.dag_id, at.run_id, at.task_id, at.map_index, key.try_number)


def _producer(producer: Producer) -> ProducerShape:
    at = producer.instance
    return ProducerShape(
        dag_id=at.dag_id,
        run_id=at.run_id,
        task_id=at.task_id,
        map_index=at.map_index,
        try_number=producer.try_number,
        key=producer.key,
        path=list(producer.path),
    )


def _consumer(consumer: Consumer) -> ConsumerShape:
    at = consumer.instance
    return ConsumerShape(
        dag_id=at.dag_id,
        run_id=at.run_id,
        task_id=at.task_id,
        map_index=at.map_index,
        try_number=consumer.try_number,
        field=consumer.field,
        spans=[list(span) for span in consumer.spans],
    )


def _pull(pull: Pull) -> PullShape:
    return PullShape(
        dag_id=pull.dag_id,
        task_ids=list(pull.task_ids),
        key=pull.key,
        path=list(pull.path),
        template=pull.template,
        line=pull.line,
    )


def _check(check: Check) -> CheckShape:
    return CheckShape(what=check.what, ok=check.ok, seen=check.seen)


def _suggestion(suggestion: Suggestion) -> SuggestionShape:
    return SuggestionShape(text=suggestion.text, replacement=suggestion.replacement)
