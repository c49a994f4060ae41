"""What an expression of a DAG's source may be worth.

Texts, numbers, lists, dicts and tuples are Python's own, Airflow's things are in `airflow_values`,
the rest stands here. Unlike elsewhere some of these change while the source is read, as the objects
they stand for do.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from app.lineage.source.scope import Scope


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


#: Functions by their dotted names: arguments in, what the call gives out.
Functions: TypeAlias = dict[str, Callable[[list[Any], dict[str, Any], ast.Call], Any]]
