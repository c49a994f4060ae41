"""What Airflow's own things are while a DAG file is read: DAGs, groups, tasks and their XComs.

As they do for Airflow, some of these change while the source is read.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from app.lineage.source.values import Function, Instance
from app.model.values import Path


@dataclass(slots=True)
class DagValue:
    dag_id: str
    settings: dict[str, Any] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    group_ids: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Group:
    """A TaskGroup; `prefix` is what its tasks' ids begin with, dot included."""

    prefix: str
    settings: dict[str, Any] = field(default_factory=dict)
    group_id: str = ""


@dataclass(slots=True, eq=False)
class TaskValue:
    """An operator under construction."""

    task_id: str
    operator: str
    dag: DagValue | None
    arguments: dict[str, Any] = field(default_factory=dict)
    mapped: dict[str, Any] = field(default_factory=dict)
    expanded: Any = None
    is_mapped: bool = False
    callable: "Function | None" = None
    defaults: dict[str, Any] = field(default_factory=dict)  # default_args that apply to it.
    lines: dict[str, int] = field(default_factory=dict)
    line: int | None = None
    instance: "Instance | None" = None  # Of its class, when the file defines it.
    doubt: str | None = None  # Why it may not be there, though the source makes it.
    is_whole: bool = False  # The source shows every argument and default that it is given.


@dataclass(frozen=True, slots=True)
class Argument:
    """An XComArg. `operations`: mapped over, zipped or joined, with `others` if any."""

    task: TaskValue
    key: str = "return_value"
    operations: tuple[str, ...] = ()
    others: tuple["Argument", ...] = ()


@dataclass(slots=True)
class Decorated:
    """A function under @task, @task_group or @dag; `kind` says which."""

    kind: str
    function: Function
    settings: dict[str, Any] = field(default_factory=dict)
    partial: dict[str, Any] = field(default_factory=dict)
    operator: str = "@task"


@dataclass(slots=True)
class Partial:
    """`Operator.partial(...)`, waiting for `expand`."""

    operator: Any
    arguments: dict[str, Any]
    lines: dict[str, int]


@dataclass(frozen=True, slots=True)
class Context:
    """Airflow's context of a task, as its code gets it: `context`, `**kwargs`."""

    names: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class RunningTask:
    """`ti` in a task's code."""


@dataclass(slots=True, eq=False)
class PullCall:
    """One `xcom_pull` that a task's code makes; counts by path say what of its value is used."""

    arguments: dict[str, Any]
    line: int
    is_open: bool = False  # It was given arguments that are not known, by `**`.
    uses: Counter[tuple[int | None, Path]] = field(default_factory=Counter)

    def paths(self, picked: int | None) -> tuple[Path, ...]:
        """The parts that are used for more than to reach a part of them.

        Where nothing is done with what was reached, as with what is only tested, the parts count
        that were reached last.
        """
        counted = {path: count for (at, path), count in self.uses.items() if at == picked}
        used = tuple(path for path, count in counted.items() if count > 0)
        return used or tuple(
            path
            for path in counted
            if not any(other != path and other[: len(path)] == path for other in counted)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Pulled:
    """A place in a pulled value. `several`: one value for each task id, none picked yet."""

    call: PullCall
    path: Path = ()
    picked: int | None = None

    def noted(self, count: int) -> "Pulled":
        """The value, its use counted, or no longer counted."""
        self.call.uses[self.picked, self.path] += count
        return self
