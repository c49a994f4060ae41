"""The DAGs of an Airflow and the versions of them that runs are of, each read when it is due."""

from datetime import datetime
from functools import partial

from app.model.facts import Dag, DagVersion
from app.refresh.definitions import new_versions, read_dags, read_latest, read_versions
from app.refresh.numbering import Numbering
from app.refresh.visits import Reader, Visit
from app.store.dags import known_versions, write_dags, write_version


class Versions:
    """Remembers when the DAGs were read, and numbers versions where Airflow does not."""

    def __init__(self) -> None:
        self._read_at: datetime | None = None  # By Airflow's clock.
        self._numbering = Numbering()

    def read_dags(self, reader: Reader) -> None:
        """The DAG list, now and then; and the newest version of DAGs that have none here yet.

        A DAG that never ran is read too: others pull from it, and its page shows what it would do.
        So is a new version before a run of it.
        """
        last = self._read_at
        if last is not None and reader.server_time - last < reader.limits.dags_every:
            return
        known = _known(reader)
        dags = read_dags(reader.airflow, known=known, chosen=reader.limits.chosen)
        named = {dag_id for dag_id, _ in known}
        new = [dag.dag_id for dag in dags if dag.dag_id not in named and not dag.is_stale]
        some = new[: reader.limits.definitions_at_once]
        versions = self._deployed(reader, some, dags, known)
        with reader.store.writing() as session:
            write_dags(session, deployment_pk=reader.deployment_pk, dags=dags)
            for version in versions:
                write_version(session, deployment_pk=reader.deployment_pk, version=version)
        if len(some) == len(new):
            self._read_at = reader.server_time

    def _deployed(
        self,
        reader: Reader,
        new: list[str],
        dags: tuple[Dag, ...],
        known: frozenset[tuple[str, int]],
    ) -> tuple[DagVersion, ...]:
        """The newest versions of DAGs that have none here, and new ones of the others."""
        airflow = reader.airflow
        if not airflow.numbers_versions:
            others = {dag.dag_id for dag in dags if not dag.is_stale} - set(new)
            first = self._numbering.look(reader, new)
            return (*first, *self._numbering.look_round(reader, others))
        read = partial(read_versions, airflow, troubles=reader.troubles, masking=reader.masking)
        latest = read_latest(airflow, new, troubles=reader.troubles, masking=reader.masking)
        made = new_versions(airflow, known=known, troubles=reader.troubles) if known else ()
        return (*latest, *read(made))

    def of_visits(
        self, reader: Reader, visits: tuple[Visit, ...]
    ) -> tuple[tuple[Visit, ...], tuple[DagVersion, ...]]:
        """The visits with the numbers of their DAG versions, and those versions that are new."""
        made: tuple[DagVersion, ...] = ()
        if not reader.airflow.numbers_versions:
            visits, made = self._numbering.numbered(reader, visits)
        return visits, (*made, *_missing(reader, visits, made))


def _missing(
    reader: Reader, visits: tuple[Visit, ...], made: tuple[DagVersion, ...]
) -> tuple[DagVersion, ...]:
    """The versions that these runs ran in, those that are neither stored nor just made."""
    missing = {version for visit in visits for version in visit.versions}
    missing -= _known(reader)
    missing -= {(version.dag_id, version.version_number) for version in made}
    read = read_versions(reader.airflow, missing, troubles=reader.troubles, masking=reader.masking)
    missing -= {(version.dag_id, version.version_number) for version in read}
    for visit in visits:
        if missing & visit.versions:
            reader.troubles.come_back(visit.run.key)
    return read


def _known(reader: Reader) -> frozenset[tuple[str, int]]:
    with reader.store.reading() as session:
        return known_versions(session, deployment_pk=reader.deployment_pk)
