from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import select

from app.model.errors import StoreError
from app.model.facts import Try
from app.model.ids import RunKey
from app.store.changes import changes_after
from app.store.facts import read_tries
from app.store.runs import write_runs
from app.store.session import Store
from app.store.tables import task_instance
from app.store.tries import drop_unstarted, known_tries, write_tries
from tests.build import RUN, after, make_run, make_try, make_try_key


@pytest.fixture(autouse=True)
def _run(store: Store, deployment_pk: int) -> None:
    with store.writing() as session:
        write_runs(session, deployment_pk=deployment_pk, runs=[make_run()])


def _write(store: Store, deployment_pk: int, *tries: Try) -> frozenset[RunKey]:
    with store.writing() as session:
        return write_tries(session, deployment_pk=deployment_pk, tries=tries)


def _read(store: Store, deployment_pk: int) -> tuple[Try, ...]:
    with store.reading() as session:
        return read_tries(session, deployment_pk=deployment_pk, run=RUN)


def test_a_try_comes_back_as_it_was(store: Store, deployment_pk: int) -> None:
    one = make_try(
        max_tries=3,
        hostname="worker-1",
        map_index=4,
        rendered_map_index="tile 4",
        rendered={"arguments": ["{{", "x"], "env_vars": None, "labels": {"b": "1", "a": "2"}},
    )
    waiting = make_try("load", try_number=0, state=None, start=None, end=None, version_number=None)
    _write(store, deployment_pk, one, waiting)
    assert _read(store, deployment_pk) == (one, waiting)


def test_mappings_keep_the_order_of_their_keys(store: Store, deployment_pk: int) -> None:
    fields = {"labels": {"b": "1", "a": "2"}, "arguments": []}
    _write(store, deployment_pk, make_try(rendered=fields))
    assert repr(_read(store, deployment_pk)[0].rendered) == repr(fields)


def test_writing_tries_tells_which_runs_changed(store: Store, deployment_pk: int) -> None:
    one, running = make_try(), make_try("load", state="running", end=None)
    assert _write(store, deployment_pk, one, running) == {RUN}
    assert _write(store, deployment_pk, one, running) == set()
    assert _write(store, deployment_pk, one, make_try("load")) == {RUN}
    assert _write(store, deployment_pk) == set()


def test_one_pass_tells_a_run_once(store: Store, deployment_pk: int) -> None:
    with store.writing() as session:
        write_runs(session, deployment_pk=deployment_pk, runs=[make_run(end=after(70))])
        write_tries(session, deployment_pk=deployment_pk, tries=[make_try()])
        write_tries(session, deployment_pk=deployment_pk, tries=[make_try("load")])
    with store.reading() as session:
        assert len(changes_after(session, 1, 10)) == 1


def test_fields_that_airflow_forgot_stay_known(store: Store, deployment_pk: int) -> None:
    seen = make_try(rendered={"arguments": ["alpha"]})
    _write(store, deployment_pk, seen)
    assert _write(store, deployment_pk, make_try(rendered=None)) == set()
    assert _read(store, deployment_pk) == (seen,)


def test_fields_of_a_try_are_brought_up_to_date(store: Store, deployment_pk: int) -> None:
    _write(store, deployment_pk, make_try(rendered={"arguments": ["alpha"]}))
    later = make_try(rendered={"arguments": ["beta"]})
    assert _write(store, deployment_pk, later) == {RUN}
    assert _read(store, deployment_pk) == (later,)


def test_every_try_is_kept_with_its_own_fields(store: Store, deployment_pk: int) -> None:
    first = make_try(state="failed", rendered={"arguments": ["alpha"]})
    second = make_try(try_number=2, rendered={"arguments": ["beta"]})
    _write(store, deployment_pk, first)
    _write(store, deployment_pk, second)
    assert _read(store, deployment_pk) == (first, second)


def test_the_current_try_is_the_last_one_whenever_it_was_read(
    store: Store, deployment_pk: int
) -> None:
    first, third = make_try(state="failed"), make_try(try_number=3)
    current = []
    for tries in ([first], [first, third], [first]):
        _write(store, deployment_pk, *tries)
        with store.reading() as session:
            current.append(session.scalar(select(task_instance.c.try_number)))
    assert current == [1, 3, 3]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_try_that_comes_twice_keeps_what_either_knew(
    store: Store, deployment_pk: int, order: Iterable[int]
) -> None:
    with_fields, without = make_try(rendered={"a": 1}), make_try(rendered=None)
    both = (with_fields, without)
    _write(store, deployment_pk, *(both[position] for position in order))
    assert _read(store, deployment_pk) == (with_fields,)


def test_known_tries_have_their_states(store: Store, deployment_pk: int) -> None:
    _write(store, deployment_pk, make_try(state="up_for_retry"), make_try("load", state=None))
    with store.reading() as session:
        known = known_tries(session, deployment_pk=deployment_pk, runs=[RUN, RunKey("no", "no")])
    assert known == {make_try_key(): "up_for_retry", make_try_key("load"): None}


def test_a_try_of_a_run_that_is_not_stored_is_refused(store: Store, deployment_pk: int) -> None:
    stray = make_try(run=RunKey("no", "no"))
    with pytest.raises(StoreError, match="not stored"):
        _write(store, deployment_pk, stray)


def test_a_thousand_mapped_instances_are_written_at_once(store: Store, deployment_pk: int) -> None:
    tries = [make_try(map_index=number, rendered={"n": number}) for number in range(3000)]
    assert _write(store, deployment_pk, *tries) == {RUN}
    assert _write(store, deployment_pk, *tries) == set()
    assert list(_read(store, deployment_pk)) == tries


def test_instances_that_are_listed_no_more_go_unless_they_started(
    store: Store, deployment_pk: int
) -> None:
    never: dict[str, Any] = {"try_number": 0, "state": None, "start": None, "end": None}
    placeholder = make_try("load", **never)
    listed = make_try("load", map_index=0, **never)
    ran = make_try("extract")
    _write(store, deployment_pk, placeholder, listed, ran)
    with store.writing() as session:
        present = {listed.key.instance}
        assert drop_unstarted(session, deployment_pk=deployment_pk, run=RUN, present=present)
        assert not drop_unstarted(session, deployment_pk=deployment_pk, run=RUN, present=present)
        known = known_tries(session, deployment_pk=deployment_pk, runs=[RUN])
    assert known.keys() == {ran.key, listed.key}
