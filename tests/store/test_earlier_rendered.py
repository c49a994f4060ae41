from collections.abc import Mapping
from datetime import datetime

import pytest
from sqlalchemy import delete, func, select

from app.model.facts import Try
from app.model.ids import TaskInstanceKey
from app.model.values import Json
from app.store import tables as t
from app.store.earlier_rendered import MOST_VERSIONS, EarlierRendered, read_earlier_rendered
from app.store.facts import read_tries
from app.store.runs import write_runs
from app.store.session import Store
from app.store.tries import write_tries
from tests.build import RUN, after, make_run, make_try


@pytest.fixture(autouse=True)
def _run(store: Store, deployment_pk: int) -> None:
    with store.writing() as session:
        write_runs(session, deployment_pk=deployment_pk, runs=[make_run()])


def _see(store: Store, pk: int, at: datetime, *tries: Try) -> None:
    with store.writing() as session:
        write_tries(session, deployment_pk=pk, tries=tries, at=at)


def _earlier(store: Store, instance: TaskInstanceKey) -> list[tuple[int, Mapping[str, Json]]]:
    return [(one.try_number, one.rendered) for one in _read(store, instance)]


def _read(store: Store, instance: TaskInstanceKey) -> tuple[EarlierRendered, ...]:
    with store.reading() as session:
        run_pk = session.execute(select(t.dag_run.c.id)).scalar_one()
        return read_earlier_rendered(session, run_pk=run_pk, instance=instance)


def test_every_version_of_a_trys_fields_is_kept_with_its_end(
    store: Store, deployment_pk: int
) -> None:
    versions = [make_try(state="deferred", rendered={"date": day}) for day in ("1", "2", "3")]
    for minute, one in enumerate(versions):
        _see(store, deployment_pk, after(60 * minute), one)
    assert _read(store, versions[0].key.instance) == (
        EarlierRendered(1, {"date": "1"}, after(60)),
        EarlierRendered(1, {"date": "2"}, after(120)),
    )
    with store.reading() as session:
        (current,) = read_tries(session, deployment_pk=deployment_pk, run=RUN)
    assert current.rendered == {"date": "3"}


def test_fields_that_were_not_seen_again_are_no_version(store: Store, deployment_pk: int) -> None:
    one = make_try(rendered={"date": "1"})
    _see(store, deployment_pk, after(0), make_try(rendered=None))
    _see(store, deployment_pk, after(1), one)
    _see(store, deployment_pk, after(2), make_try(rendered=None))
    _see(store, deployment_pk, after(3), one)
    assert _read(store, one.key.instance) == ()
    _see(store, deployment_pk, after(4), make_try(rendered={"date": "2"}))
    assert _earlier(store, one.key.instance) == [(1, {"date": "1"})]


def test_the_fields_of_another_try_or_instance_take_no_ones_place(
    store: Store, deployment_pk: int
) -> None:
    one, mapped = make_try(rendered={"date": "1"}), make_try(map_index=3, rendered={"date": "3"})
    _see(store, deployment_pk, after(0), one, mapped)
    _see(store, deployment_pk, after(60), make_try(try_number=2, rendered={"date": "2"}))
    assert _read(store, one.key.instance) == ()
    _see(store, deployment_pk, after(90), make_try(map_index=3, rendered={"date": "4"}))
    assert _read(store, one.key.instance) == ()
    assert _earlier(store, mapped.key.instance) == [(1, {"date": "3"})]


def test_a_try_told_twice_at_once_is_kept_once(store: Store, deployment_pk: int) -> None:
    one = make_try(rendered={"date": "1"})
    _see(store, deployment_pk, after(0), one)
    again = make_try(rendered={"date": "2"})
    _see(store, deployment_pk, after(1), again, again)
    assert _earlier(store, one.key.instance) == [(1, {"date": "1"})]


def test_text_that_databases_refuse_is_kept_and_told_apart(
    store: Store, deployment_pk: int
) -> None:
    odd: dict[str, Json] = {"env": {"A": "nul \0, lone \ud800, \U0010fffd", "nan": [float("inf")]}}
    one = make_try(rendered=odd)
    for at in (0, 1):
        _see(store, deployment_pk, after(at), one)
    assert _read(store, one.key.instance) == ()
    _see(store, deployment_pk, after(2), make_try(rendered={"env": {}}))
    assert _earlier(store, one.key.instance) == [(1, odd)]


def test_a_sensor_that_pokes_for_ever_does_not_fill_the_store(
    store: Store, deployment_pk: int
) -> None:
    for poke in range(MOST_VERSIONS + 5):
        one = make_try(rendered={"poke": poke})
        _see(store, deployment_pk, after(poke), one)
    assert len(_read(store, one.key.instance)) == MOST_VERSIONS


def test_they_go_with_their_run(store: Store, deployment_pk: int) -> None:
    for at in (0, 1):
        _see(store, deployment_pk, after(at), make_try(rendered={"at": at}))
    with store.writing() as session:
        session.execute(delete(t.dag_run))
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(t.earlier_rendered)) == 0
