"""Jinja's filters and tests, made to keep origins and to know unknown values."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from jinja2 import Undefined

from app.lineage.template.allowed import CHOOSING_FILTERS
from app.lineage.template.limits import check_arguments
from app.lineage.template.plain import holds_wildcard, is_large, plain
from app.lineage.template.session import NOT_ITERABLE, Session, spoiled
from app.lineage.template.tracked import Lazy, Nothing, Wildcard, derived, length_of, stand_in

#: Filters that do not look into the elements of what they are given.
_CHEAP = frozenset({"d", "default", "first", "last", "list", "reverse", "items"})


class Owner(Protocol):
    """The sandbox the filters belong to."""

    session: Session

    def wildcard(self) -> Wildcard: ...


class Filter:
    """A filter of Jinja that keeps origins; it takes the arguments Jinja passes to the original."""

    def __init__(self, sandbox: Owner, name: str, apply: Callable[..., Any]) -> None:
        self._sandbox, self._name, self._apply = sandbox, name, apply
        passes = getattr(apply, "jinja_pass_arg", None)
        self._passed = 1 if passes is not None else 0
        if passes is not None:
            self.jinja_pass_arg = passes

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._sandbox.session.budget.spend()
        passed, given = args[: self._passed], args[self._passed :]
        if any(isinstance(one, Undefined) for one in given) and self._name not in ("d", "default"):
            str(next(one for one in given if isinstance(one, Undefined)))
        if self._name in CHOOSING_FILTERS:
            return self._choose(passed, given, kwargs)
        given = tuple(list(one) if isinstance(one, Iterator) else one for one in given)
        if self._name in ("length", "count") and given and isinstance(given[0], list | dict | str):
            return length_of(given[0])
        if any(map(is_large, given)) or holds_wildcard(list(given)) or holds_wildcard(kwargs):
            return self._sandbox.wildcard().derived(*given)
        check_arguments(given[0] if given else None, (*given[1:], *kwargs.values()))
        if self._name == "tojson" and isinstance(given[0], Lazy):
            raise TypeError("Object of type LazyXComSelectSequence is not JSON serializable")
        result = self._apply(*passed, *map(plain, given), **kwargs)
        if self._name in ("int", "float") and not _is_number(plain(given[0])):
            return stand_in(result, *given)
        return derived(str(result) if isinstance(result, str) else result, *given)

    def _choose(self, passed: tuple[Any, ...], given: tuple[Any, ...], kwargs: Any) -> Any:
        if given and isinstance(given[0], Wildcard):
            return given[0].derived(*given[1:])
        if given and isinstance(given[0], Nothing) and self._name not in ("d", "default"):
            raise spoiled(NOT_ITERABLE, given[0])
        if self._name not in _CHEAP and any(map(is_large, given)):
            return self._sandbox.wildcard().derived(*given)
        check_arguments(None, given[1:])
        result = self._apply(*passed, *given, **kwargs)
        return list(result) if isinstance(result, Iterator) else result


def _is_number(value: Any) -> bool:
    """Whether the filters for numbers read it; None counts, for a problem of its own."""
    try:
        return value is None or bool(float(value) or True)
    except (TypeError, ValueError, OverflowError):
        return False


class Test:
    """A test of Jinja; what it says of an unknown value is guessed."""

    def __init__(self, sandbox: Owner, test: Callable[..., bool]) -> None:
        self._sandbox, self._test = sandbox, test
        passes = getattr(test, "jinja_pass_arg", None)
        if passes is not None:
            self.jinja_pass_arg = passes

    def __call__(self, *args: Any) -> bool:
        self._sandbox.session.budget.spend()
        for one in args:
            self._sandbox.session.budget.spend_on(one)
        if any(isinstance(one, Wildcard) for one in args):
            return self._sandbox.session.choose()
        return bool(self._test(*(None if isinstance(one, Nothing) else one for one in args)))
