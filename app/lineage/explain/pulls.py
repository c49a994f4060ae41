"""A broken pull made into a problem."""

from collections.abc import Callable
from typing import TypeAlias

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.proved import proved
from app.lineage.explain.template_errors import template_error
from app.lineage.explain.verdict import Verdict
from app.lineage.explain.why import why
from app.lineage.mentions.mention import Mention
from app.lineage.mentions.reading import mentions
from app.lineage.template.holes import shown
from app.lineage.trace.broken import Broken
from app.model.findings import Problem, ProblemKind, Pull, Severity
from app.model.ids import NOT_MAPPED, TaskInstanceKey

#: Gives a verdict on a case and leaves the checks that it made in the proof.
Judge: TypeAlias = Callable[[Case, Proof], Verdict]


def judged(case: Case, proof: Proof) -> Verdict:
    """Why the pull of a run gave nothing, or what is wrong with the template itself."""
    return why(case, proof) if case.broken.origin is not None else template_error(case, proof)


def pull_problem(case: Case, judge: Judge = judged) -> Problem:
    """The problem of a pull that did not deliver: cause, proof and remedy."""
    broken = case.broken
    proof = Proof()
    verdict = judge(case, proof)
    name = shown_name(broken.consumer.instance)
    return Problem(
        kind=verdict.kind,
        severity=_severity(verdict.kind, is_silent=broken.is_silent),
        title=_title(name, verdict, broken),
        consumer=broken.consumer,
        pull=_pull(case) if broken.origin is not None else _named(case),
        silent=broken.is_silent,
        checks=proof.checks(),
        suggestion=proved(case, verdict, lambda other: judge(other, Proof())),
        airflow_said=broken.airflow_said,
        wrong=verdict.wrong,
        root=verdict.root,
    )


def shown_name(instance: TaskInstanceKey) -> str:
    """The task's name as titles begin with it."""
    if instance.map_index == NOT_MAPPED:
        return instance.task_id
    return f"{instance.task_id}[{instance.map_index}]"


def _title(name: str, verdict: Verdict, broken: Broken) -> str:
    if broken.is_silent and broken.consumer.spans:
        return f"{name} got the text {broken.shown}, and is green"
    return f"{name} {verdict.title}"


def _severity(kind: ProblemKind, *, is_silent: bool) -> Severity:
    """A null may be meant; everything else that is missing is not."""
    return Severity.WARNING if is_silent and kind is ProblemKind.NULL_VALUE else Severity.ERROR


def _named(case: Case) -> Pull | None:
    """The template that is wrong in itself, with what the first of its pulls names."""
    broken, own = case.broken, case.reader.dag_id
    if broken.template is None:
        return None
    one = next(iter(mentions(broken.template)), Mention((), ""))
    ids = tuple(map(shown, one.task_ids or ()))
    dag_id = shown(one.dag_id) if one.dag_id else own
    template, line = shown(broken.template), broken.line
    return Pull(dag_id, ids, shown(one.key), one.path, template, line)


def _pull(case: Case) -> Pull:
    read, broken = case.read, case.broken
    return Pull(
        dag_id=case.dag_id,
        task_ids=read.ask.task_ids or (),
        key=read.ask.key,
        path=case.path,
        template=shown(broken.template) if broken.template else broken.template,
        line=broken.line,
    )
