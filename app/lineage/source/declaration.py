"""What a DAG's source says about its tasks.

Texts may hold holes (see `template.holes`): a task id `load_{t}`, a template built around a name
that only the running program knows.
"""

from dataclasses import dataclass
from typing import TypeAlias

from app.model.values import Path


@dataclass(frozen=True, slots=True)
class Words:
    """A text, which Airflow renders where the field is a template field."""

    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number, True, False or None."""

    value: bool | int | float | None


@dataclass(frozen=True, slots=True)
class Handed:
    """An XComArg: a task's output handed over in Python.

    `operations`: mapped over, zipped or joined, so that what arrives is not the XCom's value;
    `others` are the outputs it was zipped or joined with.
    """

    task_id: str
    key: str = "return_value"
    operations: tuple[str, ...] = ()
    others: tuple["Handed", ...] = ()


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Something the source does not tell. `is_many`: any number of list items or members."""

    name: str
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Members:
    """Named parts, in order; a name may be a template."""

    members: tuple[tuple[str, "Node"], ...]
    is_open: bool = False  # There may be others.


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, by a condition that the source leaves open."""

    options: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Possible:
    """An element that may not be in its list or mapping, with the reason."""

    node: "Node"
    doubt: str


Node: TypeAlias = Words | Fixed | Handed | Unsaid | Items | Members | Choice | Possible


@dataclass(frozen=True, slots=True)
class DeclaredField:
    """One argument of an operator. `is_mapped`: a list of which each mapped instance gets one."""

    name: str
    value: Node
    is_mapped: bool = False
    line: int | None = None
    is_open: bool = False  # A condition of the source leaves open what its value is.


@dataclass(frozen=True, slots=True)
class PythonPull:
    """An `xcom_pull` in a task's Python code. `is_optional`: a missing value is provided for."""

    task_ids: tuple[str, ...] | None
    is_list: bool = False
    key: str = "return_value"  # Empty: any key, as `key=None` asks for.
    dag_id: str | None = None
    paths: tuple[Path, ...] = ()  # What is read of the value, where the code shows it.
    is_sure: bool = True
    line: int | None = None
    field: str = "python_callable"  # The argument that gave the code to the task.
    unknown: tuple[str, ...] = ()  # Arguments of the pull that the source does not tell.
    map_indexes: tuple[int, ...] | None = None
    is_index_list: bool = False
    run_id: str | None = None
    is_prior: bool = False  # include_prior_dates


@dataclass(frozen=True, slots=True)
class DeclaredTask:
    task_id: str
    dag_id: str | None = None  # None: the source does not say.
    operator: str = ""
    fields: tuple[DeclaredField, ...] = ()
    expanded: Node | None = None  # The argument of expand_kwargs.
    pulls: tuple[PythonPull, ...] = ()
    is_mapped: bool = False
    pushes: bool | None = None  # do_xcom_push as written; None: not written.
    is_whole: bool = False  # The source shows every argument and default that it is given.
    params: Node | None = None  # Of the task and its DAG.
    line: int | None = None
    macros: Node | None = None  # user_defined_macros of its DAG.
    may_know_more: bool = True  # Its DAG may give templates names that the source does not show.
    template_fields: tuple[str, ...] | None = None  # As the operator's class in the file has them.
    doubt: str | None = None  # Why the task may not be there, though the source makes it.


@dataclass(frozen=True, slots=True)
class Declaration:
    tasks: tuple[DeclaredTask, ...] = ()
    problem: str | None = None  # Why the source could not be read, or not wholly.
