"""Leaves that go with their owners, and are written anew when those change; on both stores."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from app.model.facts import RunFacts
from app.query.terms import Contains, Query, Term
from app.store.search.finding import search
from app.store.search.waiting import waiting
from app.store.search.writing import delete_leaves
from app.store.session import Store
from app.store.tables import leaf, leaf_path, task_try, xcom
from app.store.tries import drop_unstarted, write_tries
from tests.build import RUN, keep, make_facts, make_try, make_xcom


def texts(store: Store) -> list[str]:
    with store.reading() as session:
        return sorted(session.scalars(select(leaf.c.text)))


def facts(value: str, rendered: str) -> RunFacts:
    tries = (make_try("load", rendered={"arguments": [rendered]}),)
    return make_facts(xcoms=(make_xcom(value=[value]),), tries=tries)


def test_a_value_that_changed_is_found_as_it_is_now(store: Store) -> None:
    keep(store, facts("first", "one"))
    keep(store, facts("second", "two"))
    assert texts(store) == ["second", "two"]
    with store.reading() as session:
        assert search(session, Query((Term(Contains("first")),)), seconds=60).leaves == ()


def test_the_same_again_and_another_state_wait_for_nothing(store: Store) -> None:
    pk = keep(store, facts("value", "field"))
    with store.writing() as session:
        again = facts("value", "field").tries
        write_tries(
            session,
            deployment_pk=pk,
            tries=[replace(again[0], state="failed"), replace(again[0], rendered=None)],
        )
        assert waiting(session, most=9) == ()


def test_the_leaves_of_some_are_deleted_without_a_trace(store: Store) -> None:
    keep(store, facts("given", "got"))
    with store.writing() as session:
        xcoms, tries = (session.scalars(select(table.c.id)).all() for table in (xcom, task_try))
        assert delete_leaves(session, xcoms=xcoms) == 1
        assert delete_leaves(session, xcoms=xcoms) == 0
        assert delete_leaves(session, tries=tries) == 1
    assert texts(store) == []
    if store.engine.dialect.name == "sqlite":
        with store.reading() as session:
            match = "SELECT count(*) FROM leaf_trigram WHERE leaf_trigram MATCH 'giv OR got'"
            assert session.scalar(text(match)) == 0


def test_instances_that_never_started_take_their_leaves_with_them(store: Store) -> None:
    unstarted = make_try("load", start=None, rendered={"arguments": ["early"]})
    pk = keep(store, make_facts(xcoms=(), tries=(unstarted,)))
    assert texts(store) == ["early"]
    with store.writing() as session:
        assert drop_unstarted(session, deployment_pk=pk, run=RUN, present=())
    assert texts(store) == []


def test_a_place_is_kept_once_whatever_the_positions(store: Store) -> None:
    keep(store, make_facts(tries=(), xcoms=(make_xcom(value=[{"uri": "a"}, {"uri": "b"}]),)))
    with store.reading() as session:
        (place,) = session.execute(select(leaf_path)).all()
        assert (place.name, place.steps, place.label) == ("return_value", [None, "uri"], "[*].uri")
        assert sorted(session.scalars(select(leaf.c.positions))) == ["[0]", "[1]"]


@pytest.mark.parametrize("value", [[], {}, [[], {}]])
def test_nothing_in_a_list_is_nothing_in_the_index(store: Store, value: object) -> None:
    keep(store, make_facts(tries=(), xcoms=(make_xcom(value=value),)))  # type: ignore[arg-type]
    assert texts(store) == []
    with store.reading() as session:
        assert waiting(session, most=9) == ()
