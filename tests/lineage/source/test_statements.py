# ruff: noqa: E501  # a case is read best when each of its lines stands as its author would write it
"""Statements of a DAG file, judged by Python itself."""

from tests.lineage.source.python import cases, check_as_python_does


@cases(
    """
# to several names
a, *b, c = "wxyz"
(d, e), f = ("1", "2"), "3"
[g, h] = ["4", "5"]
i = j = "6"
X = [a, *b, c, d, e, f, g, h, i, j]

# one list under two names
a = ["x"]
b = a
b.append("y")
c = a[:]
c.append("z")
d = a.copy()
d += ["w"]
a += ["q"]
X = [*a, "|", *b, "|", *c, "|", *d]

# to parts of containers
d = {}
d["a"] = {}
d["a"]["b"] = ["x"]
d["a"]["b"] += ["y"]
one = ["p", "q", "r"]
one[1] = "s"
one[-1] = "t"
one[0:1] = ["u", "v"]
X = [*d["a"]["b"], *one]

# that change what is there
text = "a"
text += "b"
text *= 2
number = 7
number -= 2
number //= 2
names = {"x": "1"}
names |= {"y": "2"}
X = [text, str(number), *names, *names.values()]

# del
a = ["x", "y", "z", "w"]
del a[0], a[-1]
b = list("abcdef")
del b[1:3]
c = {"k": "1", "l": "2"}
del c["k"]
X = a + b + list(c)

# the walrus
X = [y := "a", y + "b", *[z for one in ("p", "q") if (z := one + "!")], z]

# with annotations
name: str = "a"
other: "int"
X = [name]
"""
)
def test_assignments_change_what_they_name(source: str) -> None:
    check_as_python_does(source)


@cases(
    """
# for with break, continue and else
X = []
for i in range(5):
    if i == 1:
        continue
    if i == 3:
        break
    X.append(str(i))
else:
    X.append("never")
for _ in []:
    pass
else:
    X.append("else")

# while with continue and else
X, i = [], 0
while i < 3:
    i += 1
    if i == 2:
        continue
    X.append(f"i{i}")
else:
    X.append("done")

# while True
X = []
while True:
    X.append("x")
    if len(X) == 3:
        break

# loops in loops
X = []
for a in "ab":
    for b in "xy":
        if a + b == "ay":
            break
        X.append(a + b)

# the loop's name lives on
for name in ("a", "b"):
    pass
X = [name]

# a known if, elif and else
X = []
for n in (1, 2, 3):
    if n == 1:
        X.append("one")
    elif n > 2 and n < 4:
        X.append("three")
    else:
        X.append("other")
if __name__ == "__main__":
    X.append("main")
"""
)
def test_loops_and_conditions_that_are_known_are_followed(source: str) -> None:
    check_as_python_does(source)


@cases(
    """
# a handler catches what is raised in its block
X = []
try:
    X.append("a")
    raise ValueError("x")
    X.append("b")
except KeyError:
    X.append("key")
except (TypeError, ValueError) as error:
    X.append("value")
else:
    X.append("else")
finally:
    X.append("finally")

# a handler of a base class
class Bad(ValueError):
    pass
X = []
try:
    raise Bad("x")
except KeyError:
    X.append("key")
except Exception:
    X.append("any")

# else and finally
X = []
try:
    X.append("a")
except KeyError:
    X.append("key")
else:
    X.append("else")
finally:
    X.append("finally")

# a key that is not there
D = {"a": "1"}
def f(key):
    try:
        return D[key]
    except KeyError:
        return "none"
X = [f("a"), f("b")]

# what a function raises is caught where it is called
def f(x):
    if x == "bad":
        raise ValueError(x)
    return x
X = []
for n in ("a", "bad", "c"):
    try:
        X.append(f(n))
    except ValueError:
        X.append("caught")

# nobody catches it inside, somebody outside
X = []
try:
    try:
        raise KeyError("k")
    except ValueError:
        X.append("inner")
    finally:
        X.append("finally")
except LookupError:
    X.append("outer")

# finally runs behind a return
X = []
def f():
    try:
        return "r"
    finally:
        X.append("finally")
X.append(f())
"""
)
def test_exceptions_go_where_python_takes_them(source: str) -> None:
    check_as_python_does(source)


@cases(
    """
# of values, sequences, mappings and classes
def f(x):
    match x:
        case "a":
            return "1"
        case "b" | "c":
            return "2"
        case {"k": value}:
            return value
        case [first, *rest]:
            return first + "".join(rest)
        case str() as text:
            return "text " + text
        case int() as n if n > 3:
            return "big"
        case None:
            return "none"
        case _:
            return "else"
X = [f("a"), f("c"), f({"k": "v"}), f(["p", "q", "r"]), f("zzz"), f(5), f(1), f(None), f({"l": 1}), f([])]

# with nested patterns
def f(x):
    match x:
        case {"kind": "pod", "args": [first, second]}:
            return first + second
        case {"kind": ("job" | "cron") as kind}:
            return kind
        case (("a", b), c):
            return b + c
        case other:
            return str(other)
X = [f({"kind": "pod", "args": ["x", "y"]}), f({"kind": "job"}), f((("a", "m"), "n")), f("q")]

# of members of an Enum
from enum import Enum
class Kind(Enum):
    POD = 1
    JOB = 2
def f(kind):
    match kind:
        case Kind.POD:
            return "pod"
        case Kind.JOB:
            return "job"
X = [f(Kind.POD), f(Kind.JOB)]
"""
)
def test_match_takes_the_case_that_fits(source: str) -> None:
    check_as_python_does(source)
