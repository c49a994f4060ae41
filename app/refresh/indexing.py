"""What tasks gave and got, scalar by scalar, put where searches find it."""

from collections.abc import Collection, Iterator
from functools import lru_cache

from app.graph.addresses import label
from app.lineage.fields import every_leaf, tree
from app.model.ids import RunKey
from app.model.leaves import Place
from app.model.values import Json, shape_of
from app.store.numbers import stored_runs
from app.store.search.waiting import Waiting, waiting
from app.store.search.writing import Given, Owner, Spot, write_leaves
from app.store.session import WriteSession

# XComs, and as many tries, taken together: some thousand leaves.
_AT_ONCE = 1_000


def index_runs(session: WriteSession, *, deployment_pk: int, runs: Collection[RunKey]) -> int:
    """How many leaves were written of what is new or changed in these runs: all of it."""
    numbers = stored_runs(session, deployment_pk=deployment_pk, runs=runs)
    written = 0
    while found := waiting(session, most=_AT_ONCE, run_pks=tuple(numbers.values())):
        written += write_leaves(session, [_owner(one) for one in found])
    return written


def index_some(session: WriteSession, *, most: int = _AT_ONCE) -> int:
    """How many XComs and tries were indexed, of those that wait: the newest, some at a time."""
    found = waiting(session, most=most)
    write_leaves(session, [_owner(one) for one in found])
    return len(found)


def _owner(one: Waiting) -> Owner:
    return Owner(one.place, one.pk, one.dag_pk, one.task_id, one.time, tuple(_leaves(one)))


def _leaves(one: Waiting) -> Iterator[Given]:
    if one.place == Place.XCOM:
        yield from _given(one.key or "", one.value)
    elif isinstance(one.value, dict):
        for name, rendered in one.value.items():
            yield from _given(name, tree(name, rendered))


def _given(name: str, value: Json) -> Iterator[Given]:
    """Every scalar, nulls too: a key that gives null is found by its name."""
    for path, scalar in every_leaf(value):
        if not isinstance(scalar, dict | list):
            positions = tuple(step for step in path if isinstance(step, int))
            yield _spot(name, shape_of(path)), positions, scalar


@lru_cache(maxsize=10_000)
def _spot(name: str, steps: tuple[str | None, ...]) -> Spot:
    return Spot(name, steps, label(name, steps))
