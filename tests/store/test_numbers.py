"""Runs are found by their ids, without going through the others."""

import pytest
from sqlalchemy import event

from app.model.errors import StoreError
from app.model.ids import RunKey
from app.store.numbers import named_run_rows, run_numbers, stored_runs
from app.store.runs import write_runs
from app.store.session import Store
from app.store.tables import dag_run
from tests.build import keep, make_facts, make_run
from tests.store.conftest import BOTH


@pytest.fixture
def runs(store: Store) -> list[RunKey]:
    """The same run ids in two DAGs."""
    keys = [RunKey(dag_id, f"r{number}") for dag_id in ("etl", "other") for number in range(3)]
    keep(store, make_facts())
    with store.writing() as session:
        write_runs(session, deployment_pk=1, runs=[make_run(key=key) for key in keys])
    return keys


def test_each_run_has_its_own_number(store: Store, runs: list[RunKey]) -> None:
    with store.reading() as session:
        found = run_numbers(session, deployment_pk=1, runs=runs)
    assert found.keys() == set(runs)
    assert len(set(found.values())) == len(runs)


def test_only_what_is_asked_for_is_found(store: Store, runs: list[RunKey]) -> None:
    some = [RunKey("etl", "r0"), RunKey("other", "r1"), RunKey("none", "r0"), RunKey("etl", "no")]
    with store.reading() as session:
        assert run_numbers(session, deployment_pk=1, runs=some).keys() == set(some[:2])
        assert run_numbers(session, deployment_pk=1, runs=[]) == {}
        assert run_numbers(session, deployment_pk=2, runs=runs) == {}


@pytest.mark.parametrize("odd", ["a'b", 'a"b\\', "a\0b", "a\ud800b", "ж/%_", "x" * 5_000])
def test_any_id_is_found(store: Store, odd: str) -> None:
    key = RunKey("etl", odd)
    keep(store, make_facts())
    with store.writing() as session:
        write_runs(session, deployment_pk=1, runs=[make_run(key=key)])
        assert run_numbers(session, deployment_pk=1, runs=[key]).keys() == {key}


def test_runs_of_several_deployments_are_told_with_their_columns(
    store: Store, runs: list[RunKey]
) -> None:
    asked = {("default", runs[0]), ("another", runs[0]), ("default", RunKey("etl", "no"))}
    with store.reading() as session:
        found = named_run_rows(session, asked, also=(dag_run.c.state,))
        assert named_run_rows(session, []) == {}
    assert found.keys() == {("default", runs[0])}
    assert found["default", runs[0]].state == "success"


def test_a_run_that_is_not_stored_is_told(store: Store, runs: list[RunKey]) -> None:
    with store.reading() as session, pytest.raises(StoreError, match="run r9 of DAG etl"):
        stored_runs(session, deployment_pk=1, runs=[*runs, RunKey("etl", "r9")])


@pytest.mark.parametrize("store_url", BOTH[:1], indirect=True)
def test_sqlite_looks_each_run_up(store: Store) -> None:
    """It went through all runs for each list, when it could choose which table is first."""
    seen = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: seen.append(given[2:4]))
    with store.reading() as session:
        run_numbers(session, deployment_pk=1, runs=[RunKey("etl", "r1")])
        statement, parameters = seen[-1]
        plan = session.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        assert "(dag_pk=? AND run_id=?)" in " | ".join(row[3] for row in plan)
