# ruff: noqa: E501  # a case is read best when each of its lines stands as its author would write it
"""Functions of a DAG file and what they give, judged by Python itself."""

from tests.lineage.source.python import cases, check_as_python_does


@cases(
    """
# arguments by position, name, star and default
def one(*args, **kwargs):
    return "-".join(args) + "+" + "-".join(f"{name}{value}" for name, value in kwargs.items())
def two(a, /, b, *, c="z"):
    return a + b + c
args, kwargs = ("x", "y"), {"p": "1"}
X = [one(*args, "z", **kwargs, q="2"), two("a", "b", c="c"), two(*["1", "2"], **{"c": "3"}), two("a", b="b")]

# a default is made once
def f(one, seen=[]):
    seen.append(one)
    return seen
f("a")
X = list(f("b"))

# a function without return gives None
def f(x):
    if x:
        return "a"
X = [str(f(0)), f(1)]

# recursion
def f(n):
    return "x" if n == 0 else f(n - 1) + "y"
X = [f(3)]

# a lambda sees the last value of a loop, a default the one of its round
late = [lambda: one for one in ("a", "b")]
early = [lambda one=one: one for one in ("a", "b")]
X = [late[0](), early[0](), early[1]()]

# closures keep what they were made with
def outer(x):
    def inner(y):
        return x + y
    return inner
X = [outer("a")("b"), outer("c")("d")]

# nonlocal
def counter():
    n = 0
    def more():
        nonlocal n
        n += 1
        return f"t{n}"
    return more
one, other = counter(), counter()
X = [one(), one(), other()]

# global
N = 0
def more():
    global N
    N += 1
    return str(N)
X = [more(), more(), str(N)]

# functools.partial of a function, a lambda and an operator
from functools import partial
def f(a, b, c="c"):
    return a + b + c
p = partial(f, "x", c="z")
make = partial(KubernetesPodOperator, task_id="q")
make(arguments=[p("y"), p("y", c="w"), partial(lambda a: a, "l")()])
make(task_id="r", arguments=["2"])

# functools.reduce
from functools import reduce
X = [reduce(lambda a, b: a + b, ["1", "2", "3"]), reduce(lambda a, b: b + a, ["1", "2"], "s")]

# a function handed around
def shout(text):
    return text.upper()
def apply(f, *args):
    return f(*args)
table = {"loud": shout, "same": lambda text: text}
X = [apply(shout, "a"), table["loud"]("b"), table["same"]("c"), *map(shout, ["d"])]

# getattr and globals
def make_orders():
    return "orders"
X = [globals()["make_orders"](), getattr("a", "upper")()]

# a cached function
from functools import cache, lru_cache
@lru_cache(maxsize=None)
def f(x):
    return x + "!"
@cache
def g(x):
    return x + "?"
X = [f("a"), g("b")]
"""
)
def test_functions_give_what_they_return(source: str) -> None:
    check_as_python_does(source)


@cases(
    """
# a decorator with wraps
from functools import wraps
def marked(f):
    @wraps(f)
    def inner(*args, **kwargs):
        return "<" + f(*args, **kwargs) + ">"
    return inner
@marked
def f(x):
    return x
X = [f("a"), f(x="b"), f.__name__]

# a decorator that is called first, below another
def tagged(tag):
    def decorate(f):
        def inner(*args):
            return tag + f(*args)
        return inner
    return decorate
@tagged("p")
@tagged("q")
def f(x):
    return x
X = [f("a")]

# a decorator that registers and returns the function
KNOWN = {}
def register(f):
    KNOWN[f.__name__] = f
    return f
@register
def orders():
    return "o"
@register
def items():
    return "i"
X = [f"{name}{f()}" for name, f in KNOWN.items()]

# a decorator that is a method
class Callables:
    def __init__(self):
        self.names = []
    def add(self, f):
        self.names.append(f.__name__)
        return f
callables = Callables()
@callables.add
def orders():
    pass
X = callables.names
"""
)
def test_decorators_of_the_files_own_are_applied(source: str) -> None:
    check_as_python_does(source)


@cases(
    """
# a part of `or` that gives None is evaluated once
NAMES = []
def note():
    NAMES.append("a")
X = note() or NAMES
"""
)
def test_what_a_call_does_is_done_once(source: str) -> None:
    check_as_python_does(source)


@cases(
    """
# yield and yield from
def gen():
    yield "a"
    for one in ("b", "c"):
        yield one
    yield from ["d"]
stream = gen()
X = [next(stream), *stream, *gen(), ",".join(gen()), *sorted(gen(), reverse=True)]

# iter and next with a default
stream = iter(["p", "q"])
X = [next(stream), next(stream), next(stream, "none")]

# a generator in a loop
def pairs():
    for at, one in enumerate("ab"):
        yield one, at
X = [f"{one}{at}" for one, at in pairs()]

# a generator without end, of which some is taken
import itertools
def numbers():
    n = 0
    while True:
        yield f"n{n}"
        n += 1
stream = numbers()
X = [next(stream), next(stream), *itertools.islice(numbers(), 2), *[a + b for a, b in zip("xy", numbers())]]

# itertools
import itertools as it
X = [a + b for a, b in it.product("ab", "xy")] + list(it.chain(["p"], ("q",)))
X += ["".join(one) for one in it.combinations("abc", 2)] + list(it.chain.from_iterable([["1"], ["2"]]))
X += [x for k, g in it.groupby(["a1", "a2", "b1"], key=lambda one: one[0]) for x in [k, *g]]
X += [a + (b or "-") for a, b in it.zip_longest("ab", "x")] + list(it.starmap(lambda a, b: a + b, [("s", "t")]))
X += [a + b for a, b in it.pairwise("abc")] + list(it.repeat("r", 2))

# itertools.count and cycle
import itertools
count, turns = itertools.count(1), itertools.cycle("ab")
X = [f"{next(count)}{next(turns)}" for _ in range(3)]

# a function under contextmanager
from contextlib import contextmanager
@contextmanager
def noted(name):
    seen = [name]
    yield seen
    seen.append("end")
    KubernetesPodOperator(task_id=name, arguments=seen)
with noted("a") as seen:
    seen.append("middle")

# an object of one's own under with
class Noted:
    def __enter__(self):
        return ["in"]
    def __exit__(self, *args):
        return None
with Noted() as seen:
    seen.append("more")
X = seen
"""
)
def test_generators_and_iterators_give_one_after_the_other(source: str) -> None:
    check_as_python_does(source)
