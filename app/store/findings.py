"""What lineage found in a run, written as a whole; flows.py and problems.py read it."""

from datetime import datetime

from sqlalchemy import update

from app.model.findings import Analysis
from app.model.ids import RunKey
from app.store import tables as t
from app.store import touched
from app.store.candidates import replace_candidates
from app.store.causes import refresh_causes
from app.store.flows import replace_flows
from app.store.numbers import stored_runs
from app.store.reaches import replace_reaches
from app.store.replacing import replace_problems
from app.store.session import WriteSession


def write_analysis(  # noqa: PLR0913 - all by keyword; they describe one analysis
    session: WriteSession,
    *,
    deployment_pk: int,
    run: RunKey,
    analysis: Analysis,
    engine_version: int,
    structure_hash: str | None,
    at: datetime,
) -> bool:
    """Whether the run's flows, candidates or problems are others than before.

    The run counts as analysed by this engine until its facts change.
    """
    run_pk = stored_runs(session, deployment_pk=deployment_pk, runs=[run])[run]
    told = replace_flows(
        session, deployment_pk=deployment_pk, run=run, run_pk=run_pk, flows=analysis.flows
    )
    candidates_differ = replace_candidates(
        session, deployment_pk=deployment_pk, run=run, run_pk=run_pk, candidates=analysis.candidates
    )
    replaced = replace_problems(session, run_pk=run_pk, problems=analysis.problems, at=at)
    replace_reaches(session, run_pk=run_pk, reaches=analysis.reaches)
    is_new = bool(told) or candidates_differ or replaced.differ
    session.execute(
        update(t.dag_run)
        .where(t.dag_run.c.id == run_pk)
        .values(analysed_by=engine_version, structure_hash=structure_hash, bytes=None)
    )
    # Only now: what a run that succeeded lacks is mended when the run counts as analysed.
    is_changed = refresh_causes(session, dag_pk=replaced.dag_pk, names=replaced.causes, at=at)
    if is_new or is_changed:
        # The graphs of the runs that gave it something show where that went.
        changed = sorted({run, *told})
        touched.note(
            session, [touched.Touched(deployment_pk, one.dag_id, one.run_id) for one in changed]
        )
    return is_new
