from dataclasses import replace

import pytest

from app.model.facts import XCom
from app.model.ids import RunKey
from app.store.pages.since import Changed, read_changed, read_tries_of
from app.store.runs import write_runs
from app.store.session import Store
from app.store.tries import write_tries
from app.store.xcoms import mark_gone, write_xcoms
from tests.build import (
    RUN,
    after,
    make_flow,
    make_instance,
    make_producer,
    make_run,
    make_try,
    make_xcom,
)

OTHER = RunKey("other", RUN.run_id)  # Of another DAG: scheduled runs share their ids.
FLOW = make_flow(make_producer("extract"))


@pytest.fixture(autouse=True)
def _filled(store: Store, deployment_pk: int) -> None:
    with store.writing() as session:
        write_runs(session, deployment_pk=deployment_pk, runs=[make_run(), make_run(OTHER)])
        tries = [make_try(), make_try(try_number=2), make_try("load", map_index=3)]
        write_tries(session, deployment_pk=deployment_pk, tries=tries)


def _push(store: Store, pk: int, *xcoms: XCom) -> None:
    with store.writing() as session:
        write_xcoms(session, deployment_pk=pk, xcoms=xcoms)


def _changed(store: Store, pk: int) -> Changed:
    with store.reading() as session:
        return read_changed(session, deployment_pk=pk, flows=[FLOW])


def test_what_has_one_version_has_not_changed(store: Store, deployment_pk: int) -> None:
    _push(store, deployment_pk, make_xcom(seconds=9), make_xcom(seconds=9, run=OTHER))
    assert _changed(store, deployment_pk) == Changed()
    with store.reading() as session:
        assert read_changed(session, deployment_pk=deployment_pk, flows=[]) == Changed()


def test_every_version_comes_with_the_tries_of_its_task(store: Store, deployment_pk: int) -> None:
    new, old = make_xcom(value={"k": 2}, seconds=40), make_xcom(value={"k": 1}, seconds=9)
    others = (make_xcom("load", seconds=9), make_xcom(key="pod_name"), make_xcom(map_index=1))
    _push(store, deployment_pk, new, old, *others)
    found = _changed(store, deployment_pk)
    instance = FLOW.producer.instance
    assert found.versions == {(instance, "return_value"): (old, new)}
    assert [one.key.try_number for one in found.tries[instance]] == [1, 2]


def test_the_only_version_that_is_gone_has_changed(store: Store, deployment_pk: int) -> None:
    one = make_xcom(seconds=9)
    _push(store, deployment_pk, one)
    with store.writing() as session:
        mark_gone(session, deployment_pk=deployment_pk, run=RUN, present=frozenset(), at=after(60))
    (versions,) = _changed(store, deployment_pk).versions.values()
    assert versions == (replace(one, is_gone=True),)


def test_a_great_value_is_not_read(store: Store, deployment_pk: int) -> None:
    great = make_xcom(value="x", size=10_000_000, seconds=40)
    _push(store, deployment_pk, make_xcom(value="y", seconds=9), great)
    (versions,) = _changed(store, deployment_pk).versions.values()
    assert [(one.value, one.truncated) for one in versions] == [("y", False), (None, True)]


def test_the_tries_of_those_who_read(store: Store, deployment_pk: int) -> None:
    wanted = {make_instance("load", map_index=3), make_instance("load", map_index=4)}
    with store.reading() as session:
        found = read_tries_of(session, deployment_pk=deployment_pk, instances=wanted)
        assert read_tries_of(session, deployment_pk=deployment_pk, instances=set()) == {}
    assert found == {make_instance("load", map_index=3): (make_try("load", map_index=3),)}
