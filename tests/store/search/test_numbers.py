"""Numbers of leaves, in the order of their values' times; on both stores."""

from datetime import UTC, datetime

from sqlalchemy import select

from app.query.terms import Condition, Query, Since, Term, Until
from app.store.search.finding import search
from app.store.search.numbers import first_number, number_after, take_numbers
from app.store.session import Store
from app.store.tables import leaf
from tests.build import after, keep, make_facts, make_xcom


def texts(store: Store, *conditions: Condition) -> list[str]:
    with store.reading() as session:
        found = search(session, Query(tuple(map(Term, conditions))), most=5_000, seconds=60)
    return [one.text for one in found.leaves]


def test_what_is_filled_in_later_stands_where_its_time_is(store: Store) -> None:
    keep(store, make_facts(tries=(), xcoms=(make_xcom(value="new", seconds=100),)))
    keep(store, make_facts(tries=(), xcoms=(make_xcom(value="old", seconds=1),)))
    keep(store, make_facts(tries=(), xcoms=(make_xcom(value="middle", seconds=50),)))
    assert texts(store) == ["new", "middle", "old"]


def test_times_are_bounds(store: Store) -> None:
    xcoms = tuple(make_xcom(value=str(at), seconds=at) for at in (0, 0.5, 1, 1.5, 2))
    keep(store, make_facts(tries=(), xcoms=xcoms))
    assert sorted(texts(store, Since(after(0.5)), Until(after(1.5)))) == ["0.5", "1"]


def test_a_crowded_second_is_no_limit_and_found_by_its_time_all_the_same(store: Store) -> None:
    crowd = tuple(
        make_xcom(f"task_{n}", [f"{n} {m}" for m in range(300)], seconds=5) for n in range(4)
    )
    keep(store, make_facts(tries=(), xcoms=(*crowd, make_xcom(value="next", seconds=6))))
    assert len(texts(store, Until(after(6)))) == 1_200
    assert texts(store, Since(after(6))) == ["next"]
    with store.reading() as session:
        numbers = session.execute(select(leaf.c.id)).scalars().all()
        assert len(numbers) == len(set(numbers)) == 1_201
        assert max(numbers) < number_after(session, after(6))


def test_times_before_airflow_are_kept_and_told_apart(store: Store) -> None:
    old = datetime(2009, 1, 1, tzinfo=UTC)
    seconds = (old - after(0)).total_seconds()
    keep(store, make_facts(tries=(), xcoms=(make_xcom(value="old", seconds=seconds),)))
    assert texts(store, Until(datetime(2010, 1, 1, tzinfo=UTC))) == ["old"]
    assert texts(store, Until(datetime(2008, 1, 1, tzinfo=UTC))) == []
    assert texts(store, Since(datetime(2010, 1, 1, tzinfo=UTC))) == []


def test_numbers_are_given_once(store: Store) -> None:
    with store.writing() as session:
        taken = take_numbers(session, [(after(0), 3), (after(0), 400), (after(1), 2)])
        numbers = [one for several in taken for one in several]
        assert [len(several) for several in taken] == [3, 400, 2]
        assert len(set(numbers)) == 405
        assert min(numbers) >= first_number(session, after(0))
