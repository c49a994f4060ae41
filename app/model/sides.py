"""A run as a comparison reads it: values stay the JSON texts they are stored as."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.model.facts import Run, Task
from app.model.findings import Flow, Problem
from app.model.ids import TaskInstanceKey


@dataclass(frozen=True, slots=True)
class StoredValue:
    """An XCom's value. `text` None: too big to be read here."""

    text: str | None
    size: int = 0
    is_cut: bool = False  # `text` is a preview.
    #: SHA-256 of the whole JSON text, in hexadecimal digits, of a value that is not here whole.
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class InstanceSide:
    """One task instance: its latest try, and what stood under each key when that had ended."""

    key: TaskInstanceKey
    try_number: int
    state: str | None
    operator: str = ""
    start: datetime | None = None
    end: datetime | None = None
    name: str | None = None  # Its rendered map index.
    rendered: str | None = None  # JSON of its fields; None: they were not seen.
    xcoms: Mapping[str, StoredValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunSide:
    """One of the runs that are compared."""

    run: Run
    tasks: tuple[Task, ...] = ()
    instances: tuple[InstanceSide, ...] = ()
    flows: tuple[Flow, ...] = ()  # What its tasks got.
    problems: tuple[Problem, ...] = ()  # Open ones.
    version_number: int | None = None  # Of the DAG.
    is_gone: bool = False  # Airflow has deleted it.
    is_analysed: bool = True  # Its flows and problems are those of what is stored.
