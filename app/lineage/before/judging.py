"""Why a pull will give nothing, whatever happens in a run."""

from dataclasses import replace

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.corrected import as_path
from app.lineage.explain.existence import exists
from app.lineage.explain.keys import taking
from app.lineage.explain.no_task_ids import no_task_ids
from app.lineage.explain.order import is_upstream
from app.lineage.explain.pushed import why_not_pushed
from app.lineage.explain.template_errors import template_error
from app.lineage.explain.verdict import Remedy, Verdict
from app.model.findings import ProblemKind
from app.model.ids import TryKey


def judged_before(case: Case, proof: Proof) -> Verdict:
    """The same checks as in a run, as far as they need none."""
    if case.broken.origin is None:
        return template_error(case, proof)
    return (
        no_task_ids(case, proof)
        or exists(case, proof)
        or is_upstream(case, proof)
        or _is_pushed(case, proof)
    )


def _is_pushed(case: Case, proof: Proof) -> Verdict:
    """Of a key that is never pushed; the producer is the root, as in a run."""
    root = TryKey(case.producer, 0)
    if case.ask.key == "return_value":
        return replace(why_not_pushed(case, proof), root=root)
    key, name = case.ask.key, case.read.task_id
    proof.note("key present", ok=False, seen=f"a pod pushes return_value only, not {key}")
    text = taking(case, "its return_value")
    title = f"reads {key} of {name} as an XCom of its own, which a pod does not push"
    template = case.broken.template
    remedies = (Remedy(text, tuple(as_path(template, name, key, (key,)))),)
    return Verdict(ProblemKind.OUTPUT_KEY_IS_NOT_A_PATH, title, wrong=key, remedies=remedies)
