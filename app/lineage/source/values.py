"""What an expression of a DAG's source may be worth.

Texts, numbers, lists, dicts and tuples are Python's own; the rest stands here. Unlike elsewhere
some of these change while the source is read, as the objects they stand for do.
"""

import ast
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from app.lineage.source.scope import Scope
from app.model.values import Path


class Written(str):
    """A text with the line on which it is written."""

    __slots__ = ("line",)
    line: int | None


def written(text: str, line: int | None) -> Written:
    result = Written(text)
    result.line = line
    return result


class TextMember(Written):
    """A member of an Enum that is a text."""

    __slots__ = ("kind", "name")
    name: str
    kind: "ClassValue"


class FilePath(str):
    """A `pathlib.Path`; only its text counts, no file is ever looked at."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an Enum."""

    owner: str
    name: str
    value: Any = field(compare=False)
    kind: "ClassValue | None" = field(default=None, compare=False)
    #: What the Enum's `__init__` gave it; filled when it is first asked for.
    names: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Unknown:
    name: str = "…"


@dataclass(frozen=True, slots=True)
class Spread:
    """Elements of a list that are not known: `*more`."""

    name: str = "…"


@dataclass(frozen=True, slots=True, eq=False)
class Perhaps:
    """An element that may not be in its list or dict, with the reason."""

    value: Any
    doubt: str


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """One of several values, by a condition that is not known."""

    values: tuple[Any, ...]
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


@dataclass(frozen=True, slots=True)
class Argument:
    """An XComArg. `operations`: mapped over, zipped or joined, with `others` if any."""

    task: TaskValue
    key: str = "return_value"
    operations: tuple[str, ...] = ()
    others: tuple["Argument", ...] = ()


@dataclass(slots=True)
class Function:
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    bound: tuple[Any, ...] = ()  # Arguments that are already given: `self`.
    owner: "ClassValue | None" = None  # The class whose method it is.
    given: dict[str, Any] = field(default_factory=dict)  # Of functools.partial.
    label: str = ""  # The name that functools.wraps gave it.
    defaults: dict[str, Any] = field(default_factory=dict)  # As they were at its definition.
    yields: bool = False

    @property
    def name(self) -> str:
        return self.label or getattr(self.node, "name", "lambda")


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A function under @property, @classmethod, @contextmanager or the like; `kind` says which."""

    kind: str
    function: Function
    setter: Function | None = None  # Of a property.


@dataclass(frozen=True, slots=True)
class Bound:
    """A method that is handed around before it is called."""

    owner: Any
    name: str


@dataclass(frozen=True, slots=True)
class Managed:
    """A call of a function under @contextmanager: a `with` runs it around its block."""

    function: Function
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    node: ast.Call


class Stream(list[Any]):
    """An iterator: `next` takes its first element away."""


class Defaulting(dict[Any, Any]):
    """A defaultdict; `factory` is the value that makes its members."""

    factory: Any = None


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


@dataclass(slots=True, eq=False)
class ClassValue:
    name: str
    scope: Scope
    bases: tuple[Any, ...] = ()
    fields: tuple[str, ...] = ()  # Annotated names in order, as a dataclass takes them.
    is_data: bool = False
    #: The class and its bases of the file, in the order in which members are looked for. Of a base
    #: that several share the last place counts: so it is in Python for all that real classes do.
    order: "tuple[ClassValue, ...]" = field(init=False, default=())

    def find(self, name: str) -> Any:
        """A member of the class or of a base in the same file; Unknown when there is none."""
        found = self.lookup(name)
        return Unknown(name) if found is None else found[0]

    def lookup(self, name: str) -> "tuple[Any, ClassValue] | None":
        """A member with the class that defines it."""
        return _found(self.order, name)

    def lookup_above(self, name: str, kind: "ClassValue") -> "tuple[Any, ClassValue] | None":
        """A member that `super()` finds in the code of a class, in an object of this one."""
        order = self.order
        at = order.index(kind) + 1 if kind in order else 1
        return _found(order[at:], name)

    def __post_init__(self) -> None:
        bases = [base for base in self.bases if isinstance(base, ClassValue)]
        order = [self, *(one for base in bases for one in base.order)]
        self.order = tuple(dict.fromkeys(reversed(order)))[::-1]

    def every_field(self) -> tuple[str, ...]:
        """Its own annotated names behind those of its bases in the file."""
        names = (name for one in reversed(self.order) for name in one.fields)
        return tuple(dict.fromkeys(names))

    def roots(self) -> tuple[str, ...]:
        """The last names of the imported classes it is derived from."""
        bases = (base for one in self.order for base in one.bases)
        return tuple(base.last for base in bases if isinstance(base, Named))


def _found(order: tuple[ClassValue, ...], name: str) -> tuple[Any, ClassValue] | None:
    return next(((one.scope.names[name], one) for one in order if name in one.scope.names), None)


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a class of the file; `core`: the task, group or DAG that its base makes it."""

    kind: ClassValue
    names: dict[str, Any] = field(default_factory=dict)
    core: Any = None


@dataclass(frozen=True, slots=True)
class Super:
    """`super()` in a method: what the bases of `kind` make of the instance."""

    instance: Any
    kind: ClassValue


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


#: Functions by their dotted names: arguments in, what the call gives out.
Functions: TypeAlias = dict[str, Callable[[list[Any], dict[str, Any], ast.Call], Any]]
