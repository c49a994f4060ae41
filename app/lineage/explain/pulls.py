"""A broken pull made into a problem."""

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.verdict import Verdict
from app.lineage.explain.why import why
from app.lineage.trace.broken import Broken
from app.model.findings import Problem, ProblemKind, Pull, Severity, Suggestion
from app.model.ids import NOT_MAPPED, TaskInstanceKey


def pull_problem(case: Case) -> Problem:
    """The problem of a pull that did not deliver: cause, proof and remedy."""
    broken = case.broken
    proof = Proof()
    verdict = why(case, proof) if broken.origin is not None else _template_error(broken)
    name = shown_name(broken.consumer.instance)
    return Problem(
        kind=verdict.kind,
        severity=_severity(verdict.kind, is_silent=broken.is_silent),
        title=_title(name, verdict, broken),
        consumer=broken.consumer,
        pull=_pull(case) if broken.origin is not None else None,
        silent=broken.is_silent,
        checks=proof.checks() if broken.origin is not None else (),
        suggestion=verdict.suggestion,
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
        return f"{name} got the text None, and is green"
    return f"{name} {verdict.title}"


def _severity(kind: ProblemKind, *, is_silent: bool) -> Severity:
    """A null may be meant; everything else that is missing is not."""
    return Severity.WARNING if is_silent and kind is ProblemKind.NULL_VALUE else Severity.ERROR


def _template_error(broken: Broken) -> Verdict:
    suggestion = None
    if "'xcom_pull' is undefined" in broken.airflow_said and broken.template:
        corrected = broken.template.replace("xcom_pull(", "ti.xcom_pull(")
        suggestion = Suggestion("write ti.xcom_pull(…)", corrected)
    return Verdict(ProblemKind.TEMPLATE_ERROR, "has a template that cannot be rendered", suggestion)


def _pull(case: Case) -> Pull:
    read, broken = case.read, case.broken
    return Pull(
        dag_id=case.dag_id,
        task_ids=read.ask.task_ids or (),
        key=read.ask.key,
        path=broken.origin.path if broken.origin else (),
        template=broken.template,
        line=broken.line,
    )
