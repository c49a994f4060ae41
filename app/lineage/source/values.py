"""What an expression of a DAG's source may be worth.

Texts, numbers, lists, dicts and tuples are Python's own; the rest stands here. Unlike elsewhere
some of these change while the source is read, as the objects they stand for do.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


class Written(str):
    """A text with the line on which it is written."""

    __slots__ = ("line",)
    line: int | None


def written(text: str, line: int | None) -> Written:
    result = Written(text)
    result.line = line
    return result


@dataclass(frozen=True, slots=True)
class Unknown:
    name: str = "…"


@dataclass(frozen=True, slots=True)
class Spread:
    """Elements of a list that are not known: `*more`."""

    name: str = "…"


@dataclass(frozen=True, slots=True)
class Named:
    """Something imported or built in, by its dotted name."""

    name: str

    @property
    def last(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Struct:
    """An object made by an imported class of which only the arguments matter: V1EnvVar(…)."""

    name: str
    arguments: tuple[tuple[str, Any], ...]
    line: int | None = None


@dataclass(slots=True)
class DagValue:
    dag_id: str
    settings: dict[str, Any] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Group:
    """A TaskGroup; `prefix` is what its tasks' ids begin with, dot included."""

    prefix: str
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
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


@dataclass(frozen=True, slots=True)
class Argument:
    """An XComArg. `is_changed`: mapped over, zipped or joined, so its value is not the XCom's."""

    task: TaskValue
    key: str = "return_value"
    is_changed: bool = False


class Scope:
    """Names as a block of code sees them; what is not found inside is looked up outside."""

    def __init__(self, outer: "Scope | None" = None) -> None:
        self.names: dict[str, Any] = {}
        self.outer = outer

    def find(self, name: str) -> Any:
        """The value; a name nobody bound is a Named, such as a builtin."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return Named(name)

    def all(self) -> Iterator[tuple[str, Any]]:
        yield from self.names.items()


@dataclass(slots=True)
class Function:
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    bound: tuple[Any, ...] = ()  # Arguments that are already given: `self`.

    @property
    def name(self) -> str:
        return getattr(self.node, "name", "lambda")


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

    operator: Named
    arguments: dict[str, Any]
    lines: dict[str, int]


@dataclass(slots=True)
class ClassValue:
    name: str
    scope: Scope
    bases: tuple[Any, ...] = ()

    def find(self, name: str) -> Any:
        """A member of the class or of a base in the same file; Unknown when there is none."""
        if name in self.scope.names:
            return self.scope.names[name]
        for base in self.bases:
            if isinstance(base, ClassValue):
                found = base.find(name)
                if not isinstance(found, Unknown):
                    return found
        return Unknown(name)


@dataclass(slots=True)
class Machine:
    """The state of the DAG file while it is read: where we stand and what was made."""

    steps: int = 300_000
    depth: int = 0
    dags: list[DagValue] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    tasks: list[TaskValue] = field(default_factory=list)

    def spend(self, steps: int = 1) -> None:
        """Raises TooLong when the source asks for more work than any honest one."""
        self.steps -= steps
        if self.steps < 0:
            raise TooLong


class TooLong(Exception):  # as our other errors: it says what happened
    """The source asks for more work than any honest one."""
