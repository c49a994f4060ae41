"""Why a task that ran pushed nothing."""

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.rules import EMPTY_RESULT
from app.lineage.explain.verdict import Verdict
from app.model.findings import ProblemKind, Suggestion

_SWITCH_ON = "set do_xcom_push=True on {name}, so that its return.json is fetched"
_WRITE = "let {name} write JSON to exactly /airflow/xcom/return.json before it ends"


def why_not_pushed(case: Case, proof: Proof) -> Verdict:
    """Push switched off, return.json empty, or nothing that can be said more exactly.

    A pod always pushes pod_name, also without do_xcom_push, which is off by default for pods. The
    log of a pod tells an empty return.json; while it is not at hand it is asked for.
    """
    name = case.read.task_id
    keys = case.index.keys(case.producer)
    seen = f"no return_value, only {', '.join(sorted(keys))}" if keys else "nothing"
    proof.note("pushed", ok=False, seen=seen)
    if not _is_pod(case):
        return _nothing(case)
    declared = case.declared.get(name)
    one = case.producer_try
    log = case.index.logs.get(one.key) if one else None
    root = one.key if one else None
    if log is not None and any(EMPTY_RESULT in event.text for event in log.events):
        return _empty(case)
    if declared is not None and not declared.pushes:
        title = f"reads {name}, whose return.json nobody fetches"
        text = _SWITCH_ON.format(name=name)
        return Verdict(
            ProblemKind.PUSH_DISABLED, title, Suggestion(text, "do_xcom_push=True"), root=root
        )
    if log is None and root is not None and root.try_number > 0:
        case.wanted.add(root)
    return _nothing(case)


def _is_pod(case: Case) -> bool:
    definition = case.index.tasks.get(case.read.task_id)
    return "pod_name" in case.index.keys(case.producer) or (
        definition is not None and "Kubernetes" in definition.operator
    )


def _empty(case: Case) -> Verdict:
    name, one = case.read.task_id, case.producer_try
    title = f"reads {name}, whose return.json is empty"
    suggestion = Suggestion(_WRITE.format(name=name))
    root = one.key if one else None
    return Verdict(ProblemKind.EMPTY_RETURN_JSON, title, suggestion, root=root)


def _nothing(case: Case) -> Verdict:
    name, one = case.read.task_id, case.producer_try
    root = one.key if one else None
    return Verdict(ProblemKind.NOTHING_PUSHED, f"reads {name}, which pushed nothing", root=root)
