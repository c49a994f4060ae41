"""What a pass read, written; the caller's transaction holds it together."""

from collections.abc import Iterable
from datetime import datetime

from app.model.facts import DagVersion
from app.model.ids import RunKey
from app.refresh.indexing import index_runs
from app.refresh.report import Troubles
from app.refresh.visits import Visit
from app.store.dags import write_version
from app.store.logs import note_missing_log, write_log
from app.store.runs import mark_run_gone, note_visits, write_runs
from app.store.session import WriteSession
from app.store.tries import drop_unstarted, write_tries
from app.store.xcoms import mark_gone, write_xcoms


def write_visits(  # noqa: PLR0913 - one transaction's worth, all by keyword
    session: WriteSession,
    *,
    deployment_pk: int,
    visits: Iterable[Visit],
    versions: Iterable[DagVersion],
    troubles: Troubles,
    settled: frozenset[RunKey],
    at: datetime,
) -> None:
    """Write visits and the DAG versions they need. `settled`: runs to be visited no more."""
    visits = tuple(visits)
    for version in versions:
        write_version(session, deployment_pk=deployment_pk, version=version)
    write_runs(session, deployment_pk=deployment_pk, runs=[visit.run for visit in visits])
    write_tries(
        session,
        deployment_pk=deployment_pk,
        tries=[one for visit in visits for one in visit.tries],
        at=at,
    )
    write_xcoms(
        session, deployment_pk=deployment_pk, xcoms=[one for visit in visits for one in visit.xcoms]
    )
    index_runs(session, deployment_pk=deployment_pk, runs={visit.run.key for visit in visits})
    for visit in visits:
        _write_rest(session, deployment_pk, visit, at)
    whole = {one.run.key for one in visits if troubles.is_whole(one.run.key)}
    note_visits(session, deployment_pk=deployment_pk, runs=whole, at=at, settled=settled)


def _write_rest(session: WriteSession, deployment_pk: int, visit: Visit, at: datetime) -> None:
    run = visit.run.key
    if visit.is_gone:
        mark_run_gone(session, deployment_pk=deployment_pk, run=run, at=at)
    if visit.instances is not None:
        drop_unstarted(session, deployment_pk=deployment_pk, run=run, present=visit.instances)
    if visit.present is not None:
        mark_gone(session, deployment_pk=deployment_pk, run=run, present=visit.present, at=at)
    for log in visit.logs:
        write_log(session, deployment_pk=deployment_pk, log=log)
    for key in visit.without_log:
        note_missing_log(session, deployment_pk=deployment_pk, key=key)
