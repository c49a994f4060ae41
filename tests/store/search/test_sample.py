"""Texts by which the index of texts is asked."""

from app.store.search.sample import sample_of
from app.store.session import Store
from tests.build import keep, make_facts, make_xcom


def texts(store: Store) -> set[str]:
    with store.reading() as session:
        return set(sample_of(session).texts)


def test_texts_are_in_lower_case_and_cut(store: Store) -> None:
    keep(store, make_facts(tries=(), xcoms=(make_xcom(value=["ALPHA" + "x" * 500] * 9),)))
    assert texts(store) == {"alpha" + "x" * 195}


def test_an_empty_store_has_none(store: Store) -> None:
    assert texts(store) == set()


def test_all_times_are_in_a_sample(store: Store) -> None:
    many = [
        make_xcom(value=[f"{day} {number}" for number in range(100)], seconds=day * 86_400)
        for day in range(20)
    ]
    keep(store, make_facts(tries=(), xcoms=tuple(many)))
    days = {one.split()[0] for one in texts(store)}
    assert len(days) > 10
    assert len(texts(store)) < 1_000


def test_a_time_without_leaves_takes_no_place_in_a_sample(store: Store) -> None:
    """One value that claims to be years older than all others."""
    now = [
        make_xcom(value=[f"{second} {number}" for number in range(100)], seconds=second)
        for second in range(0, 80_000, 4_000)
    ]
    keep(store, make_facts(tries=(), xcoms=(make_xcom(value="old", seconds=-3 * 10**8), *now)))
    assert len({one.split()[0] for one in texts(store)}) > 10
