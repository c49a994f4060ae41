from dataclasses import replace

import pytest
from sqlalchemy import select

from app.model.facts import XCom, XComKey
from app.model.ids import RunKey
from app.store.changes import latest_change
from app.store.facts import read_run_facts
from app.store.runs import write_runs
from app.store.session import Store
from app.store.xcoms import columns_up_to, mark_gone, missing_xcoms, write_xcoms
from tests.build import RUN, after, make_run, make_xcom, make_xcom_key
from tests.queries import recorded_queries


@pytest.fixture(autouse=True)
def _run(store: Store, deployment_pk: int) -> None:
    with store.writing() as session:
        write_runs(session, deployment_pk=deployment_pk, runs=[make_run()])


def _write(store: Store, deployment_pk: int, *xcoms: XCom) -> frozenset[RunKey]:
    with store.writing() as session:
        return write_xcoms(session, deployment_pk=deployment_pk, xcoms=xcoms)


def _present(store: Store, deployment_pk: int, *keys: XComKey) -> bool:
    with store.writing() as session:
        return mark_gone(
            session, deployment_pk=deployment_pk, run=RUN, present=frozenset(keys), at=after(99)
        )


def _read(store: Store, deployment_pk: int) -> tuple[XCom, ...]:
    with store.reading() as session:
        return read_run_facts(session, deployment_pk=deployment_pk, run=RUN).xcoms


def test_every_version_of_an_xcom_is_kept(store: Store, deployment_pk: int) -> None:
    first = make_xcom("extract", {"key1": 1}, seconds=5)
    second = make_xcom("extract", {"key1": 2}, seconds=15, size=50_000_000, truncated=True)
    assert _write(store, deployment_pk, first) == {RUN}
    assert _write(store, deployment_pk, second) == {RUN}
    assert _write(store, deployment_pk, first, second) == set()
    assert _read(store, deployment_pk) == (first, second)


def test_an_xcom_that_is_null_is_an_xcom(store: Store, deployment_pk: int) -> None:
    null = make_xcom("extract", None)
    assert _write(store, deployment_pk, null) == {RUN}
    assert _write(store, deployment_pk, null) == set()
    assert _read(store, deployment_pk) == (null,)


def test_only_versions_not_stored_are_missing(store: Store, deployment_pk: int) -> None:
    stored = make_xcom("extract", 1)
    others = {
        make_xcom_key("extract", seconds=10),
        make_xcom_key("extract", "other_key"),
        make_xcom_key("extract", map_index=0),
        make_xcom_key("load"),
        make_xcom_key("extract", run=RunKey("no", "no")),
    }
    _write(store, deployment_pk, stored)
    with store.reading() as session:
        missing = missing_xcoms(session, deployment_pk=deployment_pk, keys=[stored.at, *others])
        assert missing_xcoms(session, deployment_pk=deployment_pk, keys=[]) == set()
    assert missing == others


def test_what_airflow_no_longer_has_is_gone_and_kept(store: Store, deployment_pk: int) -> None:
    stays, goes = make_xcom("extract", 1), make_xcom("load", 2)
    _write(store, deployment_pk, stays, goes)
    assert _present(store, deployment_pk, stays.at)
    assert not _present(store, deployment_pk, stays.at)
    assert _read(store, deployment_pk) == (stays, replace(goes, is_gone=True))


def test_what_came_back_is_no_longer_gone(store: Store, deployment_pk: int) -> None:
    xcom = make_xcom("extract", 1)
    _write(store, deployment_pk, xcom)
    _present(store, deployment_pk)
    assert _present(store, deployment_pk, xcom.at)
    assert _read(store, deployment_pk) == (xcom,)
    _present(store, deployment_pk)
    assert _write(store, deployment_pk, xcom) == {RUN}
    assert _read(store, deployment_pk) == (xcom,)


def test_an_unchanged_pass_tells_nobody(store: Store, deployment_pk: int) -> None:
    xcom = make_xcom("extract", 1)
    _write(store, deployment_pk, xcom)
    with store.reading() as reader:
        before = latest_change(reader)
    _write(store, deployment_pk, xcom)
    _present(store, deployment_pk, xcom.at, make_xcom_key("not yet fetched"))
    with store.reading() as reader:
        assert latest_change(reader) == before


def test_many_versions_are_written_by_few_statements(store: Store, deployment_pk: int) -> None:
    """A parameter in what a conflict resets would have SQLAlchemy write them one by one."""
    with recorded_queries(store) as few:
        _write(store, deployment_pk, make_xcom("extract", 1, seconds=1))
    many = [make_xcom("load", 1, seconds=number) for number in range(50)]
    with recorded_queries(store) as several:
        _write(store, deployment_pk, *many)
    assert len(several) == len(few)


@pytest.mark.parametrize(("greatest", "value"), [(9, None), (10, "alpha")])
def test_a_value_greater_than_wanted_is_not_read(
    store: Store, deployment_pk: int, greatest: int, value: str | None
) -> None:
    _write(store, deployment_pk, make_xcom("extract", "alpha", size=10))
    with store.reading() as session:
        row = session.execute(select(*columns_up_to(greatest))).one()
    assert (row.value, row.truncated) == (value, value is None)
    assert row.task_id == "extract"
