"""Why a pull gave nothing: the checks, one after the other, until one fails."""

from app.lineage.explain.case import Case
from app.lineage.explain.checks import Proof
from app.lineage.explain.existence import exists
from app.lineage.explain.keys import has_key
from app.lineage.explain.no_task_ids import no_task_ids
from app.lineage.explain.not_mapping import is_one_value
from app.lineage.explain.order import has_run, is_upstream
from app.lineage.explain.paths import has_path, is_not_null
from app.lineage.explain.pushed import has_pushed
from app.lineage.explain.verdict import Verdict


def why(case: Case, proof: Proof) -> Verdict:
    """The first check that fails, as a verdict; the checks made are left in the proof."""
    return (
        no_task_ids(case, proof)
        or exists(case, proof)
        or is_upstream(case, proof)
        or has_run(case, proof)
        or is_one_value(case, proof)
        or has_pushed(case, proof)
        or has_key(case, proof)
        or has_path(case, proof)
        or is_not_null(case, proof)
    )
