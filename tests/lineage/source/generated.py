# ruff: noqa: E501  # a spelling is read best when it stands on one line
"""DAG files made up from many spellings of the same few things, with the pulls that they mean."""

import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import indent

from hypothesis import strategies as st

from tests.lineage.source.pulls import HEAD

_SPELLINGS = r"""
# literal
"{{ ti.xcom_pull(task_ids='@src'@key)@steps }}"
# positional
"{{ task_instance.xcom_pull('@src'@key)@steps }}"
# constant
SRC@n = "{{ ti.xcom_pull(task_ids='@src'@key)@steps }}"
SRC@n
# plus
SRC@n = "@src"
"{{ ti.xcom_pull(task_ids='" + SRC@n + "'@key)@steps }}"
# percent
"{{ ti.xcom_pull(task_ids='%s'@key)@steps }}" % "@src"
# percent by name
"{{ ti.xcom_pull(task_ids='%(src)s'@key)@steps }}" % {"src": "@src"}
# format
"{{{{ ti.xcom_pull(task_ids='{}'@key)@steps }}}}".format("@src")
# format by name
"{{{{ ti.xcom_pull(task_ids='{src}'@key)@steps }}}}".format(**{"src": "@src"})
# f-string
SRC@n = "@src"
f"{{{{ ti.xcom_pull(task_ids='{SRC@n}'@key)@steps }}}}"
# replace
"{{ ti.xcom_pull(task_ids='SRC'@key)@steps }}".replace("SRC", "@src")
# join
"@src".join(["{{ ti.xcom_pull(task_ids='", "'@key)@steps }}"])
# string.Template
from string import Template
Template("{{ ti.xcom_pull(task_ids='$src'@key)@steps }}").substitute(src="@src")
# dict
D@n = {"x": {"src": "@src"}}
"{{ ti.xcom_pull(task_ids='%s'@key)@steps }}" % D@n["x"]["src"]
# built dict
D@n = {}
D@n.update(src="@src")
"{{ ti.xcom_pull(task_ids='%s'@key)@steps }}" % D@n.get("src", "other")
# tuple
NAME@n, SRC@n = ("x", "@src")
"{{ ti.xcom_pull(task_ids='" + SRC@n + "'@key)@steps }}"
# helper
def pull@n(src, steps="@steps", *, end=" }}"):
    text = f"{{{{ ti.xcom_pull(task_ids='{src}'@key)"
    return text + steps + end
pull@n("@src")
# lambda
pull@n = lambda src: "{{ ti.xcom_pull(task_ids='%s'@key)@steps }}" % src
pull@n(src="@src")
# closure
def puller@n(src):
    def pull():
        return "{{ ti.xcom_pull(task_ids='" + src + "'@key)@steps }}"
    return pull
puller@n("@src")()
# class
class Pull@n:
    SRC = "@src"
    def __init__(self, text):
        self.text = text
    @property
    def template(self):
        return self.text % self.SRC
Pull@n("{{ ti.xcom_pull(task_ids='%s'@key)@steps }}").template
# Enum
from enum import Enum
class Src@n(Enum):
    ONE = "@src"
f"{{{{ ti.xcom_pull(task_ids='{Src@n.ONE.value}'@key)@steps }}}}"
# dataclass
from dataclasses import dataclass
@dataclass
class Conf@n:
    src: str = "@src"
f"{{{{ ti.xcom_pull(task_ids='{Conf@n().src}'@key)@steps }}}}"
# NamedTuple
from typing import NamedTuple
class Conf@n(NamedTuple):
    name: str
    src: str
f"{{{{ ti.xcom_pull(task_ids='{Conf@n('x', '@src').src}'@key)@steps }}}}"
# set in the template
"{% set r = ti.xcom_pull(task_ids='@src'@key) %}{{ r@steps }}"
# or in the template
"{{ (ti.xcom_pull(task_ids='@src'@key) or {})@steps }}"
# known condition
"{{ ti.xcom_pull(task_ids='@src'@key)@steps }}" if @n >= 0 else "x"
# known match
def choose@n(kind):
    match kind:
        case "x":
            return "other"
        case _:
            return "@src"
"{{ ti.xcom_pull(task_ids='%s'@key)@steps }}" % choose@n("y")
# fragment
BEGUN@n = "{{ ti.xcom_pull(task_ids='@src'@key)"
BEGUN@n + "@steps }}"
# reduce
from functools import reduce
reduce(lambda one, other: one + other, ["{{ ti.xcom_pull(task_ids='", "@src", "'@key)@steps }}"])
"""
_FIELDS = """
arguments=["a", @text] -> arguments[1]
arguments=["a", "--in=" + @text] -> arguments[1]
arguments=[*("a", "b"), @text] -> arguments[2]
arguments=["a"] + [@text] -> arguments[1]
arguments=[one for one in (@text,)] -> arguments[0]
cmds=["sh", "-c", "echo " + @text] -> cmds[2]
env_vars={"A": @text} -> env_vars.A
env_vars={**{"A": "x"}, "A": @text} -> env_vars.A
env_vars=dict([("A", @text)]) -> env_vars.A
env_vars=[k8s.V1EnvVar(name="A", value=@text)] -> env_vars.A
env_vars=[k8s.V1EnvVar("B", "x"), k8s.V1EnvVar("A", @text)] -> env_vars.A
env_vars=[k8s.V1EnvVar(name=n, value=v) for n, v in {"A": @text}.items()] -> env_vars.A
**{"image": @text} -> image
labels=dict(app=@text) -> labels.app
"""
_MAKERS = """
# @id
Pod(task_id="@id", @given)
# @id
for one in ["@id"]:
    Pod(task_id=one, @given)
# @id
[Pod(task_id=one, @given) for one in ("@id",)]
# @id_x
for one in ("x",):
    Pod(task_id=f"@id_{one}", @given)
# @id
def make_@id(task_id, **more):
    return Pod(task_id=task_id, **more)
make_@id("@id", @given)
# @id
made_@id = Pod(task_id="@id", **dict(@given))
# g_@id.@id
with TaskGroup("g_@id"):
    Pod(task_id="@id", @given)
# @id
with TaskGroup("g_@id", prefix_group_id=False):
    Pod(task_id="@id", @given)
# g_@id.h.@id
with TaskGroup(group_id="g_@id"):
    with TaskGroup("h"):
        Pod(task_id="@id", @given)
# g_@id.@id
@task_group
def g_@id():
    Pod(task_id="@id", @given)
g_@id()
# g_@id__1.@id
@task_group
def g_@id(wanted):
    if wanted:
        Pod(task_id="@id", @given)
g_@id(False)
g_@id(True)
# @id
class Op_@id(Pod):
    def __init__(self, name, **more):
        super().__init__(task_id=name, **more)
Op_@id("@id", @given)
# @id
Pod.partial(task_id="@id", @given).expand(name=["x", "y"])
"""
_HANDED = """
use.override(task_id="@id")(made.output) -> op_args[0] < return_value
use.override(task_id="@id")(y=made.output["@key"]) -> op_kwargs.y < @key
use.override(task_id="@id")([1, {"a": made.output}]) -> op_args[0][1].a < return_value
use.override(task_id="@id").expand(x=made.output) -> op_kwargs.x < return_value
use.override(task_id="@id").partial(y=made.output["@key"]).expand(x=[1, 2]) -> op_kwargs.y < @key
use.override(task_id="@id").expand_kwargs(made.output) -> expand_kwargs < return_value
Pod(task_id="@id", arguments=[made.output]) -> arguments[0] < return_value
Pod(task_id="@id", env_vars={"A": XComArg(made, "@key")}) -> env_vars.A < @key
Pod(task_id="@id", env_vars=[k8s.V1EnvVar(name="A", value=made.output["@key"])]) -> env_vars.A < @key
Pod(task_id="@id", arguments=["--x=" + str(made.output["@key"])]) -> arguments[0] < @key
Pod(task_id="@id", arguments=[f"--x={made.output}"]) -> arguments[0] < return_value
Pod.partial(task_id="@id").expand(arguments=made.output) -> arguments < return_value
PythonOperator(task_id="@id", python_callable=lambda ti: ti.xcom_pull("made", key="@key")) -> python_callable < @key
PythonOperator(task_id="@id", python_callable=read, op_args=["@key"]) -> python_callable < @key
PythonOperator(task_id="@id", python_callable=partial(read, key="@key")) -> python_callable < @key
PythonOperator(task_id="@id", python_callable=Reader("@key").read) -> python_callable < @key
PythonOperator(task_id="@id", python_callable=print, op_kwargs={"a": [made.output]}) -> op_kwargs.a[0] < return_value
"""
_READERS = """
from functools import partial
def read(key, ti):
    value = ti.xcom_pull(task_ids="made", key=key)
    return value
class Reader:
    def __init__(self, key):
        self.key = key
    def read(self, **context):
        return self.pull(context["ti"])
    def pull(self, ti):
        return ti.xcom_pull("made", key=self.key)
"""

#: A pull in full: task, field, producer, key, path.
Meant = tuple[str, str, str, str, tuple[str | int, ...]]


@dataclass(frozen=True)
class Generated:
    source: str
    meant: frozenset[Meant]


def _blocks(text: str) -> list[tuple[str, str]]:
    """Each block below a comment, with the comment."""
    pieces = re.split(r"^# (.+)\n", text, flags=re.MULTILINE)
    return list(zip(pieces[1::2], (one.strip() for one in pieces[2::2]), strict=True))


def _lines(text: str) -> list[tuple[str, str]]:
    """Each line before its arrow, with what stands behind it."""
    parts = (line.partition(" -> ") for line in text.splitlines() if line)
    return [(before, after) for before, _, after in parts]


def _filled(text: str, /, **names: str) -> str:
    """The text with those names in place of their `@name`."""
    return re.sub(
        "@(src|key|steps|n|text|id|given)", lambda match: names.get(match[1], match[0]), text
    )


IDS = st.from_regex(r"[a-z][a-z0-9]{0,5}", fullmatch=True).filter(
    lambda name: not keyword.iskeyword(name) and name not in {"get", "items", "keys", "values"}
)
PATHS = st.lists(IDS | st.integers(0, 3), max_size=2).map(tuple)


@st.composite
def templated(draw: st.DrawFn) -> Generated:
    """A DAG of pods that pull by templates."""
    head, body, meant = [], [], set()
    for n, name in enumerate(draw(st.lists(IDS, min_size=1, max_size=4))):
        producer, key, path = draw(IDS), draw(st.sampled_from(["return_value", "k"])), draw(PATHS)
        _, spelling = draw(st.sampled_from(_blocks(_SPELLINGS)))
        given, field = draw(st.sampled_from(_lines(_FIELDS)))
        task_id, maker = draw(st.sampled_from(_blocks(_MAKERS)))
        written = _filled(
            spelling,
            src=producer,
            key="" if key == "return_value" else f", key='{key}'",
            steps="".join(f"[{step!r}]" for step in path),
            n=str(n),
        )
        before, _, text = written.rpartition("\n")
        head.append(before)
        names = {"id": f"{name}_{n}", "given": _filled(given, text=f"({text})")}
        body.append(_filled(maker, **names))
        meant.add((_filled(task_id, **names), field, producer, key, path))
    return Generated(_dag(head, body, is_function=draw(st.booleans())), frozenset(meant))


@st.composite
def handed(draw: st.DrawFn) -> Generated:
    """A DAG whose tasks hand XComs on as objects, or pull them in their code."""
    body, meant = ["@task\ndef use(x=None, y=None): ...", 'made = Pod(task_id="made")'], set()
    for n, (line, wanted) in enumerate(
        draw(st.lists(st.sampled_from(_lines(_HANDED)), max_size=6))
    ):
        names = {"id": f"t{n}", "key": draw(IDS)}
        field, _, key = _filled(wanted, **names).partition(" < ")
        body.append(_filled(line, **names))
        meant.add((names["id"], field, "made", key, ()))
    return Generated(_dag([_READERS], body, is_function=draw(st.booleans())), frozenset(meant))


def _dag(head: Iterable[str], body: Iterable[str], *, is_function: bool) -> str:
    opened = "@dag(schedule=None)\ndef etl():" if is_function else "with DAG('etl'):"
    closed = "etl()" if is_function else ""
    return "\n".join([HEAD, *head, opened, indent("\n".join(body), "    "), closed])
