import pytest
from sqlalchemy import select

from app.store.search.numbers import BEYOND, first_number
from app.store.search.spans import Stretch, days_or_weeks, spans, whole_span
from app.store.session import ReadSession, Store
from app.store.tables import leaf
from tests.build import after, keep, make_facts, make_xcom

WEEK = 7 * 24 * 3600


def fill(store: Store, weeks: int = 12) -> None:
    """A leaf a week."""
    xcoms = (make_xcom(value=number, seconds=WEEK * number) for number in range(weeks))
    keep(store, make_facts(tries=(), xcoms=tuple(xcoms)))


def texts(session: ReadSession, *, low: int = 0, high: int = BEYOND) -> list[list[str]]:
    """Those of each span, in the order of numbers."""
    return [
        list(session.scalars(select(leaf.c.text).where(*span.where).order_by(leaf.c.id)))
        for span in spans(Stretch(session, low, high))
    ]


@pytest.mark.usefixtures("without_weeks")
def test_the_newest_span_is_the_shortest_and_all_together_have_all(store: Store) -> None:
    fill(store)
    with store.reading() as session:
        found = [some for some in texts(session) if some]
    assert found[0] == ["11"]
    assert sorted((one for some in found for one in some), key=int) == list(map(str, range(12)))
    assert [min(map(int, some)) for some in found] == sorted(
        (min(map(int, some)) for some in found), reverse=True
    )


def test_nothing_of_a_span_lies_below_its_least_number(store: Store) -> None:
    fill(store)
    with store.reading() as session:
        for span in spans(Stretch(session, 0, BEYOND)):
            assert all(
                one >= span.low for one in session.scalars(select(leaf.c.id).where(*span.where))
            )


def test_bounds_cut_the_first_and_the_last(store: Store) -> None:
    fill(store)
    with store.reading() as session:
        low = first_number(session, after(WEEK * 3))
        high = first_number(session, after(WEEK * 6))
        (whole,) = texts(session, low=low, high=high)[-1:]
        found = [one for some in texts(session, low=low, high=high) for one in some]
        assert sorted(found) == ["3", "4", "5"]
        assert whole[0] == "3"
        span = whole_span(Stretch(session, low, high))
        assert span.low >= low
        assert set(session.scalars(select(leaf.c.text).where(*span.where))) == {"3", "4", "5"}


def test_days_without_a_leaf_cost_nothing(store: Store) -> None:
    fill(store, weeks=4)
    with store.reading() as session:
        some = days_or_weeks(session, low=0, high=BEYOND)
    assert list(some) == sorted(some, reverse=True)
    # Earlier tests on PostgreSQL may have left weeks that are empty now.
    assert len(some) == 4 or store.engine.dialect.name == "postgresql"


def test_an_empty_store_has_none(store: Store) -> None:
    with store.reading() as session:
        assert [one for some in texts(session) for one in some] == []
        assert (
            list(
                session.scalars(select(leaf.c.id).where(*whole_span(Stretch(session, 0, 9)).where))
            )
            == []
        )
