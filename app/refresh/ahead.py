"""What is wrong with DAGs before they run, brought up to date when they change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from app.lineage.before.definition import DagDefinition
from app.lineage.before.problems import Ahead
from app.refresh.visits import Reader
from app.store.ahead import Newest, newest_versions, read_upcoming
from app.store.replacing import replace_dag_problems

LookAhead: TypeAlias = Callable[[DagDefinition], Ahead]
#: All that a look at a DAG hangs on: its newest version and those of the DAGs it looked into.
_Basis: TypeAlias = tuple[tuple[str, Newest | None], ...]


@dataclass(slots=True)
class Lookout:
    """Looks at each DAG once for each version of it and of the DAGs that it pulls from.

    What was looked at is known in this process only: a new one, with the engine that it has, looks
    at everything again, so no look is lost when one is killed.
    """

    look_ahead: LookAhead
    _seen: dict[str, _Basis] = field(default_factory=dict)

    def bring_up_to_date(self, reader: Reader, *, at: datetime, most: int) -> int:
        """How many DAGs were looked at; at most so many, the others in the next passes."""
        with reader.store.reading() as session:
            newest = newest_versions(session, deployment_pk=reader.deployment_pk)
        due = [dag_id for dag_id in newest if self._is_due(dag_id, newest)][:most]
        for dag_id in due:
            others = self._look(reader, dag_id, newest[dag_id], at=at)
            self._seen[dag_id] = _basis({dag_id, *others}, newest)
        return len(due)

    def _is_due(self, dag_id: str, newest: Mapping[str, Newest]) -> bool:
        seen = self._seen.get(dag_id)
        return seen is None or seen != _basis({one for one, _ in seen}, newest)

    def _look(self, reader: Reader, dag_id: str, newest: Newest, *, at: datetime) -> frozenset[str]:
        """The DAGs that the look hangs on.

        Without its source and its own tasks nothing is known of a version, so what was found
        before stays; a DAG that Airflow no longer has will not run.
        """
        if newest.is_stale:
            self._write(reader, dag_id, None, Ahead(), at)
            return frozenset()
        if not newest.has_source or not newest.has_tasks:
            return frozenset()
        with reader.store.reading() as session:
            known = read_upcoming(session, deployment_pk=reader.deployment_pk, dag_pk=newest.dag_pk)
        ahead = self.look_ahead(
            DagDefinition(dag_id, known.source, known.tasks, known.airflow_major, known.other_dags)
        )
        self._write(reader, dag_id, known.version_number, ahead, at)
        return ahead.others

    def _write(
        self, reader: Reader, dag_id: str, version_number: int | None, ahead: Ahead, at: datetime
    ) -> None:
        with reader.store.writing() as session:
            replace_dag_problems(
                session,
                deployment_pk=reader.deployment_pk,
                dag_id=dag_id,
                version_number=version_number,
                problems=ahead.problems,
                at=at,
            )


def _basis(dag_ids: set[str], newest: Mapping[str, Newest]) -> _Basis:
    return tuple((one, newest.get(one)) for one in sorted(dag_ids))
