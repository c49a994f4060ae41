"""The recording on stage: which DAGs and runs there are at this moment."""

from collections.abc import Callable
from datetime import datetime

from app.demo.plan import Performance, performances, performed
from app.demo.recording import RecordedDag, RecordedRun, Recording
from app.model.errors import NotThere


class Stage:
    """A recording that began to be played at `start`; `now` tells aware times."""

    def __init__(
        self, recording: Recording, *, start: datetime, now: Callable[[], datetime]
    ) -> None:
        self.airflow_version = recording.header.airflow_version
        self.now = now
        self._recording = recording
        self._start = start.replace(microsecond=0)
        # A performance never changes; a day has a few thousand of some 40 kB.
        self._performed: dict[tuple[str, int], RecordedRun] = {}

    def dags(self) -> tuple[RecordedDag, ...]:
        return self._recording.dags

    def dag(self, dag_id: str) -> RecordedDag:
        """Raises NotThere, in Airflow's words."""
        for dag in self._recording.dags:
            if dag.dag.dag_id == dag_id:
                return dag
        raise NotThere(f"The Dag with ID: `{dag_id}` was not found")

    def runs(self, now: datetime) -> list[RecordedRun]:
        """Every run that has begun, in the order of their creation."""
        plays = performances(self._recording.runs, start=self._start, now=now)
        return [self._run(play) for play in sorted(plays, key=lambda play: play.begin)]

    def run(self, dag_id: str, run_id: str, now: datetime) -> RecordedRun:
        """Raises NotThere, in Airflow's words."""
        for run in self.runs(now):
            if (run.run.dag_id, run.run.dag_run_id) == (dag_id, run_id):
                return run
        raise NotThere(f"The DagRun with dag_id: `{dag_id}` and run_id: `{run_id}` was not found")

    def _run(self, play: Performance) -> RecordedRun:
        key = (play.recorded.run.dag_id, play.number)
        if key not in self._performed:
            self._performed[key] = performed(play)
        return self._performed[key]
