"""What follows from the facts: flows and problems, as design.md's machine interfaces name them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.model.facts import Reach
from app.model.ids import TaskInstanceKey, TryKey
from app.model.values import Path


class Evidence(StrEnum):
    """How sure a flow is, best first."""

    CONFIRMED = "confirmed"  # Source names it and the value stands in the rendered field.
    DECLARED = "declared"  # Source names it; the value cannot be checked.
    INFERRED = "inferred"  # The values alone say so.
    CONTRADICTED = "contradicted"  # Source names it; the rendered field shows another value.

    @property
    def grade(self) -> int:
        """Its place among all of them; the best has 0."""
        return _GRADES[self]


_GRADES = {one: grade for grade, one in enumerate(Evidence)}


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class ProblemKind(StrEnum):
    """Every way a pull or a push goes wrong; the values are part of the JSON interface."""

    UNKNOWN_TASK = "unknown_task"
    MISSING_GROUP_PREFIX = "missing_group_prefix"
    UNKNOWN_DAG = "unknown_dag"
    NOT_UPSTREAM = "not_upstream"
    PRODUCER_SKIPPED = "producer_skipped"
    PRODUCER_FAILED = "producer_failed"
    PRODUCER_NOT_RUN = "producer_not_run"
    PUSH_DISABLED = "push_disabled"
    EMPTY_RETURN_JSON = "empty_return_json"
    NOTHING_PUSHED = "nothing_pushed"
    UNKNOWN_KEY = "unknown_key"
    MISSING_PATH = "missing_path"
    NOT_A_MAPPING = "not_a_mapping"
    INDEX_OUT_OF_RANGE = "index_out_of_range"
    OUTPUT_KEY_IS_NOT_A_PATH = "output_key_is_not_a_path"
    NO_TASK_IDS = "no_task_ids"
    CROSS_DAG_RUN_MISMATCH = "cross_dag_run_mismatch"
    STALE_VALUE = "stale_value"
    NULL_VALUE = "null_value"
    SEQUENCE_REPR = "sequence_repr"
    PYTHON_REPR = "python_repr"
    NON_STRING_VALUE = "non_string_value"
    BRACES_LOST = "braces_lost"
    TEMPLATE_ERROR = "template_error"
    UNRESOLVABLE = "unresolvable"
    QUOTA_NEEDS_SIDECAR_RESOURCES = "quota_needs_sidecar_resources"
    LIMIT_RANGE = "limit_range"
    IMAGE_REFUSED = "image_refused"
    IMAGE_PULL = "image_pull"
    SECURITY_POLICY = "security_policy"
    EXEC_FORBIDDEN = "exec_forbidden"
    EXEC_BLOCKED_BY_PROXY = "exec_blocked_by_proxy"
    EXEC_LOST = "exec_lost"
    SIDECAR_NOT_STARTED = "sidecar_not_started"
    POD_EVICTED = "pod_evicted"
    INVALID_JSON = "invalid_json"
    NOT_SERIALIZABLE = "not_serializable"
    RETURN_JSON_TOO_LARGE = "return_json_too_large"
    RETURN_JSON_NOT_WRITABLE = "return_json_not_writable"
    MULTIPLE_OUTPUTS_NOT_A_MAPPING = "multiple_outputs_not_a_mapping"
    UNMAPPABLE = "unmappable"
    SIDECAR_NOT_STOPPED = "sidecar_not_stopped"
    PUSH_LOST_AFTER_DEFERRAL = "push_lost_after_deferral"
    POD_EVENTS_FORBIDDEN = "pod_events_forbidden"
    POD_FAILED = "pod_failed"


@dataclass(frozen=True, slots=True)
class Producer:
    """A leaf or value of one XCom. `try_number` 0: its try is not known."""

    instance: TaskInstanceKey
    try_number: int
    key: str
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Consumer:
    """A field of one try. `spans`: half-open character ranges of the field's text, in order."""

    instance: TaskInstanceKey
    try_number: int
    field: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """One leaf or value that went into one field."""

    producer: Producer
    consumer: Consumer
    evidence: Evidence
    value: str  # Preview of what was read.
    redacted: bool = False
    line: int | None = None  # Of the DAG's source.


@dataclass(frozen=True, slots=True)
class KnownFlow:
    """A flow of a deployment. `started`, `state`: of the try that got it, where they are known."""

    deployment: str
    flow: Flow
    started: datetime | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class OnwardFlow:
    """A flow from the run one looks at into another one, the newest that has it in that field."""

    flow: Flow
    runs: int = 1  # So many runs of the consumer's task got something from the run.
    state: str | None = None  # Of the try that got it.
    is_rendered: bool = False  # The rendered fields of that try were seen.


@dataclass(frozen=True, slots=True)
class Candidates:
    """Values that upstream tasks gave and that are the same as one in a field; no flow, a guess.

    The field has its value from one of the `producers`, nearest first, or from none of them.
    """

    consumer: Consumer
    producers: tuple[Producer, ...]
    value: str  # Preview of what they have in common.


@dataclass(frozen=True, slots=True)
class Pull:
    """A place that reads an XCom, as its DAG's source or a log shows it."""

    dag_id: str  # The DAG pulled from.
    task_ids: tuple[str, ...]  # Empty: none was given.
    key: str
    path: Path = ()
    template: str | None = None  # The field's raw template, where the pull is Jinja.
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One step of a problem's proof. `ok` None: not reached."""

    what: str
    ok: bool | None
    seen: str = ""  # What was looked at, in a few words.


@dataclass(frozen=True, slots=True)
class Suggestion:
    text: str  # "did you mean extract?"
    replacement: str | None = None  # The corrected template or setting, ready to copy.


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken or suspicious pull (has `consumer` and `pull`) or push (has `producer` alone)."""

    kind: ProblemKind
    severity: Severity
    title: str  # A sentence with the task as its subject.
    consumer: Consumer | None = None
    producer: Producer | None = None
    pull: Pull | None = None
    silent: bool = False  # Airflow says green.
    checks: tuple[Check, ...] = ()
    suggestion: Suggestion | None = None
    airflow_said: str = ""  # The log line or exception, masked.
    wrong: str = ""  # The part of the template or message that is wrong, to be marked.
    #: The pod whose failed push is the cause of this failed pull.
    root: TryKey | None = None
    #: Fields of other tasks into which the wrong value went on from here.
    spread: tuple[Consumer, ...] = ()
    #: What there is to mend: problems of one run with the same cause are one thing.
    cause: str = ""
    #: Its cause is told by another problem of the run, into which this one is folded.
    is_victim: bool = False

    @property
    def instance(self) -> TaskInstanceKey | None:
        """The task instance that has it: who pulled, or the pod whose push failed."""
        at = self.consumer or self.producer
        return at.instance if at else None


@dataclass(frozen=True, slots=True)
class Analysis:
    flows: tuple[Flow, ...] = ()
    problems: tuple[Problem, ...] = ()
    #: Tries whose log would settle an open question; none of them was in the facts.
    wanted_logs: tuple[TryKey, ...] = ()
    candidates: tuple[Candidates, ...] = ()
    #: Tasks whose fields and XComs in earlier runs would settle one; they were not in the facts.
    wanted_past: tuple[str, ...] = ()
    #: What the run's pulls are after in other runs, whether or not it was in the facts.
    reaches: tuple[Reach, ...] = ()
