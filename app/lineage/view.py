"""What one try sees of the XComs: what a pull of its gives."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.lineage.pulling import as_airflow_2, as_airflow_3
from app.lineage.resolve import RunIndex
from app.lineage.template.holes import has_holes, shown
from app.lineage.template.reads import Answer, Ask, Read
from app.model.facts import AIRFLOW_3, Reach
from app.model.ids import NOT_MAPPED, RunKey, TaskInstanceKey, TryKey


@dataclass(frozen=True, slots=True)
class View:
    """What one try sees of the run's XComs, up to a moment (None: all there is).

    A World for the renderer. An XCom counts when it was pushed before the moment, and was not yet
    deleted by the start of a later try of its task.
    """

    index: RunIndex
    reader: TryKey
    moment: datetime | None = None
    #: Whether an XCom that is nowhere in the facts counts as missing: it does when Airflow found
    #: nothing either, which only the field or the log can tell.
    takes_absent: bool = False

    def pull(self, ask: Ask) -> Answer:
        """What Airflow would give the try, as far as the facts tell; what they do not is unsure."""
        if not ask.is_sure or has_holes(ask.dag_id or "") or has_holes(ask.run_id or ""):
            return self._unsure(ask)
        if ask.is_argument:
            return self._argument(ask)
        is_old = self.index.facts.airflow_major < AIRFLOW_3
        if ask.task_ids is None:
            found = [self._newest(ask)] if is_old else [self._reads(ask, self._own_id)]
        else:
            found = [self._reads(ask, task_id) for task_id in ask.task_ids]
        return as_airflow_2(ask, found) if is_old else as_airflow_3(ask, found)

    @property
    def _own_id(self) -> str:
        return self.reader.instance.task_id

    def _unsure(self, ask: Ask) -> Answer:
        reads = tuple(_unsure(ask, shown(one)) for one in ask.task_ids or ("…",))
        return Answer(reads, len(reads) > 1)

    def _newest(self, ask: Ask) -> list[Read]:
        """Without task_ids Airflow 2 looks at every task of the run."""
        if self._target(ask) != self.index.run or ask.is_prior:
            return [_unsure(ask, "…")]
        instances = self.index.pushers(ask.key)
        wanted = [one for one in instances if ask.map_indexes in (None, (one.map_index,))]
        found = [read for read in (self.read(ask, one) for one in wanted) if read.xcom]
        return found or [_unsure(ask, "…")]

    def _argument(self, ask: Ask) -> Answer:
        """What an XComArg gives: of a mapped task a list, of a task mapped with its group one."""
        (given,) = ask.task_ids or ("",)
        reads = self._reads(ask, given)
        instances = self.index.instances(self._dag_id(ask), reads[0].task_id)
        if not any(one.map_index != NOT_MAPPED for one in instances):
            return Answer(tuple(reads))
        task = self.index.tasks.get(reads[0].task_id)
        if task is None or task.is_mapped or self.reader.instance.map_index == NOT_MAPPED:
            is_one = task is not None and not task.is_mapped and len(reads) == 1
            return Answer(tuple(reads), is_list=not is_one)
        if not _share_group(given, self._own_id):
            return Answer((_unsure(ask, reads[0].task_id),))
        at = self.reader.instance.map_index
        own = [one for one in instances if one.map_index == at]
        return Answer((self.read(ask, own[0]) if own else Read(ask, reads[0].task_id, None),))

    def _dag_id(self, ask: Ask) -> str:
        return ask.dag_id or self.reader.instance.dag_id

    def _target(self, ask: Ask) -> RunKey:
        """The run whose XComs the pull is after; with earlier runs, the last of them."""
        return RunKey(self._dag_id(ask), ask.run_id or self.reader.instance.run_id)

    def _reads(self, ask: Ask, given: str) -> list[Read]:
        """Every value there is of the task, or the one read that tells that there is none."""
        task_id = self._real(given)
        if task_id is None:
            return [_unsure(ask, shown(given))]
        runs = self._runs(ask, task_id)
        if runs is None:
            return [self._missing(ask, task_id)]
        if ask.is_prior:
            return self._prior_reads(ask, task_id, runs)
        return self._in_run(ask, task_id, runs[0])

    def _in_run(self, ask: Ask, task_id: str, run: RunKey) -> list[Read]:
        instances = self.index.instances(run.dag_id, task_id, run.run_id)
        if ask.map_indexes is not None:
            return [
                self.read(ask, TaskInstanceKey(run.dag_id, run.run_id, task_id, at))
                for at in ask.map_indexes
            ]
        found = [read for read in (self.read(ask, one) for one in instances) if read.xcom]
        return found or [Read(ask, task_id, instances[0] if len(instances) == 1 else None)]

    def _prior_reads(self, ask: Ask, task_id: str, runs: tuple[RunKey, ...]) -> list[Read]:
        """What the newest run that has any gave; Airflow 3 gives the values of all runs at once.

        In which order it does is the database's choice, and how many there were before we looked
        is not known: then they are named, but nobody can tell which is which.
        """
        each = [self._in_run(ask, task_id, run) for run in runs]
        there = [reads for reads in each if reads[0].xcom is not None]
        if not there:
            return [self._missing(ask, task_id)]
        is_latest = self.index.facts.airflow_major < AIRFLOW_3 or ask.map_indexes is not None
        is_mapped = any(read.instance and read.instance.map_index >= 0 for read in there[0])
        if is_latest and not (is_mapped and ask.map_indexes is None):
            return there[0]
        reads = [read for one in there for read in one]
        return reads if len(reads) == 1 else [replace(one, is_known=False) for one in reads]

    def _runs(self, ask: Ask, task_id: str) -> tuple[RunKey, ...] | None:
        """The runs whose XComs count, the newest first; None when they are not in the facts."""
        own = self.index.run
        is_usual = ask.dag_id is None and ask.run_id is None and not ask.is_prior
        if is_usual and self.index.is_own(self.reader.instance):
            return (own,)
        target = self._target(ask)
        if target == own and not ask.is_prior:
            return (own,)
        reach = Reach(target.dag_id, target.run_id, task_id, ask.key, ask.is_prior)
        self.index.reaches.add(reach)
        reached = self.index.facts.reached.get(reach, ())
        if ask.is_prior:
            return (own, *reached) if target == own else reached
        return (target,) if reached or self._knows(target) else None

    def _missing(self, ask: Ask, task_id: str) -> Read:
        """The read of an XCom that no run in the facts has.

        Nothing can be where the task is not, nor where the run that was asked for is not; but not
        every run of every DAG need be mirrored.
        """
        facts, target = self.index.facts, self._target(ask)
        is_own = target.dag_id == self.index.run.dag_id
        ids = self.index.task_ids if is_own else facts.other_dags.get(target.dag_id)
        reach = Reach(target.dag_id, target.run_id, task_id, ask.key, ask.is_prior)
        is_without_run = ids is not None and facts.reached.get(reach) == ()
        is_absent = is_without_run or (bool(ids) and task_id not in (ids or ()))
        is_known = is_absent and self.takes_absent
        return Read(ask, task_id, None, is_known=is_known, is_absent=is_absent)

    def _knows(self, target: RunKey) -> bool:
        """Whether a missing XCom is really missing: the run is here, or there is no such DAG."""
        facts = self.index.facts
        is_absent = bool(facts.other_dags) and target.dag_id not in facts.other_dags
        return (is_absent and target.dag_id != self.index.run.dag_id) or any(
            one.key.instance.run == target for one in facts.other_tries
        )

    def _real(self, given: str) -> str | None:
        if not has_holes(given):
            return given
        matching = self.index.matching(given)
        return matching[0] if len(matching) == 1 else None

    def read(self, ask: Ask, instance: TaskInstanceKey) -> Read:
        """The version of the XCom that stood there at the moment."""
        versions = self.index.xcoms.get((instance, ask.key), ())
        seen = [one for one in versions if self.moment is None or one.at.timestamp <= self.moment]
        if not seen:
            return Read(ask, instance.task_id, instance)
        tries = [one for one in self.index.tries.get(instance, ()) if one.start is not None]
        pushed = seen[-1].at.timestamp
        owners = [one for one in tries if one.start is not None and one.start <= pushed]
        later = [
            one
            for one in tries
            if one.start is not None and pushed < one.start and self._before(one.start)
        ]
        if later and self.moment is not None:
            return Read(ask, instance.task_id, instance)
        number = owners[-1].key.try_number if owners else 0
        return Read(ask, instance.task_id, instance, number, seen[-1])

    def _before(self, time: datetime) -> bool:
        return self.moment is not None and time <= self.moment


def _unsure(ask: Ask, task_id: str) -> Read:
    return Read(ask, task_id, None, is_known=False)


def _share_group(one: str, other: str) -> bool:
    """Whether two tasks stand in one TaskGroup, as far as their ids tell."""
    return "." in one and one.partition(".")[0] == other.partition(".")[0]
