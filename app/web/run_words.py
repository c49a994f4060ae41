"""The words on a run's cards and rows; pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from app.graph.addresses import label
from app.graph.material import Instance
from app.graph.meant import suggested_word
from app.graph.parts import BrokenRow, Card, InputRow, OutputRow
from app.model.facts import FINISHED_STATES
from app.model.findings import Problem, ProblemKind, Severity
from app.model.values import Json
from app.web import text

# The worst first: a card of several instances shows the state that needs somebody.
_WORST_FIRST: tuple[str | None, ...] = (
    "failed",
    "upstream_failed",
    "up_for_retry",
    "restarting",
    "running",
    "awaiting_input",
    "up_for_reschedule",
    "deferred",
    "queued",
    "scheduled",
    None,
    "success",
    "skipped",
    "removed",
)

_OPERATORS = {
    "KubernetesPodOperator": "Pod",
    "_KubernetesDecoratedOperator": "Pod",
    "KubernetesJobOperator": "Job",
    "PythonOperator": "Python",
    "_PythonDecoratedOperator": "Python",
    "BashOperator": "Bash",
    "_BashDecoratedOperator": "Bash",
    "EmptyOperator": "Empty",
    "TriggerDagRunOperator": "Trigger",
}

# A shorter end of an address would tell less than the characters that cutting it at a step saves.
_TELLING = 7

# Words of states where several are counted.
_COUNTED = {"success": "done", "no state yet": "to come"}

# Why a pull brought nothing, in the room of one line of a card.
_CAUSES = {
    ProblemKind.UNKNOWN_TASK: "no such task",
    ProblemKind.MISSING_GROUP_PREFIX: "its TaskGroup is missing",
    ProblemKind.UNKNOWN_DAG: "no such DAG",
    ProblemKind.NOT_UPSTREAM: "it is not upstream",
    ProblemKind.PRODUCER_SKIPPED: "it was skipped",
    ProblemKind.PRODUCER_FAILED: "it failed",
    ProblemKind.PRODUCER_NOT_RUN: "it did not run",
    ProblemKind.PUSH_DISABLED: "do_xcom_push is off there",
    ProblemKind.EMPTY_RETURN_JSON: "its return.json is empty",
    ProblemKind.NOTHING_PUSHED: "it pushed nothing",
    ProblemKind.UNKNOWN_KEY: "it has no such key",
    ProblemKind.MISSING_PATH: "nothing stands there",
    ProblemKind.NOT_A_MAPPING: "the value has no keys",
    ProblemKind.INDEX_OUT_OF_RANGE: "the list is shorter",
    ProblemKind.OUTPUT_KEY_IS_NOT_A_PATH: "it is inside return_value",
    ProblemKind.NO_TASK_IDS: "task_ids is missing",
    ProblemKind.NULL_VALUE: "the value is null",
    ProblemKind.CROSS_DAG_RUN_MISMATCH: "no such run of that DAG",
    ProblemKind.STALE_VALUE: "the value is an older one",
    ProblemKind.SEQUENCE_REPR: "a list came as text",
    ProblemKind.PYTHON_REPR: "Python text, not JSON",
    ProblemKind.BRACES_LOST: "it was not rendered",
    ProblemKind.NON_STRING_VALUE: "the value is not a text",
    ProblemKind.TEMPLATE_ERROR: "the template fails",
    ProblemKind.UNRESOLVABLE: "it cannot be resolved",
    ProblemKind.QUOTA_NEEDS_SIDECAR_RESOURCES: "the quota refuses the sidecar",
    ProblemKind.LIMIT_RANGE: "the LimitRange refuses it",
    ProblemKind.IMAGE_REFUSED: "the image is not allowed",
    ProblemKind.SECURITY_POLICY: "a policy refuses the pod",
    ProblemKind.EXEC_FORBIDDEN: "exec is forbidden",
    ProblemKind.EXEC_BLOCKED_BY_PROXY: "a proxy blocks exec",
    ProblemKind.EXEC_LOST: "the connection broke",
    ProblemKind.SIDECAR_NOT_STARTED: "the sidecar did not start",
    ProblemKind.POD_EVICTED: "the pod was gone",
    ProblemKind.IMAGE_PULL: "the image cannot be pulled",
    ProblemKind.INVALID_JSON: "it is not valid JSON",
    ProblemKind.NOT_SERIALIZABLE: "it cannot be stored",
    ProblemKind.POD_FAILED: "the pod failed",
}


def operator_word(operator: str) -> str:
    """`Pod` for the KubernetesPodOperator, else the class's name without `Operator`."""
    return _OPERATORS.get(operator) or operator.removesuffix("Operator") or "Task"


def card_state(card: Card) -> str | None:
    return worst_state(card.instances)


def worst_state(instances: tuple[Instance, ...]) -> str | None:
    """The state that needs somebody most; one that we do not know counts as none yet."""
    return worst_of(one.state for one in instances)


def worst_of(several: Iterable[str | None]) -> str | None:
    """The one of the states that needs somebody most, None when none is known."""
    states = set(several)
    return next((state for state in _WORST_FIRST if state in states), None)


def worst_severity(rows: Sequence[BrokenRow]) -> str:
    """Of a row's or card's problems; empty when there is none."""
    found = {row.problem.severity for row in rows}
    return next((one.value for one in Severity if one in found), "")


def card_subtitle(card: Card) -> str:
    """`Pod · try 2 of 3 · 4 m 06 s`, `Pod · 127 done, 1 skipped`, `other_dag · another run`."""
    if card.is_foreign:
        return elsewhere(card)
    if card.members:
        return f"TaskGroup · {counts(card.instances) or 'not yet'}"
    kind = operator_word(card.operator)
    if len(card.instances) > 1:
        return f"{kind} · {counts(card.instances)}"
    return " · ".join((kind, *_one(card.instances[0]))) if card.instances else f"{kind} · not yet"


def elsewhere(card: Card) -> str:
    """Where a task of another run is; empty for one of this run."""
    if card.more:
        return "tasks of other runs"
    runs = f"{card.runs:,} runs" if card.runs > 1 else "another run"
    return f"{card.run.dag_id} · {runs}" if card.is_foreign else ""


def is_state_known(card: Card) -> bool:
    """Of what is in other runs often nothing is known but what it gave."""
    return bool(card.instances) or not card.is_foreign


def _one(instance: Instance) -> tuple[str, ...]:
    if instance.try_number == 0:
        return ("never started" if instance.state in FINISHED_STATES else "not started yet",)
    return tuple(filter(None, (try_text(instance), duration_of(instance))))


def try_text(instance: Instance) -> str:
    """`try 1`, and `try 2 of 3` once there was more than one."""
    if instance.try_number <= 1:
        return f"try {instance.try_number}"
    most = max(instance.max_tries + 1, instance.try_number)
    return f"try {instance.try_number} of {most}"


def duration_of(instance: Instance) -> str:
    return text.between(instance.start, instance.end)


def counts(instances: tuple[Instance, ...]) -> str:
    """`127 done, 1 skipped`."""
    counted = Counter(text.state_look(one.state).word for one in instances)
    return ", ".join(
        f"{number} {_COUNTED.get(word, word)}" for word, number in counted.most_common()
    )


def instance_count(card: Card) -> str:
    """How many instances a mapped task has, or tasks a folded TaskGroup; empty for any other."""
    if card.members:
        return str(len(card.members))
    number = len(card.instances)
    return f"\N{MULTIPLICATION SIGN}{number}" if card.is_mapped and number else ""


def row_value(row: InputRow | OutputRow, card: Card) -> tuple[str, bool]:
    """The value in one line, and whether it is our word for why there is none."""
    values = row.values
    if isinstance(row, InputRow) and not row.is_rendered:
        return "not rendered", True
    if not values:
        return _why_not_pushed(card), True
    if len(values) > 1 and (len(set(values)) > 1 or isinstance(row, OutputRow)):
        return f"{len(values)} values", True
    return " ".join(values[0].split()) or "“”", False


def row_name(row: OutputRow) -> str:
    """The key and the path in it; on a folded TaskGroup's card after the task that gives it."""
    name = label(row.port.key, (None, *row.port.path) if row.of_each else row.port.path)
    return f"{row.of}.{name}" if row.of else name


def field_name(row: InputRow | BrokenRow) -> str:
    """The field; on a folded TaskGroup's card after the task whose it is."""
    return f"{row.of}.{row.field}" if row.of else row.field


def _why_not_pushed(card: Card) -> str:
    return "not pushed" if card.instances and not card.is_foreign else ""


def fold_line(card: Card) -> str:
    """What no row of the card shows."""
    if card.unread:
        return f"+ {text.count(card.unread, 'key')} nobody reads"
    if card.outputs or card.broken_pushes or card.is_foreign:
        return ""
    if card_state(card) == "success":
        return "gives nothing"
    return "gave nothing" if card_state(card) in FINISHED_STATES else "nothing yet"


def broken_lines(row: BrokenRow) -> tuple[str, str, str, str]:
    """`reads `, the wrong part; below it `did you mean `, the word, or the cause alone.

    Where no part of it is wrong the cause comes first, and then what to do.
    """
    problem = row.problem
    if problem.consumer is None:
        return "not pushed", "", cause(problem), ""
    word = suggested_word(problem)
    if row.reads:
        return "reads ", row.reads, "did you mean " if word else cause(problem), word or ""
    advice = problem.suggestion.text if problem.suggestion else "open it to see why"
    return cause(problem), "", "did you mean " if word else advice, word or ""


def ending(name: str, room: int) -> str:
    """The name, or as much of its end as there is room for: names differ at their ends."""
    return name if len(name) <= room else "…" + name[len(name) - room + 1 :]


def telling_value(value: str, room: int) -> str:
    """A value in the room of a row: of an address whole steps of its end, `…/tiles.parquet`."""
    short = text.telling_end(value, room)
    if short.startswith("…"):
        steps = short[1:].partition("/")[2].lstrip("/")
        return f"…/{steps}" if len(steps) >= _TELLING else short
    return short[:-1].rstrip() + "…" if short.endswith("…") else short


def cause(problem: Problem) -> str:
    return _CAUSES.get(problem.kind) or problem.kind.replace("_", " ")


def marked(whole: str, part: str, css: str) -> tuple[text.Piece, ...]:
    """The text with every occurrence of its telling part marked."""
    if not part:
        return (text.Piece(whole),)
    pieces: list[text.Piece] = []
    for number, between in enumerate(whole.split(part)):
        if number:
            pieces.append(text.Piece(part, css))
        if between:
            pieces.append(text.Piece(between))
    return tuple(pieces)


def kind_of(value: Json) -> str:
    """`string · 54 characters`, `list · 6 items`, `number`."""
    match value:
        case str():
            return f"string · {text.count(len(value), 'character')}"
        case list():
            return f"list · {text.count(len(value), 'item')}"
        case dict():
            return f"mapping · {text.count(len(value), 'key')}"
        case bool():
            return "true or false"
        case None:
            return "null"
    return "number"
