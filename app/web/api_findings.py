"""What the JSON says of flows and problems, the source of OpenAPI.

The names are stable: fields may be added, none is renamed.
"""

from dataclasses import dataclass
from datetime import datetime

from app.model.findings import (
    Candidates,
    Check,
    Consumer,
    Flow,
    Problem,
    Producer,
    Pull,
    Suggestion,
)
from app.model.ids import TryKey
from app.store.pages.problem_groups import ProblemGroup
from app.store.problems import StoredProblem
from app.web.api_groups import GroupShape, group_shape


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
class CandidatesShape:
    """A value in a field that the producers gave too; from which, if any, it came is not known."""

    consumer: ConsumerShape
    producers: list[ProducerShape]  # The nearest task first.
    value: str  # A preview.


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
    run_id: str  # Empty: found in the DAG, before a run.
    version_number: int | None  # Of the DAG, for such a one.
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
    spread: list[ConsumerShape]  # Fields of other tasks into which the wrong value went on.
    cause: str  # The same for all problems of its DAG that are mended as one.
    is_victim: bool  # Another problem of the run tells the cause.
    group: GroupShape | None  # All runs' problems of its cause; null where it was not asked for.
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Flows:
    flows: list[FlowShape]
    problems: list[ProblemShape]
    candidates: list[CandidatesShape]  # No flows: guesses.


@dataclass(frozen=True, slots=True)
class Problems:
    problems: list[ProblemShape]


def flow_shape(flow: Flow) -> FlowShape:
    return FlowShape(
        producer=producer_shape(flow.producer),
        consumer=consumer_shape(flow.consumer),
        evidence=flow.evidence.value,
        value=flow.value,
        redacted=flow.redacted,
        line=flow.line,
    )


def candidates_shape(one: Candidates) -> CandidatesShape:
    return CandidatesShape(
        consumer=consumer_shape(one.consumer),
        producers=[producer_shape(producer) for producer in one.producers],
        value=one.value,
    )


def problem_shape(stored: StoredProblem, group: ProblemGroup | None = None) -> ProblemShape:
    problem: Problem = stored.problem
    return ProblemShape(
        id=stored.pk,
        deployment=stored.deployment,
        dag_id=stored.run.dag_id,
        run_id=stored.run.run_id,
        version_number=stored.version_number,
        kind=problem.kind.value,
        severity=problem.severity.value,
        status=stored.status,
        title=problem.title,
        consumer=consumer_shape(problem.consumer) if problem.consumer else None,
        producer=producer_shape(problem.producer) if problem.producer else None,
        pull=pull_shape(problem.pull) if problem.pull else None,
        silent=problem.silent,
        checks=[check_shape(check) for check in problem.checks],
        suggestion=suggestion_shape(problem.suggestion) if problem.suggestion else None,
        airflow_said=problem.airflow_said,
        wrong=problem.wrong,
        root=try_shape(problem.root) if problem.root else None,
        spread=[consumer_shape(one) for one in problem.spread],
        cause=stored.group[1],
        is_victim=problem.is_victim,
        group=group_shape(group) if group else None,
        first_seen=stored.first_seen,
        last_seen=stored.last_seen,
    )


def try_shape(key: TryKey) -> TryShape:
    at = key.instance
    return TryShape(at.dag_id, at.run_id, at.task_id, at.map_index, key.try_number)


def producer_shape(producer: Producer) -> ProducerShape:
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


def consumer_shape(consumer: Consumer) -> ConsumerShape:
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


def pull_shape(pull: Pull) -> PullShape:
    return PullShape(
        dag_id=pull.dag_id,
        task_ids=list(pull.task_ids),
        key=pull.key,
        path=list(pull.path),
        template=pull.template,
        line=pull.line,
    )


def check_shape(check: Check) -> CheckShape:
    return CheckShape(what=check.what, ok=check.ok, seen=check.seen)


def suggestion_shape(suggestion: Suggestion) -> SuggestionShape:
    return SuggestionShape(text=suggestion.text, replacement=suggestion.replacement)


@dataclass(frozen=True, slots=True)
class FoundShape:
    """A problem as it was found, whether or not it is stored."""

    kind: str
    severity: str  # error, warning or info.
    title: str
    consumer: ConsumerShape | None
    pull: PullShape | None
    silent: bool
    checks: list[CheckShape]
    suggestion: SuggestionShape | None
    airflow_said: str
    wrong: str
    cause: str


def found_shape(problem: Problem) -> FoundShape:
    return FoundShape(
        kind=problem.kind.value,
        severity=problem.severity.value,
        title=problem.title,
        consumer=consumer_shape(problem.consumer) if problem.consumer else None,
        pull=pull_shape(problem.pull) if problem.pull else None,
        silent=problem.silent,
        checks=[check_shape(check) for check in problem.checks],
        suggestion=suggestion_shape(problem.suggestion) if problem.suggestion else None,
        airflow_said=problem.airflow_said,
        wrong=problem.wrong,
        cause=problem.cause,
    )
