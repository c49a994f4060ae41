"""Runs read whole: task instances, tries, XComs, logs.

The order of the reads is what makes the mirror right in the end. Airflow changes while we read and
offers no snapshot, so a visit reads first what vouches for the rest: the run (before the visit),
then its task instances, then the index of its XComs, then the values. A task's XComs are there
before its state says success, and a run's last task is over before the run is. So when the run's
row says that it is finished, what is read after it is complete; and whatever changes after that
row was read (a clear, a retry, a push by another task) changes the run too, which makes the next
pass list it again. Were the run read last, a task could push in between and never be seen.

What is torn all the same (the index names a value that a new try has just deleted, a value is
newer than its index row) is harmless: values are kept under the time that came with them, a value
that is gone is left out, and the next visit sees the rest.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from app.airflow.client import Airflow
from app.airflow.payloads import TaskInstanceItem
from app.ingest.masking import Masking, SecretsMasked
from app.ingest.tries import instance_key, rendered_from, try_from, try_key
from app.ingest.xcoms import xcom_key
from app.model.errors import AirflowError, NotThere
from app.model.facts import FINISHED_STATES, Run, Try, TryLog, XCom, XComKey
from app.model.ids import RunKey, TaskInstanceKey, TryKey
from app.model.values import Json
from app.refresh.attempts import answers
from app.refresh.limits import Limits
from app.refresh.logs import FAILED_STATES, LogsRead, read_logs
from app.refresh.rendered import Rendered, Seen
from app.refresh.report import Troubles
from app.refresh.values import read_values
from app.store.facts import read_tries
from app.store.logs import tries_without_log
from app.store.session import Store
from app.store.tries import known_tries, tries_with_fields
from app.store.xcoms import missing_xcoms


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything that one pass read of one run."""

    run: Run
    tries: tuple[Try, ...] = ()
    #: The instances that Airflow lists; None: they could not be read.
    instances: frozenset[TaskInstanceKey] | None = None
    #: The versions in Airflow's index; None: the index could not be read.
    present: frozenset[XComKey] | None = None
    xcoms: tuple[XCom, ...] = ()  # Those whose value was not stored.
    logs: tuple[TryLog, ...] = ()
    without_log: tuple[TryKey, ...] = ()  # Airflow has none of these.
    is_gone: bool = False  # Airflow has deleted the run.

    @property
    def versions(self) -> frozenset[tuple[str, int]]:
        """The DAG id and number of every version that the run's tasks ran in."""
        numbers = (self.run.version_number, *(one.version_number for one in self.tries))
        return frozenset((self.run.key.dag_id, number) for number in numbers if number is not None)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store has of the runs already."""

    missing: frozenset[XComKey]  # Versions without a stored value.
    states: Mapping[TryKey, str | None]  # Of every stored try.
    without_log: frozenset[TryKey]  # Failed tries whose log was not read.
    tries: Mapping[TryKey, Try]  # Of the runs that have later tries.
    with_fields: frozenset[TryKey]  # Tries whose rendered fields are stored.


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads runs from one Airflow, knowing what the store has of them."""

    airflow: Airflow
    store: Store
    deployment_pk: int
    limits: Limits
    troubles: Troubles
    server_time: datetime  # Airflow's clock when the pass began.
    rendered: Rendered = field(default_factory=Rendered)
    masking: Masking = field(default_factory=SecretsMasked)

    def visits(self, runs: tuple[Run, ...]) -> tuple[Visit, ...]:
        """These runs, read in the order told above.

        Raises AirflowError when Airflow as a whole does not answer.
        """
        of_key = {run.key: run for run in runs}
        items = self._task_instances(of_key)
        present = self._indexes(items)
        known = self._known(items, present)
        xcoms = read_values(
            self.airflow,
            runs=of_key,
            present=present,
            missing=known.missing,
            troubles=self.troubles,
            masking=self.masking,
        )
        items = self._with_fields(items, known)
        rows = {key: (*self._earlier(items[key], known), *items[key]) for key in items}
        logs = self._logs(rows, known)
        gone = self.gone(of_key.keys() - items.keys())
        return tuple(
            Visit(
                run,
                instances=_instances(items.get(run.key)),
                tries=(
                    *_repeated(rows.get(run.key, ()), known),
                    *self._tries(rows.get(run.key, ()), known, logs),
                ),
                present=_with_values(present.get(run.key), xcoms.get(run.key, ())),
                xcoms=xcoms.get(run.key, ()),
                logs=logs.of(run.key),
                without_log=logs.missing_of(run.key),
                is_gone=run.key in gone,
            )
            for run in runs
        )

    def _task_instances(self, runs: Iterable[RunKey]) -> dict[RunKey, tuple[TaskInstanceItem, ...]]:
        calls = {run: partial(self.airflow.task_instances, run) for run in runs}
        return answers(self.airflow, calls, troubles=self.troubles, run_of=_itself)

    def _indexes(self, runs: Iterable[RunKey]) -> dict[RunKey, frozenset[XComKey]]:
        calls = {run: partial(self.airflow.xcom_index, run) for run in runs}
        found = answers(self.airflow, calls, troubles=self.troubles, run_of=_itself)
        return {
            run: frozenset(key for item in index if (key := xcom_key(item)) is not None)
            for run, index in found.items()
        }

    def _known(
        self,
        items: Mapping[RunKey, tuple[TaskInstanceItem, ...]],
        present: Mapping[RunKey, frozenset[XComKey]],
    ) -> _Known:
        with self.store.reading() as session:
            pk = self.deployment_pk
            states = known_tries(session, deployment_pk=pk, runs=items.keys())
            stored = {key.instance.run for key in states}
            repeated = {run for run, each in items.items() if any(map(_is_later, each))} & stored
            return _Known(
                missing=missing_xcoms(
                    session, deployment_pk=pk, keys=frozenset().union(*present.values())
                ),
                states=states,
                without_log=tries_without_log(session, deployment_pk=pk, runs=items.keys()),
                with_fields=frozenset()
                if self.airflow.lists_rendered
                else tries_with_fields(session, deployment_pk=pk, runs=items.keys()),
                tries={
                    one.key: one
                    for run in sorted(repeated)
                    for one in read_tries(session, deployment_pk=pk, run=run)
                },
            )

    def _with_fields(
        self, items: dict[RunKey, tuple[TaskInstanceItem, ...]], known: _Known
    ) -> dict[RunKey, tuple[TaskInstanceItem, ...]]:
        if self.airflow.lists_rendered:
            return items
        return self.rendered.added(
            self.airflow,
            items,
            seen=Seen(known.states, known.with_fields, known.without_log),
            now=self.server_time,
            troubles=self.troubles,
        )

    def _earlier(
        self, items: tuple[TaskInstanceItem, ...], known: _Known
    ) -> tuple[TaskInstanceItem, ...]:
        """The tries before the latest, of instances of which one was never seen to its end."""
        calls = {
            instance_key(item): partial(self.airflow.tries, instance_key(item))
            for item in items
            if _is_later(item) and not _all_earlier_ended(item, known)
        }
        found = answers(
            self.airflow, calls, troubles=self.troubles, run_of=lambda instance: instance.run
        )
        latest = {instance_key(item): item.try_number or 0 for item in items}
        return tuple(
            one
            for instance, tries in found.items()
            for one in tries
            if 0 < (one.try_number or 0) < latest[instance]
        )

    def _logs(self, rows: Mapping[RunKey, tuple[TaskInstanceItem, ...]], known: _Known) -> LogsRead:
        """The logs of the tries that failed, as far as none was read before."""
        failed = (
            try_from(item, rendered=None, masking=self.masking)
            for several in rows.values()
            for item in several
            if item.state in FAILED_STATES and (item.try_number or 0) > 0
        )
        wanted = [
            one
            for one in failed
            if one.key in known.without_log or known.states.get(one.key) not in FAILED_STATES
        ]
        return read_logs(
            self.airflow,
            wanted,
            most=self.limits.logs_at_once,
            troubles=self.troubles,
            masking=self.masking,
        )

    def _tries(
        self, items: Iterable[TaskInstanceItem], known: _Known, logs: LogsRead
    ) -> tuple[Try, ...]:
        before: dict[TaskInstanceKey, dict[int, Mapping[str, Json] | None]] = defaultdict(dict)
        for key, one in known.tries.items():
            before[key.instance][key.try_number] = one.rendered
        return tuple(
            try_from(
                item,
                rendered=rendered_from(
                    item,
                    before=before[instance_key(item)].get((item.try_number or 0) - 1),
                    log=logs.logs.get(try_key(item)),
                    masking=self.masking,
                ),
                masking=self.masking,
            )
            for item in items
        )

    def gone(self, unanswered: Iterable[RunKey]) -> frozenset[RunKey]:
        """Those of the runs that Airflow itself does not have any more.

        Their task instances may be refused for other reasons: the DAG is forbidden to us, or no
        longer in any file.
        """
        runs = sorted(unanswered)
        are_gone = self.airflow.many([partial(self._is_gone, run) for run in runs])
        return frozenset(run for run, is_gone in zip(runs, are_gone, strict=True) if is_gone)

    def _is_gone(self, run: RunKey) -> bool:
        try:
            self.airflow.dag_run(run)
        except NotThere:
            return True
        except AirflowError as error:
            self.troubles.bear(error, of=run)
        return False


def _itself(run: RunKey) -> RunKey:
    return run


def _is_later(item: TaskInstanceItem) -> bool:
    return (item.try_number or 0) > 1


def _all_earlier_ended(item: TaskInstanceItem, known: _Known) -> bool:
    instance = instance_key(item)
    return all(
        known.states.get(TryKey(instance, number)) in FINISHED_STATES
        for number in range(1, item.try_number or 0)
    )


def _repeated(items: Collection[TaskInstanceItem], known: _Known) -> Iterator[Try]:
    """Stored tries that were to be repeated and have been, where Airflow tells no earlier tries."""
    latest = {instance_key(item): item.try_number or 0 for item in items}
    told = set(map(try_key, items))
    for key, one in known.tries.items():
        is_over = key.try_number < latest.get(key.instance, 0) and key not in told
        if one.state == "up_for_retry" and is_over:
            yield replace(one, state="failed")


def _instances(
    items: tuple[TaskInstanceItem, ...] | None,
) -> frozenset[TaskInstanceKey] | None:
    return None if items is None else frozenset(map(instance_key, items))


def _with_values(
    present: frozenset[XComKey] | None, xcoms: tuple[XCom, ...]
) -> frozenset[XComKey] | None:
    # A value newer than its index row is in Airflow too; the row's own version is not any more,
    # and was never stored.
    return None if present is None else present | {xcom.at for xcom in xcoms}
