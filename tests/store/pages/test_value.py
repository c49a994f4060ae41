"""A value by its address, in its version and try; on both stores."""

from dataclasses import replace

import pytest

from app.model.errors import NotKept
from app.model.leaves import Place
from app.store.pages.value import (
    AskedValue,
    HeldValue,
    read_held_value,
    read_same_text,
    read_some_same_text,
)
from app.store.runs import mark_run_gone
from app.store.session import Store
from tests.build import RUN, after, keep, make_facts, make_instance, make_try, make_xcom

GIVEN = AskedValue("default", Place.XCOM, make_instance("extract"), "return_value", ("key1",))
GOT = AskedValue("default", Place.FIELD, make_instance("load"), "arguments", (0,))


def held(store: Store, asked: AskedValue) -> HeldValue:
    with store.reading() as session:
        return read_held_value(session, asked)


def two_tries(store: Store) -> None:
    tries = (
        make_try("extract", try_number=1, state="failed", start=after(1)),
        make_try("extract", try_number=2, start=after(20)),
    )
    versions = (
        make_xcom("extract", {"key1": "old"}, seconds=9),
        make_xcom("extract", {"key1": "new"}, seconds=25),
        make_xcom("extract", {"key1": "newest"}, seconds=29),
    )
    keep(store, make_facts(tries=tries, xcoms=versions))


def test_the_version_of_a_time_is_the_one_that_is_shown(store: Store) -> None:
    two_tries(store)
    found = held(store, replace(GIVEN, time=after(9)))
    assert (found.whole, found.state, found.at.try_number) == ({"key1": "old"}, "failed", 1)
    assert found.at.time == after(9)


@pytest.mark.parametrize(("try_number", "value"), [(1, "old"), (2, "newest"), (None, "newest")])
def test_without_a_time_it_is_the_last_of_the_try(
    store: Store, try_number: int | None, value: str
) -> None:
    two_tries(store)
    assert held(store, replace(GIVEN, try_number=try_number)).whole == {"key1": value}


def test_a_field_is_that_of_the_try(store: Store) -> None:
    tries = (
        make_try("load", try_number=1, start=after(11), rendered={"arguments": ["one"]}),
        make_try("load", try_number=2, start=after(20), rendered={"arguments": ["two"]}),
        make_try("load", try_number=3, start=after(30), state="running"),
    )
    keep(store, make_facts(tries=tries))
    assert held(store, replace(GOT, try_number=1)).whole == ["one"]
    latest = held(store, GOT)
    assert (latest.whole, latest.at.try_number, latest.at.time) == (["two"], 2, after(20))
    with pytest.raises(NotKept):
        held(store, replace(GOT, try_number=3))


@pytest.mark.parametrize(
    "asked",
    [
        replace(GIVEN, time=after(8)),
        replace(GIVEN, name="other"),
        replace(GIVEN, deployment="other"),
        replace(GIVEN, instance=make_instance("extract", map_index=3)),
        replace(GOT, name="env_vars"),
    ],
)
def test_what_is_not_stored_is_said_so(store: Store, asked: AskedValue) -> None:
    keep(store, make_facts())
    with pytest.raises(NotKept):
        held(store, asked)


def test_what_airflow_has_deleted_is_kept_and_said_so(store: Store) -> None:
    two_tries(store)
    with store.writing() as session:
        mark_run_gone(session, deployment_pk=1, run=RUN, at=after(99))
    assert held(store, GIVEN).is_gone


def test_leaves_of_one_text_are_told_page_by_page(store: Store) -> None:
    keep(store, make_facts())
    with store.reading() as session:
        assert [leaf.at.place for leaf in read_same_text(session, "alpha").leaves] == [
            Place.FIELD,
            Place.XCOM,
        ]
        some = read_some_same_text(session, "alpha", most=1)
        assert (len(some.leaves), some.older) == (1, some.leaves[0].number)
