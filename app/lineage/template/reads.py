"""What a pull asks for, and what it gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.model.facts import XCom
from app.model.ids import TaskInstanceKey
from app.model.values import Json, Path

#: Order of the positional arguments of `xcom_pull`, in both Airflows.
ARGUMENTS = ("task_ids", "dag_id", "key", "include_prior_dates")


def by_name(args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of an `xcom_pull` under their names."""
    return {**dict(zip(ARGUMENTS, args, strict=False)), **kwargs}


@dataclass(frozen=True, slots=True)
class Ask:
    """One `xcom_pull` with its arguments; a task id may hold holes (see `holes`)."""

    task_ids: tuple[str, ...] | None = None  # None: none were given.
    is_list: bool = False  # task_ids was a list, so a list comes back.
    key: str = "return_value"
    dag_id: str | None = None  # None: the DAG of the puller.
    map_indexes: tuple[int, ...] | None = None
    is_index_list: bool = False  # map_indexes was a list, so a list comes back.
    run_id: str | None = None  # None: the run_id of the puller.
    is_prior: bool = False  # include_prior_dates: earlier runs count too.
    is_sure: bool = True  # False: an argument is not known here.
    is_argument: bool = False  # An XComArg handed over in Python, not a call in a template.

    @property
    def is_loose(self) -> bool:
        """Whether what it reads hangs on runs or moments of which we may have missed some."""
        return self.is_prior or self.task_ids is None or self.run_id is not None


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """One XCom that a pull was after; two reads are two, even of one XCom."""

    ask: Ask
    task_id: str
    instance: TaskInstanceKey | None  # None: no such task instance.
    try_number: int = 0
    xcom: XCom | None = None  # None: nothing was there to be read.
    is_known: bool = True  # False: whether, or what, was there cannot be told.
    is_absent: bool = False  # Nowhere in the facts, though Airflow may have had it.

    @property
    def value(self) -> Json:
        return self.xcom.value if self.xcom else None


@dataclass(frozen=True, slots=True)
class Origin:
    """A place in what was read. `is_there` False: the path leads nowhere."""

    read: Read
    path: Path = ()
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What a pull gives: one value, or a list of them."""

    reads: tuple[Read, ...]
    is_list: bool = False
    is_lazy: bool = False  # The list is Airflow 2's, whose text does not show its values.
    takes_default: bool = True  # The pull's `default` stands for a value that is missing.


class World(Protocol):
    """The XComs that a task instance sees when it renders its fields."""

    def pull(self, ask: Ask) -> Answer: ...
