"""Flows by the places they lead from and into; on both stores."""

from dataclasses import replace

from app.model.findings import Analysis, Flow, KnownFlow
from app.model.ids import RunKey
from app.model.leaves import LeafAddress, Place
from app.model.values import Path
from app.store.flows_at import PlaceOfFlow, read_flows_at, read_flows_into
from app.store.session import Store
from tests.build import (
    after,
    keep,
    make_consumer,
    make_facts,
    make_flow,
    make_instance,
    make_producer,
    make_run,
    make_try,
)

DOCUMENT = make_flow(make_producer(path=()), make_consumer(field="op_kwargs.x"))
LEAF = make_flow(make_producer(path=("a", 0)), make_consumer())
OTHER = make_flow(make_producer(path=("b",)), make_consumer(field="env_vars.B"))
WITHIN = make_flow(make_producer(path=("a", 0, "k")), make_consumer(field="arguments[1]"))
FLOWS = (DOCUMENT, LEAF, OTHER, WITHIN)


def given(*path: str | int, name: str = "return_value", deployment: str = "default") -> LeafAddress:
    at: Path = path
    return LeafAddress(deployment, Place.XCOM, make_instance("extract"), 1, name, at, after(9))


def found(store: Store, *places: PlaceOfFlow) -> list[Flow]:
    with store.reading() as session:
        known = read_flows_at(session, places)
    return [one for one in FLOWS if one in {each.flow for each in known}]


def test_what_was_given_is_read_with_the_documents_around_it(store: Store) -> None:
    keep(store, make_facts(), Analysis(FLOWS))
    assert found(store, PlaceOfFlow(given("a", 0))) == [DOCUMENT, LEAF]
    assert found(store, PlaceOfFlow(given("a", 1))) == [DOCUMENT]
    assert found(store, PlaceOfFlow(given("a", 0, "k"))) == [DOCUMENT, LEAF, WITHIN]
    assert found(store, PlaceOfFlow(given("a", name="other"))) == []


def test_of_a_document_what_was_taken_out_of_it_is_read_too(store: Store) -> None:
    keep(store, make_facts(), Analysis(FLOWS))
    whole = PlaceOfFlow(given("a", 0), may_be_opened=True)
    assert found(store, whole) == [DOCUMENT, LEAF, WITHIN]
    assert found(store, PlaceOfFlow(given(), may_be_opened=True)) == list(FLOWS)


def test_what_came_into_a_field_or_into_what_is_around_it_is_read(store: Store) -> None:
    keep(store, make_facts(), Analysis(FLOWS))
    at = LeafAddress(
        "default", Place.FIELD, make_instance("load"), 1, "op_kwargs", ("x", "y"), after(11)
    )
    assert found(store, PlaceOfFlow(at, ("op_kwargs", "op_kwargs.x", "op_kwargs.x.y"))) == [
        DOCUMENT
    ]
    assert found(store, PlaceOfFlow(at, ("op_kwargs.z",))) == []


def test_a_flow_is_told_with_when_and_how_its_reader_ran(store: Store) -> None:
    keep(store, make_facts(), Analysis((LEAF,)))
    with store.reading() as session:
        assert read_flows_at(session, [PlaceOfFlow(given("a", 0))]) == (
            KnownFlow("default", LEAF, started=after(11), state="success"),
        )


def test_a_reader_that_is_not_kept_has_no_time(store: Store) -> None:
    keep(store, make_facts(tries=(make_try("extract"),)), Analysis((LEAF,)))
    with store.reading() as session:
        (known,) = read_flows_at(session, [PlaceOfFlow(given("a", 0))])
    assert (known.flow, known.state) == (LEAF, None)


def test_readers_of_other_dags_are_found(store: Store) -> None:
    there = RunKey("catalog", "r9")
    flow = make_flow(make_producer(path=("a", 0)), make_consumer(run=there))
    keep(store, make_facts(), Analysis())
    keep(store, make_facts(make_run(there), tries=(), xcoms=()), Analysis((flow,)))
    with store.reading() as session:
        (known,) = read_flows_at(session, [PlaceOfFlow(given("a", 0))])
    assert known.flow == flow


def test_of_no_places_nothing_is_read(store: Store) -> None:
    assert found(store) == []


def test_all_that_came_into_the_fields_of_a_try_is_read_by_what_it_gave(store: Store) -> None:
    other_try = make_flow(
        make_producer(path=("c",)), make_consumer(field="op_kwargs.c", try_number=2)
    )
    keep(store, make_facts(), Analysis((*FLOWS, other_try)))
    at = LeafAddress("default", Place.XCOM, make_instance("load"), 1, "return_value", (), after(19))
    with store.reading() as session:
        assert {each.flow for each in read_flows_into(session, at)} == {*FLOWS}
        assert read_flows_into(session, replace(at, deployment="other")) == ()
