"""A pull that gave nothing and that nobody can follow: what is not known of it."""

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.verdict import Verdict
from app.lineage.mentions.mention import Mention
from app.lineage.mentions.reading import mentions
from app.lineage.template.holes import has_holes, shown
from app.model.findings import ProblemKind, Suggestion

_TITLE = "reads something that is not there, by a pull that cannot be followed"


def unresolvable(case: Case, proof: Proof, _: str) -> Verdict | None:
    """The verdict, with the reason; None when the template pulls nothing."""
    template = case.broken.template or ""
    found = mentions(template)
    if not found and "xcom_pull" not in template:
        return None
    reasons = list(dict.fromkeys(reason for one in found for reason in _reasons(case, one)))
    seen = "; ".join(reasons) or "every pull that the template names gives something"
    proof.note("task exists", ok=None, seen=seen)
    text = "write the task id and the key out, so that the pull can be checked"
    return Verdict(ProblemKind.UNRESOLVABLE, _TITLE, Suggestion(text))


def _reasons(case: Case, one: Mention) -> list[str]:
    unknown = [f"the template does not tell {name}" for name in one.unknown]
    named = (*(one.task_ids or ()), one.key, one.dag_id or "")
    unknown += [f"the template does not tell {shown(text)}" for text in named if has_holes(text)]
    if one.prior or one.dag_id not in (None, case.reader.dag_id):
        unknown.append("it reads another run, which is not known here")
    return unknown
