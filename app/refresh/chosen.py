"""Which DAGs of an Airflow are mirrored."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from app.airflow.payloads import DagRunItem


@dataclass(frozen=True, slots=True)
class ChosenDags:
    """Those whose id matches one of `patterns` (shell patterns) and none of `without`."""

    patterns: tuple[str, ...] = ("*",)
    without: tuple[str, ...] = ()

    def __contains__(self, dag_id: str) -> bool:
        return _matches(dag_id, self.patterns) and not _matches(dag_id, self.without)


def is_chosen(item: DagRunItem, chosen: ChosenDags) -> bool:
    """Whether it is a run, and of a DAG that is mirrored."""
    return bool(item.dag_id and item.dag_run_id) and item.dag_id in chosen


def _matches(dag_id: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(dag_id, pattern) for pattern in patterns)
