"""Sources that would take for ever, or all memory, if anybody followed them to their end."""

import re

_BLOCKS = r"""
# loops in loops
for a in range(10**9):
    for b in range(10**9):
        x = a + b

# tasks without end
for a in range(999):
    for b in range(999):
        Pod(task_id=f"{a}_{b}")

# more arguments than anybody reads
x = ["{{ ti.xcom_pull('a') }}"] * 9000
for a in range(99):
    Pod(task_id=f"{a}", arguments=x)

# huge ranges, texts and numbers
list(range(10**12))
"a" * 10**12
[0] * 10**12
10 ** 10**10

# recursion
def f(n):
    return f(n + 1) + f(n + 2)
f(0)

# recursion in comprehensions
def f(n):
    return [f(n + 1) for _ in range(5)]
f(0)

# functions that call each other
def f():
    return g()
def g():
    return f()
f()

# texts that double
x = y = z = "a"
while True:
    x = x + x
    y = f"{y}{y}"
    z = z.replace("a", "aa")

# texts that are joined with themselves
x = "a"
for _ in range(99):
    x = x.join([x] * 9)

# wide texts
w = 10 ** 9
"%*d" % (w, 1)
"{:{}}".format(1, w)
"{:>{w}}".format(1, w=w)
f"{1:{w}}"
"a".ljust(w)
"a".zfill(w)
"\t".expandtabs(w)

# lists and dicts that double
x, y = [1], {}
for _ in range(99):
    x, y = [x, x], {"a": y, "b": y}
Pod(task_id="a", arguments=x, env_vars=y)
str(x)
x == x
f"{y}"

# lists that hold themselves
x = []
x.append(x)
Pod(task_id="a", arguments=x)
str(x)
x == x
x in x
sorted(x)
sum(x, [])
f"{x}"
"%s" % x

# dicts that hold themselves
x = {}
x["x"] = x
Pod(task_id="a", env_vars=x, params=x)
str(x)
x == x
"%(x)s" % x
"{x}".format(**x)

# lists that hold each other
x = []
y = [x]
x.append(y)
x == y
x < y
Pod(task_id="a", arguments=[x, y])

# lists nested deeply
x = []
for _ in range(9999):
    x = [x]
Pod(task_id="a", arguments=x)
x == x
x < x
str(x)
{(x,): 1}
t = ()
for _ in range(9999):
    t = (t,)
{t: 1}
Pod(task_id=t, arguments=t)

# special methods that ask themselves
class C:
    def __iter__(self): return self
    def __getitem__(self, k): return self[k]
    def __setitem__(self, k, v): self[k] = v
    def __getattr__(self, n): return getattr(self, n + "a")
    def __call__(self): return self()
    def __str__(self): return str(self)
    def __repr__(self): return f"{self!r}"
    def __len__(self): return len(self)
    def __bool__(self): return bool(self)
    def __add__(self, o): return self + o
    def __enter__(self): return self
c = C()
[*c]
c["a"]
c["a"] = 1
c.foo
c()
str(c)
f"{c}"
len(c)
if c: pass
c + c
x, y = c
with c as d: pass
Pod(task_id=c, arguments=c)

# properties that ask each other
class A:
    @property
    def x(self): return self.y + self.y
    @property
    def y(self): return self.x + self.x
A().x

# a property that sets itself
class A:
    @property
    def x(self): return 1
    @x.setter
    def x(self, v): self.x = v
A().x = 1

# classes that make each other
class A:
    def __init__(self): self.b = [B(), B()]
class B:
    def __init__(self): self.a = [A(), A()]
A()

# classes that derive each other
class A: pass
class B(A): pass
class A(B): pass
class B(A): pass
A.__bases__ = (A,)
A.a = A
A().a.a.x

# generators without end
def g():
    while True:
        yield 1
for a in g():
    for b in g():
        for c in g():
            pass

# generators of themselves
def g():
    yield 1
    yield from g()
list(g())

# decorators that return themselves
def d(f): return d
@d
@d
def f(): pass
f()()(f)

# decorators within themselves
def d(f):
    @d
    def g(): pass
    return g
@d
def f(): pass

# functions of themselves
(lambda x: x(x))(lambda x: x(x))

# closures around closures
f = lambda x: x
for _ in range(9999):
    f = (lambda g: lambda x: g(x))(f)
f(1)

# context managers of themselves
from contextlib import contextmanager
@contextmanager
def c():
    with c() as x:
        yield x
with c(): pass

# handlers of themselves
def f():
    try: return f()
    except: return f()
    finally: f()
f()

# open conditions in recursion
def f(n):
    if u: return f(n + 1)
    else: return f(n + 2)
f(0)

# loops that nobody knows the end of
while u:
    while v:
        while w:
            x = [x]

# itertools
from itertools import *
list(product(*[range(10)] * 12))
list(permutations(range(50)))
list(combinations(range(60), 30))
list(zip(count(), cycle("ab"), repeat(1)))

# membership in long lists
x = list(range(9999))
for i in x: i in x

# order of long lists
x = list(range(9999))
for i in x: sorted(x)

# sets that are joined
x = set(range(9000))
for i in range(500): x = x | x
x - x

# patterns that take for ever
import re
re.sub("a*a*a*a*b", "", "a" * 19000)
re.sub("(a+)+b", "", "a" * 99)

# the names of the file
globals()["x"] = globals()
str(x)
Pod(task_id="a", arguments=globals())
for k, v in globals().items(): globals()[k + "x"] = v

# groups, DAGs and tasks of themselves
@task_group
def g(): g()
@dag
def d(): d()
@task
def t(x): return t(t(x))
g()
d()
t(1)

# code of many tasks
def f(ti):
    while True:
        ti.xcom_pull("a")
for i in range(300):
    PythonOperator(task_id=f"t{i}", python_callable=f)

# templates that loop
T = "{% for a in range(999) %}{% for b in range(999) %}{{ ti.xcom_pull(a ~ b) }}"
T += "{% endfor %}{% endfor %}"
for i in range(20):
    Pod(task_id=f"t{i}", arguments=[T + str(i)])
"""


def _twice(number: int) -> str:
    return f"class C{number}(C{number - 1}, C{number - 1}): pass\n"


def _crossed(number: int) -> str:
    bases = f"A{number - 1}, B{number - 1}"
    return f"class A{number}({bases}): pass\nclass B{number}({bases}): pass\n"


_PIECES = re.split(r"^# (.+)$", _BLOCKS, flags=re.MULTILINE)
#: Each source by what is wrong with it.
RUNS_AWAY: dict[str, str] = {
    **dict(zip(_PIECES[1::2], _PIECES[2::2], strict=True)),
    "classes with a base twice": "class C0: pass\n"
    + "".join(map(_twice, range(1, 60)))
    + "C59().x",
    "classes in a lattice": "class A0: pass\nclass B0: pass\n"
    + "".join(map(_crossed, range(1, 99)))
    + "A98().x",
    "brackets within brackets": "x = " + "[" * 95 + "]" * 95,
    "a very long sum": "x = " + "+".join(["'a'"] * 9_000),
    "a very long chain of names": "x = a" + ".b" * 5_000,
    "ifs within ifs": "\n".join(" " * at + "if u:" for at in range(95)) + "\n" + " " * 95 + "x = 1",
    "very many open ifs": "x = ''\n"
    + "".join(f"x = x + ('a' if u{at} else 'b')\n" for at in range(2_000)),
}
