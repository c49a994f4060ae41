"""Why something stands nowhere but here: the words behind the mark "kept only here"; pure.

Each is empty where Airflow still has it, as far as we know.
"""

from datetime import datetime

from app.model.facts import Try, XCom
from app.store.pages.task_instance import RUNS_COUNTED
from app.web import text


def run_note(gone_at: datetime | None) -> str:
    """Of a run."""
    if gone_at is None:
        return ""
    return (
        f"Airflow has deleted this run (seen {text.exact(gone_at)}); all that stands here is what "
        "xcomtrace kept of it."
    )


def xcom_note(xcom: XCom, *, run_gone_at: datetime | None = None) -> str:
    """Of one version of an XCom."""
    if run_gone_at is not None:
        return run_note(run_gone_at)
    if not xcom.is_gone:
        return ""
    return "Airflow has deleted or replaced this version of the XCom; xcomtrace kept it."


def rendered_note(
    attempt: Try, *, later: Try | None, newer_runs: int, run_gone_at: datetime | None = None
) -> str:
    """Of the rendered fields of a try. `later`: a try after it; `newer_runs`: of the same DAG."""
    if attempt.rendered is None:
        return ""
    if run_gone_at is not None:
        return run_note(run_gone_at)
    if later is not None and later.start is not None:
        return (
            "Airflow keeps the rendered fields of one try alone and writes over them when the next "
            "one renders; xcomtrace kept these."
        )
    if newer_runs >= RUNS_COUNTED:
        return (
            f"Airflow keeps rendered fields for the latest {RUNS_COUNTED} runs of a task, where "
            "nobody set it otherwise, and so many came after this one; xcomtrace kept these."
        )
    return ""


def superseded_note(run_gone_at: datetime | None) -> str:
    """Of rendered fields that others took the place of within one try."""
    return run_note(run_gone_at) or (
        "The same try rendered again, and Airflow keeps the latest fields alone; xcomtrace kept "
        "these."
    )
