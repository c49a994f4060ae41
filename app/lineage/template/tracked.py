"""Values that remember where they came from, and behave in a template like the plain ones."""

import operator
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from jinja2 import Undefined

from app.lineage.template.holes import ANYTHING
from app.lineage.template.reads import Origin

Origins: TypeAlias = frozenset[Origin]
NOWHERE: Origins = frozenset()

#: Parts of a value that a filter, or who asks for origins and wildcards, goes through.
MOST_PARTS = 20_000


class Text(str):
    """A text out of an XCom, or computed from one."""

    __slots__ = ("origins",)
    origins: Origins

    def __getitem__(self, index: Any) -> Any:
        return derived(super().__getitem__(index), self)


class Whole(int):
    origins: Origins = NOWHERE


class Count(Whole):
    """How many values there are, whatever each of them is."""


class WholeStandIn(Whole):
    """The number that stands for a value that is none, whatever the value is."""


class Real(float):
    origins: Origins = NOWHERE


class RealStandIn(Real):
    """As WholeStandIn."""


class Truth(int):
    """True or False; Python lets nobody extend bool itself."""

    origins: Origins = NOWHERE

    def __repr__(self) -> str:
        return "True" if self else "False"

    __str__ = __repr__


#: What is put out whatever the value is from which it comes.
BLIND = (Count, WholeStandIn, RealStandIn)


class Nothing:
    """None, as a pull that found nothing gives it."""

    def __init__(self, origins: Origins) -> None:
        self.origins = origins

    def __repr__(self) -> str:
        return "None"

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, Nothing)

    def __hash__(self) -> int:
        return hash(None)


class Mapping(dict[Any, Any]):
    """An object of an XCom; its members are tracked when they are taken."""

    origins: Origins = NOWHERE

    def __getitem__(self, key: Any) -> Any:
        return tracked(super().__getitem__(key), _deeper(self.origins, key))

    def get(self, key: Any, default: Any = None) -> Any:
        """The member; a missing one without a default is a None that knows it is missing."""
        if key in self:
            return self[key]
        return Nothing(astray(self.origins, key)) if default is None else default

    def pop(self, key: Any, default: Any = None) -> Any:
        return self.get(key, default)

    def values(self) -> Any:
        return [self[key] for key in self]

    def items(self) -> Any:
        return [(key, self[key]) for key in self]


class Sequence(list[Any]):
    """A list of an XCom; its elements are tracked when they are taken."""

    origins: Origins = NOWHERE

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        place = operator.index(index)  # Jinja reads a TypeError as a member that is not there.
        return tracked(super().__getitem__(place), _deeper(self.origins, place % (len(self) or 1)))

    def __iter__(self) -> Iterator[Any]:
        return (self[at] for at in range(len(self)))

    def __reversed__(self) -> Iterator[Any]:
        return (self[at] for at in reversed(range(len(self))))


class Lazy(list[Any]):
    """Airflow 2's list of pulled values: to be indexed and looped over; it shows but its length.

    Its text reaches the pod as it is (airflow-facts.md, part 2).
    """

    def __repr__(self) -> str:
        return f"LazySelectSequence([{len(self)} {'item' if len(self) == 1 else 'items'}])"

    __str__ = __repr__


class Wildcard:
    """A value that is not known here; every question about it is decided by `choose`."""

    def __init__(self, choose: Callable[[], bool], origins: Origins = NOWHERE) -> None:
        self._choose = choose
        self.origins = origins

    def child(self, step: object) -> "Wildcard":
        known = isinstance(step, str | int) and not isinstance(step, bool)
        return Wildcard(self._choose, _deeper(self.origins, step) if known else self.origins)

    def of(self, origins: Origins) -> "Wildcard":
        return Wildcard(self._choose, origins)

    def derived(self, *others: object) -> "Wildcard":
        return Wildcard(self._choose, self.origins.union(*(origins_of(one) for one in others)))

    def __repr__(self) -> str:
        return ANYTHING

    def __bool__(self) -> bool:
        return self._choose()

    def __eq__(self, other: object) -> bool:
        return self._choose()

    def __hash__(self) -> int:
        return id(self)

    def __lt__(self, other: object) -> bool:
        return self._choose()

    __gt__ = __le__ = __ge__ = __lt__

    def __getitem__(self, index: object) -> "Wildcard":
        """A slice, which Jinja takes without asking the sandbox."""
        return self.derived()

    def __contains__(self, item: object) -> bool:
        return self._choose()

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator["Wildcard"]:
        yield self.child(None)

    def __format__(self, spec: str) -> str:
        return ANYTHING


def tracked(value: Any, origins: Origins) -> Any:
    """The value with its origins; what carries our marks, or is an object, becomes a wildcard."""
    if value is None:
        return Nothing(origins)
    if isinstance(value, Wildcard):
        return value.of(origins)
    if isinstance(value, bool):
        return _with(Truth(value), origins)
    for plain_type, kind in _KINDS:
        if isinstance(value, plain_type):
            return _with(kind(value), origins)
    return value


_KINDS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, Text),
    (int, Whole),
    (float, Real),
    (dict, Mapping),
    (list, Sequence),
)


def _with(value: Any, origins: Origins) -> Any:
    value.origins = origins
    return value


def derived(value: Any, *sources: object) -> Any:
    """A computed value with the origins of all it was computed from."""
    origins = NOWHERE.union(*(origins_of(source) for source in sources))
    if not origins or isinstance(value, Wildcard | Nothing):
        return value
    if isinstance(value, bool | int | float | str) and not hasattr(value, "origins"):
        return tracked(value, origins)
    return value


def stand_in(value: Any, *sources: object) -> Any:
    """What a filter for numbers gives instead of a value that is none; it tells nothing of it."""
    kind = RealStandIn if isinstance(value, float) else WholeStandIn
    origins = NOWHERE.union(*(origins_of(source) for source in sources))
    return _with(kind(value), origins) if isinstance(value, int | float) else value


def length_of(value: Any) -> Any:
    """The number of elements: of an XCom's own value it tells of that, of several of none."""
    length = len(value)
    if not isinstance(value, list) or isinstance(value, Sequence):
        return derived(length, value)
    return _with(Count(length), origins_of(value))


def origins_of(value: object) -> Origins:
    """Where a value came from; of a list made in the template, where its elements did."""
    own: Origins | None = getattr(value, "origins", None)
    if isinstance(own, frozenset):
        return own
    if not isinstance(value, list | tuple | dict):
        return NOWHERE
    return NOWHERE.union(*filter(None, (_own_origins(part) for part in _parts(value))))


def _own_origins(part: object) -> Origins | None:
    own = None if isinstance(part, Undefined) else getattr(part, "origins", None)
    return own if isinstance(own, frozenset) else None


def _parts(value: object) -> Iterator[object]:
    """The parts of a list or mapping made in the template, at any depth, up to so many.

    What has origins of its own is one part: all in it came from the same place.
    """
    waiting, left = [value], MOST_PARTS
    while waiting and left > 0:
        part = waiting.pop()
        left -= 1
        yield part
        if _own_origins(part) is not None:
            continue
        if isinstance(part, dict):
            waiting.extend(list(part.values())[:left])
        elif isinstance(part, list | tuple):
            waiting.extend(part[:left])


def _deeper(origins: Origins, step: Any) -> Origins:
    return frozenset(
        Origin(one.read, (*one.path, step), is_there=one.is_there)
        for one in origins
        if isinstance(step, str | int)
    )


def astray(origins: Origins, step: Any) -> Origins:
    return frozenset(replace(one, is_there=False) for one in _deeper(origins, step))
