"""Arguments and variables of a failed pod that are no texts: Kubernetes takes nothing else."""

from collections.abc import Iterator

from app.lineage.explain.pulls import shown_name
from app.lineage.fields import address, leaves, tree
from app.lineage.source.declaration import DeclaredTask, Handed, Words
from app.lineage.trace.failing import said_by
from app.lineage.trace.named import by_name
from app.lineage.trace.pairs import pairs
from app.model.facts import Try, TryLog
from app.model.findings import Consumer, Flow, Problem, ProblemKind, Pull, Severity, Suggestion

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
            yield _problem(one, place, flow, _declared(task, place), log)


def _declared(task: DeclaredTask | None, place: str) -> Words | Handed | None:
    for declared in task.fields if task else ():
        for pair in pairs(by_name(declared), None):
            if address(declared.name, pair.steps) == place:
                return pair.leaf
    return None


def _problem(
    one: Try, place: str, flow: Flow | None, leaf: Words | Handed | None, log: TryLog | None
) -> Problem:
    instance = one.key.instance
    template = leaf.text if isinstance(leaf, Words) else None
    pull = None
    if flow is not None:
        source = flow.producer
        names = (source.instance.task_id,)
        pull = Pull(source.instance.dag_id, names, source.key, source.path, template, flow.line)
    return Problem(
        kind=ProblemKind.NON_STRING_VALUE,
        severity=Severity.ERROR,
        title=f"{shown_name(instance)} hands its pod a value that is no text",
        consumer=Consumer(instance, one.key.try_number, place, flow.consumer.spans if flow else ()),
        pull=pull,
        suggestion=_suggestion(template, leaf),
        airflow_said=_said(log),
    )


def _suggestion(template: str | None, leaf: Words | Handed | None) -> Suggestion:
    """A native template keeps quotes as a text; an XComArg becomes one inside a template."""
    if template is not None:
        return Suggestion("quote it, so that a native template gives a text", f"'{template}'")
    if isinstance(leaf, Handed):
        key = "" if leaf.key == "return_value" else f", key='{leaf.key}'"
        text = f"{{{{ ti.xcom_pull(task_ids='{leaf.task_id}'{key}) }}}}"
        return Suggestion("pull it in a template, which gives a text", text)
    return Suggestion("every argument and variable of a pod must be a text")


def _said(log: TryLog | None) -> str:
    said = (said_by(event) for event in (log.events if log else ()))
    return next((text[:2_000] for text in said if "unmarshal" in text), "")
