"""Versions of the DAGs of an Airflow that keeps none: numbered here, as they are seen.

Airflow 2 knows a DAG only as it is now. What it is now is compared with the newest version that is
stored: the same source and the same tasks are the same version, anything else is the next one. A
try belongs to the version that was the newest when the try was first seen, and a run to that of the
newest of its tries; what came before our first look belongs to the first version.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from app.model.errors import AirflowError, BadAnswer
from app.model.facts import DagVersion
from app.model.ids import TryKey
from app.refresh.definitions import read_current
from app.refresh.visits import Reader, Visit
from app.store.ahead import newest_versions
from app.store.facts import Definition, read_definition
from app.store.numbers import run_numbers
from app.store.tries import known_tries

# Between two looks at a DAG that runs; a new run is reason enough for one.
_LOOK_EVERY = timedelta(seconds=30)
# DAGs looked at that do not run, in each round: two requests each, and a source is a heavy one.
_ROUND = 5
# States in which a try has not begun: the version that it will run in may still change.
_NOT_BEGUN = frozenset({None, "scheduled", "queued"})


class Numbering:
    """Numbers the versions of DAGs; remembers when it looked at each."""

    def __init__(self) -> None:
        self._looked: dict[str, datetime] = {}  # By Airflow's clock.
        self._waiting: set[TryKey] = set()  # New tries of DAGs that could not be looked at.

    def look_round(self, reader: Reader, dag_ids: Iterable[str]) -> tuple[DagVersion, ...]:
        """New versions of some of these DAGs: those not looked at for longest."""
        begin = datetime.min.replace(tzinfo=reader.server_time.tzinfo)
        longest = sorted(dag_ids, key=lambda dag_id: self._looked.get(dag_id, begin))
        return self.look(reader, longest[:_ROUND])

    def look(self, reader: Reader, dag_ids: Iterable[str]) -> tuple[DagVersion, ...]:
        """New versions of these DAGs, each with the number after that of the newest stored."""
        return tuple(made for dag_id in dag_ids for made in self._look(reader, dag_id))

    def numbered(
        self, reader: Reader, visits: tuple[Visit, ...]
    ) -> tuple[tuple[Visit, ...], tuple[DagVersion, ...]]:
        """The visits with the numbers of what is new in them, and the versions made for that."""
        new = _new_tries(reader, visits) | self._waiting
        new_runs = {visit.run.key.dag_id for visit in visits} - _dags_of_stored(reader, visits)
        # After a look that failed, or in a new process, any run is reason enough.
        unknown = {visit.run.key.dag_id for visit in visits} - self._looked.keys()
        dag_ids = sorted(new_runs | unknown | {key.instance.dag_id for key in new})
        made = self.look(reader, [one for one in dag_ids if self._is_due(reader, one, new_runs)])
        failed = set(dag_ids) - self._looked.keys()
        visited = {visit.run.key for visit in visits}
        self._waiting = {
            key for key in new if key.instance.dag_id in failed or key.instance.run not in visited
        }
        numbers = _newest_numbers(reader, set(dag_ids) - failed)
        numbers |= {one.dag_id: one.version_number for one in made}
        for visit in visits:
            if visit.run.key.dag_id in failed:
                reader.troubles.come_back(visit.run.key)
        return tuple(_with_number(visit, numbers, new) for visit in visits), made

    def _is_due(self, reader: Reader, dag_id: str, new_runs: Collection[str]) -> bool:
        last = self._looked.get(dag_id)
        if last is None or last == reader.server_time:  # The latter: in this very pass.
            return last is None
        return dag_id in new_runs or reader.server_time - last >= _LOOK_EVERY

    def _look(self, reader: Reader, dag_id: str) -> Iterator[DagVersion]:
        try:
            made = _next_version(reader, dag_id)
        except AirflowError as error:
            self._looked.pop(dag_id, None)
            reader.troubles.bear(error, of=None)
            return
        self._looked[dag_id] = reader.server_time
        if made is not None:
            yield made


def _next_version(reader: Reader, dag_id: str) -> DagVersion | None:
    """The DAG as it is now, numbered; None when that is stored already.

    Raises AirflowError when it cannot be read.
    """
    stored = _stored(reader, dag_id)
    now = _current(reader, dag_id)
    if stored is not None and _is_same(now, stored):
        return None
    # Source and tasks are two questions, between which the DAG may change.
    if _current(reader, dag_id) != now:
        raise BadAnswer(f"DAG {dag_id} changed while it was read")
    number = stored.version_number or 0 if stored else 0
    return replace(now, version_number=number + 1)


def _current(reader: Reader, dag_id: str) -> DagVersion:
    return read_current(reader.airflow, dag_id, troubles=reader.troubles, masking=reader.masking)


def _is_same(now: DagVersion, stored: Definition) -> bool:
    """What is not told now differs from nothing."""
    has_source = now.source is None or now.source == stored.source
    return has_source and (not now.tasks or frozenset(now.tasks) == frozenset(stored.tasks))


def _stored(reader: Reader, dag_id: str) -> Definition | None:
    with reader.store.reading() as session:
        newest = newest_versions(session, deployment_pk=reader.deployment_pk).get(dag_id)
        if newest is None or newest.version_pk is None:
            return None
        return read_definition(session, newest.dag_pk, None)


def _newest_numbers(reader: Reader, dag_ids: Iterable[str]) -> dict[str, int]:
    found = ((dag_id, _stored(reader, dag_id)) for dag_id in dag_ids)
    return {
        dag_id: stored.version_number
        for dag_id, stored in found
        if stored is not None and stored.version_number is not None
    }


def _new_tries(reader: Reader, visits: tuple[Visit, ...]) -> frozenset[TryKey]:
    runs = [visit.run.key for visit in visits]
    with reader.store.reading() as session:
        known = known_tries(session, deployment_pk=reader.deployment_pk, runs=runs)
    begun = {key for key, state in known.items() if state not in _NOT_BEGUN}
    return frozenset(one.key for visit in visits for one in visit.tries) - begun


def _dags_of_stored(reader: Reader, visits: tuple[Visit, ...]) -> set[str]:
    """The DAGs of which every run that is visited is stored."""
    runs = {visit.run.key for visit in visits}
    with reader.store.reading() as session:
        stored = run_numbers(session, deployment_pk=reader.deployment_pk, runs=runs)
    return {run.dag_id for run in runs} - {run.dag_id for run in runs - stored.keys()}


def _with_number(visit: Visit, numbers: dict[str, int], new: frozenset[TryKey]) -> Visit:
    """What was seen before keeps the number that it has in the store."""
    number = numbers.get(visit.run.key.dag_id)
    has_new = any(one.key in new for one in visit.tries)
    return replace(
        visit,
        run=replace(visit.run, version_number=number) if has_new else visit.run,
        tries=tuple(
            replace(one, version_number=number) if one.key in new else one for one in visit.tries
        ),
    )
