# ruff: noqa: E501  # a case is read best when each of its lines stands as its author would write it
"""Classes of a DAG file, judged by Python itself."""

import pytest

from tests.lineage.source.python import cases, check_as_python_does, declared


@cases(
    """
# a dataclass takes what it is given and its defaults
from dataclasses import dataclass
@dataclass
class Table:
    name: str
    key: str = "k"
one, other = Table("a"), Table(name="b", key="l")
X = [one.name, one.key, other.name, other.key]

# each object of a dataclass has a list of its own
from dataclasses import dataclass, field
@dataclass
class Table:
    name: str
    tags: list = field(default_factory=list)
    more: dict = field(default_factory=lambda: {"x": "y"})
one, other = Table("a"), Table("b")
one.tags.append("t")
one.more["x"] = "z"
X = [*one.tags, str(len(other.tags)), one.more["x"], other.more["x"]]

# what __post_init__ computes
from dataclasses import dataclass, field
@dataclass
class Table:
    name: str
    task: str = field(init=False)
    def __post_init__(self):
        self.task = f"load_{self.name}"
X = [Table("a").task]

# a dataclass that is derived, changed and read as a dict
import dataclasses
@dataclasses.dataclass(frozen=True)
class Base:
    name: str
@dataclasses.dataclass(frozen=True)
class Table(Base):
    key: str = "k"
one = Table("a")
other = dataclasses.replace(one, name="b")
X = [one.name, one.key, other.name, other.key, dataclasses.asdict(one)["key"]]

# a NamedTuple
from typing import NamedTuple
class Table(NamedTuple):
    name: str
    key: str = "k"
one = Table("a")
name, key = Table("b", "c")
X = [one.name, one[0], one[1], name, key, one._replace(key="q").key, one._asdict()["name"], *one]

# a namedtuple
from collections import namedtuple
Table = namedtuple("Table", ["name", "key"])
X = [Table("a", key="b").name, Table("a", "b").key]
for name, key in [Table("c", "d")]:
    X.append(name + key)

# a TypedDict
from typing import TypedDict
class Conf(TypedDict, total=False):
    name: str
one: Conf = {"name": "a"}
X = [one["name"], Conf(name="b")["name"]]
"""
)
def test_classes_that_hold_data_are_filled(source: str) -> None:
    check_as_python_does(source)


@cases(
    """
# values and names
from enum import Enum
class Table(Enum):
    A = "a"
    B = "b"
X = [Table.A.value, Table.B.name, Table["A"].value, Table("b").name, *[one.value for one in Table]]
X += [str(Table.A), f"{Table.A}", "yes" if Table.A is Table.A else "no", "yes" if Table.A == Table.B else "no"]

# texts
from enum import Enum
class Table(str, Enum):
    A = "a"
    B = "b"
X = [Table.A, Table.A.value, Table.A + "x", Table.A.upper(), "-".join([Table.A, "q"]), Table.B.name]
X += ["yes" if Table.A == "a" else "no"]

# texts of StrEnum, given or not
from enum import StrEnum, auto
class Table(StrEnum):
    ORDERS = auto()
    ITEMS = "positions"
X = [Table.ORDERS, f"{Table.ORDERS}", Table.ITEMS, str(Table.ITEMS), Table.ITEMS.value]

# numbers, given or not
from enum import Enum, IntEnum, auto
class Level(IntEnum):
    LOW = 1
class Step(Enum):
    FIRST = auto()
    SECOND = auto()
    TENTH = 10
    NEXT = auto()
X = [str(Level.LOW.value), str(Step.SECOND.value), str(Step.NEXT.value)]

# members with methods
from enum import Enum
class Table(Enum):
    A = "a"
    @property
    def task(self):
        return "load_" + self.value
    def at(self, step):
        return self.name + step
    @classmethod
    def first(cls):
        return list(cls)[0]
X = [Table.A.task, Table.A.at("z"), Table.first().value]
"""
)
def test_enums_give_their_members(source: str) -> None:
    check_as_python_does(source)


@cases(
    """
# attributes of the class and of its objects
class Job:
    PREFIX = "p"
    FULL = PREFIX + "q"
    def __init__(self, name):
        self.name = name
    def path(self):
        return self.PREFIX + self.name
    @property
    def task(self):
        return f"load_{self.name}"
    @staticmethod
    def twice(text):
        return text * 2
    @classmethod
    def make(cls, name):
        return cls(name)
job = Job.make("a")
X = [Job.FULL, job.name, job.path(), job.task, job.twice("x"), Job.twice("y"), job.__class__.__name__]

# a cached property is computed once
from functools import cached_property
class Job:
    def __init__(self):
        self.count = 0
    @cached_property
    def number(self):
        self.count += 1
        return f"n{self.count}"
job = Job()
X = [job.number, job.number]

# a property that can be set
class Job:
    def __init__(self):
        self._name = "a"
    @property
    def name(self):
        return self._name
    @name.setter
    def name(self, value):
        self._name = value + "!"
job = Job()
before = job.name
job.name = "b"
X = [before, job.name]

# a method that returns self
class Args:
    def __init__(self):
        self.all = []
    def add(self, one):
        self.all.append(one)
        return self
X = Args().add("a").add("b").all

# a list that all objects of a class share
class Known:
    all = []
    def __init__(self, name):
        self.all.append(name)
Known("a")
Known("b")
X = list(Known.all)

# special methods
class Name:
    def __init__(self, text):
        self.text = text
    def __str__(self):
        return f"<{self.text}>"
    def __len__(self):
        return 3
    def __getitem__(self, key):
        return self.text + key
    def __iter__(self):
        return iter([self.text, "end"])
    def __call__(self, more):
        return more + self.text
    def __add__(self, more):
        return self.text + more
    def __bool__(self):
        return False
    def __getattr__(self, name):
        return "no_" + name
name = Name("n")
X = [str(name), f"{name}", "%s" % name, "{}".format(name), str(len(name)), name["k"], *name, name("a")]
X += [name + "z", "true" if name else "false", name.such]

# an item that is set
class Box:
    def __setitem__(self, key, value):
        self.inside = key + value
box = Box()
box["a"] = "b"
X = [box.inside]

# __len__ decides on the truth
class Empty:
    def __len__(self):
        return 0
X = ["full" if Empty() else "empty", "no" if not Empty() else "yes"]

# __repr__ where there is no __str__
class Job:
    def __repr__(self):
        return "job"
X = [str(Job()), f"{Job()}"]
"""
)
def test_objects_behave_as_their_class_says(source: str) -> None:
    check_as_python_does(source)


@cases(
    """
# what a base has, and what is put in its place
class Base:
    name = "base"
    def hello(self):
        return "hello " + self.name
    @classmethod
    def make(cls):
        return cls.name
class Job(Base):
    name = "job"
    def hello(self):
        return super().hello() + "!"
class Last(Job):
    def hello(self):
        return super(Last, self).hello() + "?"
X = [Base().hello(), Job().hello(), Last().hello(), Job.make()]

# the first of two bases goes before
class Left:
    def who(self):
        return "left"
class Right:
    def who(self):
        return "right"
class Both(Left, Right):
    pass
X = [Both().who()]

# of a base that two share the nearer member counts
class Top:
    def who(self):
        return "top"
class Left(Top):
    pass
class Right(Top):
    def who(self):
        return "right then " + super().who()
class Both(Left, Right):
    pass
X = [Both().who()]

# a mixin calls on
class Base:
    def args(self):
        return ["base"]
class Loud(Base):
    def args(self):
        return [*super().args(), "loud"]
class Fast(Base):
    def args(self):
        return [*super().args(), "fast"]
class Job(Loud, Fast):
    pass
X = Job().args()

# an abstract base with a template method
from abc import ABC, abstractmethod
class Base(ABC):
    @property
    @abstractmethod
    def name(self): ...
    def build(self):
        return KubernetesPodOperator(task_id=self.name, arguments=[self.name.upper()])
class First(Base):
    name = "a"
class Second(Base):
    @property
    def name(self):
        return "b"
for kind in (First, Second):
    kind().build()
"""
)
def test_members_are_looked_for_in_pythons_order(source: str) -> None:
    check_as_python_does(source)


@cases(
    """
# its __init__ makes the arguments
class Op(KubernetesPodOperator):
    def __init__(self, table, **others):
        super().__init__(task_id=f"load_{table}", arguments=["--table", table], **others)
Op("a")
Op(table="b", image="x")

# it changes the keywords it was given
class Op(KubernetesPodOperator):
    def __init__(self, *args, **kwargs):
        kwargs.setdefault("image", "i")
        kwargs["arguments"] = ["first"] + kwargs.get("arguments", [])
        super().__init__(*args, **kwargs)
Op(task_id="a", arguments=["b"])
Op(task_id="c")

# a method of its own, and a class that derives it
class Op(KubernetesPodOperator):
    flags = ["x"]
    def __init__(self, **others):
        super().__init__(arguments=self.build(others["task_id"]), **others)
    def build(self, name):
        return [*self.flags, name]
class Other(Op):
    flags = ["y"]
Op(task_id="a")
Other(task_id="b")

# a field that is set behind super
class Op(BaseOperator):
    template_fields = ("arguments",)
    def __init__(self, source, task_id="default", **others):
        super().__init__(task_id=task_id, **others)
        self.arguments = [source]
Op("a")
Op("b", task_id="c")

# without an __init__ of its own
class Op(KubernetesPodOperator):
    ui_color = "#fff"
Op(task_id="a", arguments=["b"])

# made by a factory object
class Factory:
    def __init__(self, prefix):
        self.prefix = prefix
    def make(self, name, **others):
        return KubernetesPodOperator(task_id=f"{self.prefix}_{name}", arguments=[name], **others)
    def many(self, names):
        return [self.make(one) for one in names]
factory = Factory("p")
factory.many(["a", "b"])
factory.make("c", image="i")
"""
)
def test_operators_of_the_files_own_are_made_as_they_say(source: str) -> None:
    check_as_python_does(source)


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("import os\nclass C:\n    x = os.environ['X']\nX = [C.x, C().x]", 2),
        ("class C(imported.Base): pass\nX = [C().anything, C.anything]", 2),
        ("class C:\n    def __init__(self): pass\nX = [C().missing]", 1),
    ],
)
def test_members_that_nobody_knows_are_not_guessed(source: str, texts: int) -> None:
    ((_, arguments),) = declared(f"{source}\nKubernetesPodOperator(task_id='x', arguments=X)")
    assert len(arguments) == texts
    assert not any(isinstance(one, str) for one in arguments)


@cases(
    """
# members of an Enum of texts are themselves and no other
from enum import Enum
class Chain(str, Enum):
    A = "a"
    B = "b"
X = [one.value for one in Chain if one is not Chain.A] + [str(Chain.A is Chain.A)]

# what an Enum's __init__ makes of the parts of a value
from enum import Enum
class Country(Enum):
    NL = ("nl", "EUR")
    def __init__(self, code, currency):
        self.code = code
        self.currency = currency
X = [one.code + one.currency for one in Country]

# classes that register themselves
class Test:
    registry = {}
    def __init_subclass__(cls, **kwargs):
        Test.registry[cls.__name__] = cls
class Leakage(Test):
    unit = "nA"
X = [name + kind.unit for name, kind in Test.registry.items()] + [one.unit for one in Test.__subclasses__()]
"""
)
def test_classes_know_each_other_and_their_members(source: str) -> None:
    check_as_python_does(source)
