"""Arguments and variables of a failed pod that are no texts: Kubernetes takes nothing else."""

from collections.abc import Iterator

from app.lineage.explain.brief import briefly
from app.lineage.explain.checks import STEPS
from app.lineage.explain.pulls import shown_name
from app.lineage.fields import address, leaves, tree
from app.lineage.source.declaration import DeclaredTask, Handed, Words
from app.lineage.trace.failing import said_by
from app.lineage.trace.named import by_name
from app.lineage.trace.pairs import pairs
from app.model.facts import Try, TryLog
from app.model.findings import (
    Check,
    Consumer,
    Flow,
    Problem,
    ProblemKind,
    Pull,
    Severity,
    Suggestion,
)
from app.model.values import Json

#: Fields whose leaves must be texts.
_TEXT_FIELDS = ("cmds", "arguments", "env_vars")


def non_string_problems(
    one: Try, task: DeclaredTask | None, flows: list[Flow], log: TryLog | None
) -> Iterator[Problem]:
    """A problem for each number or truth that reached an argument or variable of the pod."""
    for name in _TEXT_FIELDS:
        for steps, value in leaves(tree(name, (one.rendered or {}).get(name))):
            if isinstance(value, str) or "value_from" in steps or len(steps) > 1:
                continue
            place = address(name, steps)
            flow = next((each for each in flows if each.consumer.field == place), None)
            consumer = Consumer(one.key.instance, one.key.try_number, place)
            yield _problem(consumer, value, flow, _declared(task, place), _said(log))


def _declared(task: DeclaredTask | None, place: str) -> Words | Handed | None:
    for declared in task.fields if task else ():
        for pair in pairs(by_name(declared), None):
            if address(declared.name, pair.steps) == place:
                return pair.leaf
    return None


def _problem(
    consumer: Consumer, value: Json, flow: Flow | None, leaf: Words | Handed | None, said: str
) -> Problem:
    template = leaf.text if isinstance(leaf, Words) else None
    pull = None
    if flow is not None:
        source = flow.producer
        names = (source.instance.task_id,)
        pull = Pull(source.instance.dag_id, names, source.key, source.path, template, flow.line)
    return Problem(
        kind=ProblemKind.NON_STRING_VALUE,
        severity=Severity.ERROR,
        title=f"{shown_name(consumer.instance)} hands its pod a value that is no text",
        consumer=flow.consumer if flow else consumer,
        pull=pull,
        checks=_checks(value, has_flow=flow is not None),
        suggestion=_suggestion(template, leaf),
        airflow_said=said,
    )


def _checks(value: Json, *, has_flow: bool) -> tuple[Check, ...]:
    """All that a pull needs went well; only the value is of the wrong kind."""
    ok = True if has_flow else None
    reached = tuple(Check(step, ok) for step in STEPS)
    return (*reached, Check("value is a string", ok=False, seen=type(value).__name__))


def _suggestion(template: str | None, leaf: Words | Handed | None) -> Suggestion:
    """A native template keeps quotes as a text; an XComArg becomes one inside a template."""
    if template is not None:
        text = "make it a string: in quotes a native template gives a text"
        return Suggestion(text, f"'{template}'")
    if isinstance(leaf, Handed):
        key = "" if leaf.key == "return_value" else f", key='{leaf.key}'"
        text = f"{{{{ ti.xcom_pull(task_ids='{leaf.task_id}'{key}) }}}}"
        return Suggestion("make it a string: pull it in a template, which gives a text", text)
    return Suggestion("every argument and variable of a pod must be a string")


def _said(log: TryLog | None) -> str:
    said = (said_by(event) for event in (log.events if log else ()))
    return next((briefly(text, text.find("unmarshal")) for text in said if "unmarshal" in text), "")
