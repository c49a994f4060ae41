"""Leaves that PostgreSQL's index of texts has, week by week."""

import re

import pytest

from app.query.terms import Begins, Condition, Is, Query, Term
from app.store.search.finding import search
from app.store.search.ordered import few_of, newest_of, of_text
from app.store.search.spans import Stretch
from app.store.session import ReadSession, Store
from tests.build import keep, make_facts, make_xcom
from tests.store.conftest import BOTH
from tests.store.search.test_traps import executed, explained

pytestmark = pytest.mark.parametrize("store_url", BOTH[1:], indirect=True)

WEEK = 7 * 24 * 3600
EVERYTHING = 2**63 - 1


def kept(store: Store, *sizes: int, text: str = "alpha") -> None:
    """Weeks with so many leaves that begin so, the oldest first; each has others as well."""
    weeks = [
        make_xcom(value=[*[text] * many, *["beta"] * 9], seconds=WEEK * at)
        for at, many in enumerate(sizes)
    ]
    keep(store, make_facts(tries=(), xcoms=tuple(weeks)))


def query(condition: Condition) -> Query:
    return Query((Term(condition),))


def numbers(session: ReadSession, condition: Condition, *, low: int = 0) -> list[int]:
    asked = of_text(query(condition))
    assert asked is not None
    batches = newest_of(Stretch(session, low, EVERYTHING), asked)
    return [number for batch in batches for number in batch.numbers]


@pytest.mark.parametrize("condition", [Is("alpha"), Begins("al")], ids=["exact", "beginning"])
@pytest.mark.parametrize("sizes", [(3, 0, 2), (300, 5, 0, 250), (2_500,), (130, 1_200, 7)])
def test_all_are_found_the_newest_first(
    store: Store, condition: Condition, sizes: tuple[int, ...]
) -> None:
    kept(store, *sizes)
    with store.reading() as session:
        found = numbers(session, condition)
        assert found == sorted(set(found), reverse=True)
        assert len(found) == sum(sizes)
        # From the middle of a week on as well.
        assert (
            numbers(session, condition, low=found[len(found) // 2]) == found[: len(found) // 2 + 1]
        )


@pytest.mark.parametrize("condition", [Is("alpha"), Begins("al")], ids=["exact", "beginning"])
def test_few_are_told_with_how_far_down_they_are_all(store: Store, condition: Condition) -> None:
    asked = of_text(query(condition))
    assert asked is not None
    kept(store, 4, 0, 3)
    with store.reading() as session:
        few = few_of(Stretch(session, 0, EVERYTHING), asked)
        assert (len(few.numbers), few.is_all, few.reached) == (7, True, 0)
    kept(store, 4, 700, 3)
    with store.reading() as session:
        few = few_of(Stretch(session, 0, EVERYTHING), asked)
        every = numbers(session, condition)
        assert not few.is_all
        assert few.reached is not None
        assert [one for one in every if one >= few.reached] == list(few.numbers)


def test_weeks_before_those_that_have_enough_are_not_read(store: Store) -> None:
    """All that begins so had to be put in order, of every week: 10,000 leaves for fifty."""
    kept(store, *[1_000] * 4)
    with store.reading() as session, executed(session) as seen:
        assert len(search(session, query(Begins("al")), seconds=60).leaves) == 50
        plans = [explained(session, one, given) for one, given in list(seen) if "AS place" in one]
    for lines in plans:
        read = [one for one in lines if re.search(r" on leaf_w.*actual.* rows=[1-9]", one)]
        assert len(read) == 1


def test_of_one_text_nothing_is_put_in_order(store: Store) -> None:
    """PostgreSQL expects one leaf in each week, and would sort what it finds in all of them."""
    kept(store, *[1_000] * 4)
    with store.writing() as writing:
        writing.exec_driver_sql("ANALYZE leaf")
    with store.reading() as session, executed(session) as seen:
        assert len(search(session, query(Is("alpha")), seconds=60).leaves) == 50
        session.exec_driver_sql("SET LOCAL enable_seqscan = off")
        ((one, given),) = [some for some in seen if "AS place" in some[0]]
        lines = explained(session, one, given)
    assert not [line for line in lines if re.search(r"Sort .*actual.* rows=[1-9]", line)]
