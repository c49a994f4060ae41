# ruff: noqa: E501  # a case is read best when each of its lines stands as its author would write it
"""Texts, numbers and containers as a DAG file computes with them, judged by Python itself."""

import tracemalloc
from typing import Any

import pytest

from app.lineage.source.declaration import Items, Unsaid
from app.lineage.source.declare import declare
from tests.lineage.source.python import cases, check_as_python_does, declared


@cases(
    """
# the percent sign
X = ["%s-%d-%05.2f-%r-%%" % ("a", 3, 1.5, "q"), "%(a)s" % {"a": "b"}, "%-5s|" % "x", "%s" % ("t",), "%x" % 255]

# format
X = ["{0}{1}{0}".format("a", "b"), "{a[k]}".format(a={"k": "v"}), "{:>5}|{:03d}".format("x", 7), "{{x}}".format()]
X += ["{a!r}".format(a="q"), "{:,}".format(1234567), "{a}-{b}".format(**{"a": "1", "b": "2"}), "{a}".format_map({"a": "m"})]

# f-strings
n, s, d = 5, "a", {"k": ["v"]}
X = [f"{n:03d}", f"{s:>4}", f"{s!r}", f"{n + 1}", f"{{{s}}}", f"{n=}", f"{s:{n}}|", f"{'x' if n else 'y'}"]
X += [f"{1.5:.2f}", f"{n:,}", f"{[s]}", f"{None}", f"{s!s:>3}", f"{d['k'][0]}", f"{s.upper()}", f"{{{{ ti }}}}"]

# templates written in each way
src = "extract"
X = ["{{ ti.xcom_pull('" + src + "') }}", "{{ ti.xcom_pull('%s') }}" % src, f"{{{{ ti.xcom_pull('{src}') }}}}"]
X += ["{{{{ ti.xcom_pull('{}') }}}}".format(src), "{{ ti.xcom_pull('{}') }}".replace("{}", src), "{{ {} }}".format(src)]

# string.Template
from string import Template
X = [Template("$a-${b}c").substitute(a="1", b="2"), Template("$$x $y").safe_substitute({"y": "z"})]
X += [Template("$a").substitute({"a": "m"}, a="k")]

# methods
X = ["a b".split()[1], "a,b".split(",", 1)[0], "AbC".lower(), "a".zfill(3), "x".join("abc"), " a ".strip()]
X += ["ab".replace("a", "z", 1), "a_b".title(), "a.b.c".rpartition(".")[2], "abc".removeprefix("a")]
X += ["a\\nb".splitlines()[1], str("abc".index("c")), "a".ljust(3, "-"), "aXb".partition("X")[0], "Ab".swapcase()]
X += ["yes" if "abc".startswith("ab") else "no", "yes" if "x".isdigit() else "no", "a-b".count("-") * "q"]

# parts
s = "abcdef"
X = [s[0], s[-1], s[1:3], s[-2:], s[::-1], s[::2], s[:0] + "z"]

# several lines
import inspect
import textwrap
X = [textwrap.dedent('''
   hi
     there
   ''').strip(), textwrap.indent("a", "  "), inspect.cleandoc("  a")]

# re.sub of simple patterns
import re
X = [re.sub(r"[^a-z]", "_", "a-b.c"), re.sub("-", "_", "a-b"), re.sub(r"\\W+", "-", "a b!c")]

# JSON
import json
X = [json.dumps({"a": [1, None, True], "b": "c"}), json.dumps(["x"], indent=2), json.dumps({"b": 1, "a": 2}, sort_keys=True)]
X += [json.loads('{"k": ["v"]}')["k"][0], json.dumps({"a": 1}, separators=(",", ":")), json.dumps("é"), json.dumps({1: 2})]
X += [json.dumps("é", ensure_ascii=False), json.dumps({"t": "{{ ti.xcom_pull('a')[\\"k\\"] }}"})]

# paths
import os
from pathlib import Path
X = [os.path.basename(__file__), Path(__file__).stem, os.path.splitext(os.path.basename(__file__))[0]]
X += [Path(__file__).parent.name, os.path.dirname(__file__), os.path.join("a", "b"), str(Path("a") / "b")]
X += [Path("a", "b.txt").name, Path(__file__).name, Path("x.tar.gz").suffix, Path("a/b").as_posix()]

# what repr gives
X = [str(["a", 1, None]), str({"k": ("v",)}), repr("x"), str(True), str(1.5)]
"""
)
def test_texts_come_out_as_python_writes_them(source: str) -> None:
    check_as_python_does(source)


@cases(
    """
# arithmetic and comparisons
X = [str(1 + 2), str(5 // 2), str(2 ** 3), str(7 % 3), str(-7 // 2), str(1 / 2), str(+1), str(-1), str(6 & 3)]
X += [str(1 == 1.0), str(1 < 2 < 3), str(1 < 3 < 2), str("a" in "abc"), str("x" not in ["y"]), str(None is None)]
X += [str(not ""), str([] or {}), None or "c", "d" and "e", "" or 0 or "f", "a" if 1 > 0 else "b"]

# built-in functions
X = [*map(str, [1, 2]), *filter(None, ["x", "", "y"]), *sorted(["b", "a"]), max(["a", "c", "b"]), min("b", "a")]
X += [*reversed(["p", "q"]), str(sum([1, 2])), str(any([0, 1])), str(all([])), str(bool("")), str(int("3") + 1)]
X += [*sorted({"k": 2, "j": 1}), *sorted(["bb", "a"], key=len, reverse=True), str(len("abc")), str(len({"a": 1}))]
X += [str(isinstance("a", str)), str(isinstance([], (list, dict))), *[f"{i}{v}" for i, v in enumerate("ab", 1)]]
X += [a + b for a, b in zip("ab", ["x", "y"])] + [str(one) for one in range(1, 9, 3)]

# comprehensions
X = [*{"a": 1, **{"b": 2}}, *[i for r in [["1", "2"], ["3"]] for i in r if i != "2"], *{k: v for k, v in [("m", "n")]}]
X += [*(c for c in "xy"), *[one if one == "q" else "r" for one in "qs"], *{c for c in "z"}]

# lists
a = ["b", "a"]
a.append("c")
a.extend(("d",))
a.insert(0, "z")
a.sort()
a.reverse()
last = a.pop()
first = a.pop(0)
a.remove("c")
X = [*a, last, first, str(a.index("b")), *(["x"] * 2), *(a + ["y"]), *a[:1], *[["n"]][0]]

# dicts
a = {"x": "1"}
b = {**a, "y": "2"}
c = a | {"x": "3"}
a.update(z="4")
a.update({"w": "5"})
X = [*b.values(), *c.values(), *a.values(), *[k + v for k, v in a.items()], a.pop("x"), a.get("x", "gone"), *a]
X += [a.setdefault("s", "t"), a.setdefault("s", "u"), *dict(p="q"), *dict([("m", "n")]).values(), *dict(zip("ab", "cd")).values()]
X += [*dict.fromkeys(["a", "b", "a"]), str("w" in a)]

# keys of every kind
D = {("a", "b"): "x", ("c", "d"): "y", 1: "one", None: "n"}
X = [D["a", "b"], D[("c", "d")], D[1], D[None], *[p + q for p, q in list(D)[:2]]]

# sets
X = sorted({"x", "y"} | {"z"}) + sorted({"x", "y"} & {"y"}) + sorted({"x", "y"} - {"y"}) + sorted({"x"} ^ {"y"})
X += sorted(set(["q", "p", "q"])) + sorted(frozenset("ab").union(["c"]))
seen = set()
seen.add("a")
seen.add("a")
X += sorted(seen)

# collections
from collections import ChainMap, OrderedDict, defaultdict, deque
d = defaultdict(list)
d["a"].append("x")
d["a"].append("y")
d["b"].append("z")
c = ChainMap({"a": "1"}, {"a": "2", "b": "3"})
q = deque(["m"])
q.appendleft("l")
q.append("n")
X = [*d["a"], *d["b"], c["a"], c["b"], OrderedDict([("k", "v")])["k"], *q, q.popleft(), q.pop()]

# copies
import copy
a = {"k": ["x"]}
b = copy.deepcopy(a)
b["k"].append("y")
X = [*a["k"], *b["k"]]

# functions of operator
import operator
X = [operator.itemgetter("k")({"k": "v"}), *sorted([{"n": "b"}, {"n": "a"}], key=operator.itemgetter("n"))[0].values()]

# a configuration that is gone through
CONF = {"a": {"keys": ["x"], "x": 1}, "b": {"flag": True}}
for name, conf in CONF.items():
    args = ["--name", name]
    for key in conf.get("keys", []):
        args += [f"--{key}", str(conf.get(key, "none"))]
    if conf.get("flag"):
        args.append("--flag")
    KubernetesPodOperator(task_id=name, arguments=args)

# an object of names
from types import MappingProxyType, SimpleNamespace
X = [SimpleNamespace(a="1").a, MappingProxyType({"k": "v"})["k"]]
"""
)
def test_values_come_out_as_python_computes_them(source: str) -> None:
    check_as_python_does(source)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("f'load_{env}'", "load_{env}"),
        ("'load_' + env", "load_{env}"),
        ("'load_%s' % env", "load_{env}"),
        ("'load_%05d' % env", "load_{env}"),
        ("'%s-%s' % ('a', env)", "a-{env}"),
        ("'%(x)s' % {'x': env}", "{env}"),
        ("'load_{}'.format(env)", "load_{env}"),
        ("'{x}'.format(x=env)", "{env}"),
        ("f'{env:>10}'", "{env}"),
        ("f'{env!r}'", "{env}"),
        ("f'{{{env}}}'", "{{env}}"),
        ("'-'.join(['a', env])", "a-{env}"),
        ("str(env)", "{env}"),
        ("json.dumps({'a': env})", '{"a": "{env}"}'),
        ("os.path.join(env, 'x')", "{env}/x"),
        ("Template('$a').substitute(a=env)", "{env}"),
        ("textwrap.dedent(f'  {env}')", "{env}"),
        ("f'{env}_x'.split('_')[1]", "x"),
        ("f'{env}_x'.split('_')[0]", "{env}"),
        ("f'{env}'.upper()", "{env.upper()}"),
        ("f'load_{env}'[:3]", "loa"),
        ("f'load_{env}'[5:]", "{env}"),
        ("f'load_{env}_xy'[:-2]", "load_{env}_"),
        ("f'load_{env}_xy'[-2:]", "xy"),
        ("f'load_{env}'.replace('load', 'drop')", "drop_{env}"),
    ],
)
def test_what_is_not_known_leaves_a_hole_in_a_text(value: str, shown: str) -> None:
    assert _declared(value) == shown


@pytest.mark.parametrize(
    "value",
    [
        "f'load_{env}'[6:]",
        "f'load_{env}'[3]",
        "f'load_{env}_xy'[-4:]",
        "f'load_{env}_xy'[::-1]",
        "list(f'{env}')",
        "'{.x}'.format(env)",
        "'%*d' % (50_000, 1)",
        "'{:{}}'.format(1, 50_000)",
        "'%(a)s' % env",
        "env % 'x'",
        "env.format('x')",
        "env.split(',')",
        "env['k']",
        "os.environ['X']",
        "os.environ.get('X', 'default')",
        "Variable.get('x', default_var='y')",
        "open('x').read()",
        "uuid4().hex",
        "sum([1, env])",
        "max(['a', env])",
        "re.sub('a', 'b', f'a{env}a')",
    ],
)
def test_what_cannot_be_told_is_not_guessed(value: str) -> None:
    assert not isinstance(_declared(value), str)


@pytest.mark.parametrize(
    ("value", "either"),
    [
        ("'x' if env else 'y'", ("x", "y")),
        ("f\"a{'x' if env else 'y'}\"", ("ax", "ay")),
        ("'a' + ('x' if env else 'y')", ("ax", "ay")),
        ("{'p': 'x', 'q': 'y'}['p' if env else 'q']", ("x", "y")),
        ("('x' if env else 'y').upper()", ("X", "Y")),
        ("(lambda t: t + '!')('x' if env else 'y')", ("x!", "y!")),
        ("'y' if f'{env}' == 'x' else 'z'", ("y", "z")),
        ("'y' if f'{env}' else 'z'", ("y", "z")),
    ],
)
def test_an_open_condition_leaves_one_of_several(value: str, either: tuple[str, ...]) -> None:
    assert _declared(value) == either


def _declared(value: str) -> Any:
    head = "import os, re, json, textwrap\nfrom string import Template\n"
    ((_, (text,)),) = declared(f"{head}KubernetesPodOperator(task_id='x', arguments=[{value}])")
    return text


@pytest.mark.parametrize(
    "value", ["'a'.join(['b' * 100_000] * 10_000)", "('a' * 600_000) + ('b' * 600_000)"]
)
def test_texts_of_a_size_that_no_field_has_are_not_made(value: str) -> None:
    tracemalloc.start()
    (task,) = declare(f"from a import Pod\nPod(task_id='t', arguments=[{value}])").tasks
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(task.fields[0].value, Items)
    assert isinstance(task.fields[0].value.items[0], Unsaid)
    assert most < 20_000_000
