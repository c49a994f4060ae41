"""`Mirror`: one Airflow in the store, brought up to date pass by pass."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial

from app.airflow.client import Airflow
from app.ingest.masking import Masking, SecretsMasked
from app.model.errors import BadAnswer
from app.model.facts import Run
from app.model.ids import RunKey
from app.refresh.ahead import Lookout
from app.refresh.backfill import next_past
from app.refresh.choosing import OVERLAP, Resting, changed, now_resting, to_visit
from app.refresh.deleted import DeletedRuns
from app.refresh.findings import Findings
from app.refresh.forgotten import still_kept
from app.refresh.indexing import index_some
from app.refresh.learning import learn_runs
from app.refresh.limits import Limits
from app.refresh.overlapping import one_ahead
from app.refresh.pruning import Pruner
from app.refresh.rendered import Rendered
from app.refresh.report import PassReport, Tally, Troubles
from app.refresh.versions import Versions
from app.refresh.visits import Reader, Visit
from app.refresh.writing import write_visits
from app.store.deployments import (
    DeploymentState,
    ensure_deployment,
    note_backfill,
    note_pass,
    note_retention,
    note_troubles,
    read_deployment,
)
from app.store.load import note_allowed, note_requests, noted_requests
from app.store.runs import kept_runs, mark_run_gone
from app.store.search.waiting import waiting
from app.store.session import Store, WriteSession
from app.store.xcoms import masks_after

log = logging.getLogger(__name__)

# Lines that the status page shows of what one pass could not read; the log has them all.
_TOLD = 20


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Mirror:
    """Brings one Airflow's facts, and what follows from them, into the store.

    Every pass may be broken off at any moment, by an error or by `kill -9`, and be begun again:
    writes are idempotent, and how far a pass came is written in the same transaction as the data
    that proves it.
    """

    def __init__(  # noqa: PLR0913 - what main wires, all by keyword
        self,
        airflow: Airflow,
        store: Store,
        *,
        findings: Findings,
        lookout: Lookout | None = None,
        deployment: str = "default",
        limits: Limits | None = None,
        masking: Masking | None = None,
        now: Callable[[], datetime] = _utc_now,
        wait: Callable[[float], bool] = _sleep,
    ) -> None:
        self.airflow = airflow
        self.store = store
        self._findings = findings
        self._lookout = lookout
        self._limits = limits or Limits()
        self._masking = masking or SecretsMasked()
        self._now = now
        with store.writing() as session:
            self.deployment_pk = ensure_deployment(session, name=deployment, url=airflow.url)
            note_retention(session, deployment_pk=self.deployment_pk, keep=self._limits.keep)
            note_allowed(
                session, deployment_pk=self.deployment_pk, a_minute=airflow.budget.a_minute
            )
        self._pruner = Pruner(store, self.deployment_pk, self._limits.keep, wait=wait)
        self._pruned_at: datetime | None = None  # By Airflow's clock; None: something is left.
        self._resting: Resting = {}
        self._deleted = DeletedRuns()
        self._refusals: Counter[str] = Counter()  # Passes in which an item failed, by its line.
        self._versions = Versions()
        self._rendered = Rendered()
        self._recalled: int | None = None  # The last XCom whose masks are known.
        self._tally = Tally()
        self._taken = Tally()

    def refresh(self, *, fills_back: bool = True) -> PassReport:
        """One pass: what changed in Airflow since the last one is in the store, and analysed.

        With `fills_back` some runs of the past are, too. No transaction is open while we wait for
        Airflow. Raises AirflowError and StoreError; what was written before stays, what was not is
        read again by the next pass.
        """
        began, before = time.monotonic(), self._counted()
        version = self._begin()
        reader = self._reader()
        self._versions.read_dags(reader)
        listed = self._changed(reader)
        runs = to_visit(reader, listed, resting=self._resting)
        *chunks, last = _chunks(runs, self._limits.runs_at_once)
        for chunk in chunks:
            self._visit(reader, chunk, listed=listed, and_then=_nothing_more)
        note = partial(self._note_pass, reader, version, began)
        self._visit(reader, last, listed=listed, and_then=note)
        self._resting = now_resting(listed, before=self._resting)
        if fills_back:
            self._fill_back(reader, listed, and_then=partial(self._analyse, reader))
        self._index()
        self._follow(reader)
        self._look_ahead(reader)
        self._mark_deleted(reader)
        self._prune(reader)
        reader.troubles.forget_others()
        self._note_troubles(reader)
        return self._report(reader, self._counted() - before)

    def fill_back(self) -> bool:
        """Some runs of the past are in the store, and analysed; whether there are more.

        To be called between passes: what changes meanwhile is for the next one. Raises as
        `refresh` does.
        """
        self._begin()
        reader = self._reader()
        self._fill_back(reader, listed=(), and_then=partial(self._follow, reader))
        return not self._state().backfill_done

    def take_counts(self) -> Tally:
        """What was done since it was last taken, for the store to add up."""
        counted = self._counted()
        before, self._taken = self._taken, counted
        return counted - before

    def note_requests(self, session: WriteSession) -> None:
        """Write down when the requests were made that were not written down before."""
        note_requests(
            session,
            deployment_pk=self.deployment_pk,
            by_minute=self.airflow.budget.take_minutes(),
            at=self._now(),
        )

    def _begin(self) -> str:
        """The version of Airflow, asked before anything else; what others did here is known."""
        self._leave_to_others()
        version = self.airflow.version().version
        self._recall()
        return version

    def _leave_to_others(self) -> None:
        """Requests that other processes have made of this Airflow count as ours."""
        with self.store.reading() as session:
            noted = noted_requests(session, deployment_pk=self.deployment_pk)
        self.airflow.budget.leave_to_others(noted)

    def _recall(self) -> None:
        """Secrets that another process masked, or this one before it began, are known."""
        if not self._masking.recalls:
            return
        with self.store.reading() as session:
            masks, self._recalled = masks_after(session, self._recalled)
        self._masking.learn_masks(masks)

    def _reader(self) -> Reader:
        server_time = self.airflow.server_time
        if server_time is None:
            raise BadAnswer(
                f"{self.airflow.url} answers without a Date header, and the mirror goes by"
                " Airflow's clock: the proxy in between must let it pass"
            )
        return Reader(
            self.airflow,
            self.store,
            self.deployment_pk,
            self._limits,
            Troubles(self._refusals),
            server_time,
            self._rendered,
            self._masking,
        )

    def _state(self) -> DeploymentState:
        with self.store.reading() as session:
            return read_deployment(session, deployment_pk=self.deployment_pk)

    def _changed(self, reader: Reader) -> dict[RunKey, Run]:
        state = self._state()
        listed = changed(
            self.airflow,
            since=state.watermark,
            chosen=self._limits.chosen,
            masking=self._masking,
        )
        return {run.key: run for run in still_kept(reader, listed.values(), state)}

    def _visit(
        self,
        reader: Reader,
        runs: tuple[Run, ...],
        *,
        listed: Collection[RunKey],
        and_then: Callable[[WriteSession], None],
    ) -> None:
        """Read these runs and the DAG versions they ran in; write them in one transaction.

        `and_then` writes in the same transaction how far the mirror has come with them.
        """
        self._keep(reader, runs, reader.visits(runs), listed=listed, and_then=and_then)

    def _keep(
        self,
        reader: Reader,
        runs: tuple[Run, ...],
        read: tuple[Visit, ...],
        *,
        listed: Collection[RunKey],
        and_then: Callable[[WriteSession], None],
    ) -> None:
        visits, versions = self._versions.of_visits(reader, read)
        self._tally += Tally(
            runs=len(visits),
            values=sum(len(visit.xcoms) for visit in visits),
            logs=sum(len(visit.logs) for visit in visits),
        )
        with self.store.writing() as session:
            write_visits(
                session,
                deployment_pk=self.deployment_pk,
                visits=visits,
                versions=versions,
                troubles=reader.troubles,
                at=self._now(),
                settled=frozenset(run.key for run in runs if _is_settled(run, reader, listed)),
            )
            and_then(session)

    def _note_pass(self, reader: Reader, version: str, began: float, session: WriteSession) -> None:
        done = self.take_counts()
        note_pass(
            session,
            deployment_pk=self.deployment_pk,
            watermark=reader.server_time,
            at=self._now(),
            seconds=time.monotonic() - began,
            requests=done.requests,
            values=done.values,
            airflow_version=version,
            request_errors=done.errors,
        )
        self.note_requests(session)

    def _fill_back(
        self, reader: Reader, listed: Collection[RunKey], *, and_then: Callable[[], None]
    ) -> None:
        """Some runs of the past; `and_then` is done after some of them, while others are read."""
        state = self._state()
        if state.backfill_done:
            return
        past = next_past(reader, state)

        def reached(session: WriteSession) -> None:
            note_backfill(
                session,
                deployment_pk=self.deployment_pk,
                backfilled_to=past.reaches,
                done=past.is_done,
            )
            self.note_requests(session)

        chunks = _chunks(past.runs, self._limits.read_ahead)
        for chunk, visits in one_ahead(reader.visits, chunks):
            # Those that are stored are left out by the next search, should it be broken off here.
            is_last = chunk is chunks[-1]
            self._keep(
                reader, chunk, visits, listed=listed, and_then=reached if is_last else _nothing_more
            )
            and_then()

    def _index(self) -> None:
        """What an older version has stored, some of it in each pass."""
        with self.store.reading() as session:
            if not waiting(session, most=1):
                return
        with self.store.writing() as session:
            index_some(session, most=self._limits.indexed_at_once)

    def _follow(self, reader: Reader) -> None:
        """What follows from what was written."""
        self._analyse(reader)
        learn_runs(self.store, deployment_pk=self.deployment_pk, most=self._limits.lessons_at_once)

    def _analyse(self, reader: Reader) -> None:
        logs, analysed = self._findings.bring_up_to_date(
            reader, at=self._now(), most=self._limits.analyses_at_once
        )
        self._tally += Tally(logs=logs, analysed=analysed)

    def _look_ahead(self, reader: Reader) -> None:
        """What is wrong with DAGs that changed, before they run."""
        if self._lookout is not None:
            self._lookout.bring_up_to_date(reader, at=self._now(), most=self._limits.looks_at_once)

    def _mark_deleted(self, reader: Reader) -> None:
        """Runs that are over and that Airflow has deleted: some are found now and then."""
        gone = self._deleted.look(reader)
        if not gone:
            return
        with self.store.writing() as session:
            for run in kept_runs(session, deployment_pk=self.deployment_pk, runs=gone):
                mark_run_gone(session, deployment_pk=self.deployment_pk, run=run, at=self._now())

    def _prune(self, reader: Reader) -> None:
        """Delete some of what is no longer kept; what is left, in the next pass."""
        last = self._pruned_at
        if last is not None and reader.server_time - last < self._limits.prune_every:
            return
        pruned = self._pruner.prune(now=reader.server_time, seconds=self._limits.prune_seconds)
        if pruned.runs:
            log.info("%d runs that are no longer kept were deleted", pruned.runs)
        self._pruned_at = reader.server_time if pruned.is_done else None

    def _note_troubles(self, reader: Reader) -> None:
        with self.store.writing() as session:
            note_troubles(
                session, deployment_pk=self.deployment_pk, troubles=reader.troubles.lines[:_TOLD]
            )

    def _counted(self) -> Tally:
        return self._tally + Tally(requests=self.airflow.requests, errors=self.airflow.errors)

    def _report(self, reader: Reader, done: Tally) -> PassReport:
        state = self._state()
        return PassReport(
            server_time=reader.server_time,
            done=done,
            open_runs=state.open_runs,
            backfill_done=state.backfill_done,
            troubles=reader.troubles.lines,
        )


def _chunks(runs: tuple[Run, ...], size: int) -> tuple[tuple[Run, ...], ...]:
    """The runs in pieces; one empty piece when there are none."""
    return tuple(runs[start : start + size] for start in range(0, len(runs), size)) or ((),)


def _is_settled(run: Run, reader: Reader, listed: Collection[RunKey]) -> bool:
    """Whether the run ended so long ago that a change would be listed by now, and none is."""
    is_old = run.end is not None and run.end < reader.server_time - OVERLAP
    return is_old and run.key not in listed


def _nothing_more(_session: WriteSession) -> None:
    """Between two chunks of a pass nothing is noted: a pass counts when it is whole."""
