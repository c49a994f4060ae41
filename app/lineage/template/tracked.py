"""Values that remember where they came from, and behave in a template like the plain ones."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from app.lineage.template.holes import ANYTHING, is_marked
from app.lineage.template.reads import Origin

Origins: TypeAlias = frozenset[Origin]
NOWHERE: Origins = frozenset()

#: Elements of a list whose origins are looked at; more say nothing a person would read.
_MOST_ELEMENTS = 1_000
_DEEPEST = 6
#: Parts of a value that a filter goes through.
_MOST_PARTS = 20_000


class Text(str):
    """A text out of an XCom, or computed from one."""

    __slots__ = ("origins",)
    origins: Origins


class Whole(int):
    origins: Origins = NOWHERE


class Real(float):
    origins: Origins = NOWHERE


class Truth(int):
    """True or False; Python lets nobody extend bool itself."""

    origins: Origins = NOWHERE

    def __repr__(self) -> str:
        return "True" if self else "False"

    __str__ = __repr__


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
        place = index.__index__()
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


def origins_of(value: object, depth: int = 0) -> Origins:
    """Where a value came from; of a list made in the template, where its elements did."""
    own: Origins | None = getattr(value, "origins", None)
    if isinstance(own, frozenset):
        return own
    if depth < _DEEPEST and isinstance(value, list | tuple):
        return _all(value[:_MOST_ELEMENTS], depth)
    if depth < _DEEPEST and isinstance(value, dict):
        return _all(list(value.values())[:_MOST_ELEMENTS], depth)
    return NOWHERE


def _all(values: Iterable[object], depth: int) -> Origins:
    return NOWHERE.union(*(origins_of(one, depth + 1) for one in values))


def plain(value: Any) -> Any:  # noqa: PLR0911  # one line for each kind of value
    """The value as Airflow would hand it to a filter."""
    if isinstance(value, Nothing):
        return None
    if isinstance(value, Truth):
        return bool(value)
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, Whole):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return type(value)(map(plain, value)) if isinstance(value, Lazy) else [*map(plain, value)]
    return value


def holds_wildcard(value: Any, depth: int = 0) -> bool:
    """Whether a part of the value is not known."""
    if isinstance(value, Wildcard):
        return True
    if isinstance(value, str):
        return is_marked(value)
    if depth < _DEEPEST and isinstance(value, dict):
        return any(holds_wildcard(one, depth + 1) for one in list(value.values())[:_MOST_ELEMENTS])
    if depth < _DEEPEST and isinstance(value, list | tuple):
        return any(holds_wildcard(one, depth + 1) for one in value[:_MOST_ELEMENTS])
    return False


def is_large(value: Any) -> bool:
    """Whether going through all parts of a value would take too long to be worth it."""
    waiting, left = [value], _MOST_PARTS
    while waiting and left > 0:
        part = waiting.pop()
        left -= 1
        # The plain methods: going through a tracked value would track every part of it.
        if isinstance(part, dict):
            waiting.extend(dict.values(part))
        elif isinstance(part, list):
            waiting.extend(list.__iter__(part))
    return left <= 0


def _deeper(origins: Origins, step: Any) -> Origins:
    return frozenset(
        Origin(one.read, (*one.path, step), is_there=one.is_there)
        for one in origins
        if isinstance(step, str | int)
    )


def astray(origins: Origins, step: Any) -> Origins:
    return frozenset(
        Origin(one.read, (*one.path, step), is_there=False)
        for one in origins
        if isinstance(step, str | int)
    )
