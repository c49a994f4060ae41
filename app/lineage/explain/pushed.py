"""Why a task that ran pushed nothing."""

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.earlier import Earlier, earlier
from app.lineage.explain.quiet import left_nothing
from app.lineage.explain.verdict import Verdict
from app.lineage.operators import runs_pods
from app.model.findings import ProblemKind, Suggestion
from app.model.ids import TryKey

#: What every pod pushes, whether or not its result is fetched.
POD_KEYS = frozenset({"pod_name", "pod_namespace"})
_SWITCH_ON = "set do_xcom_push=True on {name}, so that its {what} is {how}"
_KEEP = "keep the ended pods of {name} longer, or set deferrable=False on it"
_WRITE = "let {name} write JSON to exactly /airflow/xcom/return.json before it ends"


def has_pushed(case: Case, proof: Proof) -> Verdict | None:
    """The verdict on a producer without the return value, or without any key, that was read."""
    if case.read.xcom is not None:
        proof.note("pushed", ok=True)
        return None
    keys = sorted(case.index.keys(case.producer))
    if case.ask.key != "return_value" and set(keys) - POD_KEYS:
        proof.note("pushed", ok=True, seen=", ".join(keys))
        return None
    return why_not_pushed(case, proof)


def why_not_pushed(case: Case, proof: Proof) -> Verdict:
    """Push switched off, return.json empty, or nothing that can be said more exactly.

    A pod always pushes pod_name, also without do_xcom_push, which is off by default for pods. The
    log of a pod tells an empty return.json; while it is not at hand it is asked for.
    """
    keys = case.index.keys(case.producer)
    before = earlier(case, case.ask.key, ())
    seen = f"no return_value, only {', '.join(sorted(keys))}" if keys else "nothing"
    seen = f"{seen}; {before.text}" if before else seen
    proof.note("pushed", ok=False, seen=seen)
    return (_of_pod if _is_pod(case) else _of_code)(case, before)


def _is_pod(case: Case) -> bool:
    name = case.read.task_id
    known = case.index.tasks.get(name) or case.declared.get(name)
    return "pod_name" in case.index.keys(case.producer) or (
        not case.is_elsewhere and known is not None and runs_pods(known.operator)
    )


def _of_pod(case: Case, before: Earlier | None) -> Verdict:
    name, one = case.read.task_id, case.producer_try
    declared = None if case.is_elsewhere else case.declared.get(name)
    log = case.index.logs.get(one.key) if one else None
    quiet = left_nothing(log) if log else None
    if quiet is ProblemKind.PUSH_LOST_AFTER_DEFERRAL:
        title = f"reads {name}, whose pod was gone before its return.json was read"
        fix = Suggestion(_since(before, _KEEP.format(name=name)), "deferrable=False")
        return Verdict(quiet, title, fix, root=_root(case))
    if quiet is ProblemKind.EMPTY_RETURN_JSON:
        title = f"reads {name}, whose return.json is empty"
        text = _since(before, _WRITE.format(name=name))
        return Verdict(quiet, title, Suggestion(text), root=_root(case))
    if declared is not None and not declared.pushes:
        title = f"reads {name}, whose return.json nobody fetches"
        text = _SWITCH_ON.format(name=name, what="return.json", how="fetched")
        return _disabled(case, title, text)
    if log is None and one is not None and one.key.try_number > 0:
        case.wanted.add(one.key)
    text = f"see that {name} has do_xcom_push=True and that its return.json is not null"
    return _nothing(case, _since(before, text))


def _of_code(case: Case, before: Earlier | None) -> Verdict:
    name = case.read.task_id
    declared = None if case.is_elsewhere else case.declared.get(name)
    if case.ask.key != "return_value":
        return _nothing(case, _since(before, f"let {name} push {case.ask.key}"))
    if declared is not None and declared.pushes is False:
        text = _SWITCH_ON.format(name=name, what="result", how="pushed")
        return _disabled(case, f"reads {name}, whose result is not pushed", text)
    return _nothing(case, _since(before, f"let {name} return a value that is not None"))


def _disabled(case: Case, title: str, text: str) -> Verdict:
    suggestion = Suggestion(text, "do_xcom_push=True")
    return Verdict(ProblemKind.PUSH_DISABLED, title, suggestion, root=_root(case))


def _nothing(case: Case, text: str) -> Verdict:
    title = f"reads {case.read.task_id}, which pushed nothing"
    return Verdict(ProblemKind.NOTHING_PUSHED, title, Suggestion(text), root=_root(case))


def _since(before: Earlier | None, text: str) -> str:
    return f"{before.text}; {text}" if before else text


def _root(case: Case) -> TryKey | None:
    one = case.producer_try
    return one.key if one else None
