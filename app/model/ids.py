"""Addresses of runs, task instances and tries within one deployment."""

from dataclasses import dataclass

#: Airflow's number for "this task is not mapped".
NOT_MAPPED = -1


@dataclass(frozen=True, slots=True, order=True)
class RunKey:
    dag_id: str
    run_id: str


@dataclass(frozen=True, slots=True, order=True)
class TaskInstanceKey:
    """One task (or one mapped instance of it) in one DAG run, whatever its try."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int = NOT_MAPPED

    @property
    def run(self) -> RunKey:
        return RunKey(self.dag_id, self.run_id)


@dataclass(frozen=True, slots=True, order=True)
class TryKey:
    """One try of a task instance; Airflow counts tries from 1, 0 means it never started."""

    instance: TaskInstanceKey
    try_number: int
