"""Values that are known only when a task runs, and the trying of both ways where they decide."""

import dis
import sys
from collections import deque

# Every text that is made of an unknown value carries one of these letters, which may stand in a
# task's id: the first where the file's reading is at an end (a Variable, an import that is not
# there), the second where every reading is (a value of the run).
UNKNOWN = "ꙮ"
OF_THE_RUN = "ꙭ"

MOST_WAYS = 64
# What Jinja asks of every object before it does anything with it.
_ASKED_BY_JINJA = {"jinja_pass_arg", "unsafe_callable", "alters_data"}


class Ways:
    """Which way each decision goes; `each` runs a thing once per way."""

    def __init__(self):
        self.exploring = False
        self._wanted = ()
        self._taken = []
        self._known = {}

    def decide(self, *, first=True, about=None):
        """True or False for the next decision of this run; `first` in the first run.

        The same question (`about`) has the same answer throughout a run.
        """
        if not self.exploring or about in self._known:
            return self._known.get(about, first)
        position = len(self._taken)
        answer = self._wanted[position] if position < len(self._wanted) else first
        self._taken.append(answer)
        if about is not None:
            self._known[about] = answer
        return answer

    @property
    def count(self):
        """How many decisions this run has taken."""
        return len(self._taken)

    def each(self, run):
        """Calls it until every decision has gone both ways, or MOST_WAYS times."""
        waiting, runs = deque([()]), 0
        while waiting and runs < MOST_WAYS:
            self._wanted, self._taken, self._known = waiting.popleft(), [], {}
            self.exploring = True
            try:
                run()
            finally:
                self.exploring = False
            runs += 1
            for position in range(len(self._wanted), len(self._taken)):
                waiting.append((*self._taken[:position], not self._taken[position]))
        return not waiting


ways = Ways()


def is_known(value):
    """Whether nothing unknown went into it."""
    return not any(letter in str(value) for letter in (UNKNOWN, OF_THE_RUN))


def expected_items(depth=2):
    """How many items the caller's caller wants of an iteration: `a, b = value` wants 2."""
    frame = sys._getframe(depth)
    code = frame.f_code.co_code
    if dis.opname[code[frame.f_lasti]] == "UNPACK_SEQUENCE":
        return code[frame.f_lasti + 1]
    return None


class Unknown:
    """Answers everything: attributes, items, calls, arithmetic, comparisons, iteration."""

    def __init__(self, name="value"):
        self.__dict__["_xt_name"] = name

    def _xt_used(self, how):
        """Is told of every use that ends the way into the value."""

    def _xt_rest(self):
        return Unknown()

    def _xt_truth(self):
        return ways.decide()

    def __getattr__(self, name):
        if name.startswith("__") or name in _ASKED_BY_JINJA:
            raise AttributeError(name)
        return Unknown(name)

    def __setattr__(self, name, value):
        pass

    def __getitem__(self, item):
        use_all(item)
        return Unknown()

    def __setitem__(self, item, value):
        pass

    def __call__(self, *args, **kwargs):
        self._xt_used("call")
        use_all([args, kwargs])
        # An unknown decorator leaves the function what it is.
        if len(args) == 1 and not kwargs and type(args[0]).__name__ in ("function", "type"):
            return args[0]
        return self._xt_rest()

    def __iter__(self):
        self._xt_used("iteration")
        wanted = expected_items()
        if wanted is None:
            wanted = 1 if ways.exploring else 0
        return iter([self._xt_rest() for _ in range(wanted)])

    def __len__(self):
        self._xt_used("call")
        return 1

    def __bool__(self):
        self._xt_used("test")
        return self._xt_truth()

    def __contains__(self, item):
        use_all(item)
        self._xt_used("test")
        return ways.decide()

    def __str__(self):
        self._xt_used("text")
        return (OF_THE_RUN if ways.exploring else UNKNOWN) + self.__dict__["_xt_name"]

    def __repr__(self):
        return UNKNOWN

    def __format__(self, spec):
        return str(self)

    def __fspath__(self):
        return str(self)

    def __int__(self):
        self._xt_used("text")
        return 1

    __index__ = __int__

    def __float__(self):
        self._xt_used("text")
        return 1.0

    def __hash__(self):
        return id(self)

    def __enter__(self):
        return self._xt_rest()

    def __exit__(self, *exc):
        return None

    def __mro_entries__(self, bases):
        return (UnknownBase,)


def _arithmetic(self, *others):
    self._xt_used("arithmetic")
    for other in others:
        if isinstance(other, Unknown):
            other._xt_used("arithmetic")
    return self._xt_rest()


def _compared(self, other):
    self._xt_used("test")
    if isinstance(other, Unknown):
        other._xt_used("test")
    return ways.decide(first=False)


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"):
    setattr(Unknown, f"__{_name}__", _arithmetic)
    setattr(Unknown, f"__r{_name}__", _arithmetic)
for _name in ("lshift", "rshift", "rlshift", "rrshift"):
    setattr(Unknown, f"__{_name}__", lambda self, other: other)
for _name in ("neg", "pos", "abs", "round", "invert"):
    setattr(Unknown, f"__{_name}__", _arithmetic)
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Unknown, f"__{_name}__", _compared)


def use_all(value):
    """What is handed on is used as it is, with all it holds."""
    if isinstance(value, Unknown):
        value._xt_used("text")
    elif isinstance(value, dict):
        for each in (*value, *value.values()):
            use_all(each)
    elif isinstance(value, (list, tuple, set)):
        for each in value:
            use_all(each)


class UnknownBase:
    """What a class of an unknown base class inherits from."""

    def __init__(self, *args, **kwargs):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(name)
