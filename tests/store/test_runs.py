from datetime import datetime

import pytest

from app.model.errors import StoreError
from app.model.facts import Run
from app.model.findings import Analysis
from app.model.ids import RunKey
from app.store.changes import changes_after
from app.store.deployments import ensure_deployment
from app.store.facts import read_run
from app.store.findings import write_analysis
from app.store.numbers import run_numbers
from app.store.runs import (
    mark_run_gone,
    note_visits,
    open_runs,
    unanalysed_runs,
    unsealed_runs,
    write_runs,
)
from app.store.session import Store
from tests.build import RUN, START, after, make_run

OTHER = RunKey("other", RUN.run_id)


def _write(store: Store, deployment_pk: int, *runs: Run) -> frozenset[RunKey]:
    with store.writing() as session:
        return write_runs(session, deployment_pk=deployment_pk, runs=runs)


def _visit(store: Store, deployment_pk: int, times: int = 1, run: RunKey = RUN) -> None:
    for number in range(times):
        with store.writing() as session:
            note_visits(session, deployment_pk=deployment_pk, runs=[run], at=after(100 + number))


def _unsealed(store: Store, deployment_pk: int) -> frozenset[RunKey]:
    with store.reading() as session:
        return unsealed_runs(session, deployment_pk=deployment_pk)


def _analyse(store: Store, deployment_pk: int, run: RunKey, *, engine: int = 1) -> None:
    with store.writing() as session:
        write_analysis(
            session,
            deployment_pk=deployment_pk,
            run=run,
            analysis=Analysis(),
            engine_version=engine,
            structure_hash="",
            at=START,
        )


def _unanalysed(store: Store, deployment_pk: int, *, engine: int = 1, most: int = 9) -> list[str]:
    with store.reading() as session:
        keys = unanalysed_runs(
            session, deployment_pk=deployment_pk, engine_version=engine, most=most
        )
    return [key.run_id for key in keys]


def test_a_run_comes_back_as_it_was(store: Store, deployment_pk: int) -> None:
    run = make_run(
        logical_date=after(-1), queued_at=after(-2), conf={"a": [1, None]}, run_type="manual"
    )
    _write(store, deployment_pk, run)
    with store.reading() as session:
        assert read_run(session, deployment_pk=deployment_pk, run=RUN) == run


def test_writing_runs_tells_which_changed(store: Store, deployment_pk: int) -> None:
    other = make_run(OTHER)
    running = make_run(state="running")
    assert _write(store, deployment_pk, running, other) == {RUN, OTHER}
    assert _write(store, deployment_pk, running, other) == set()
    assert _write(store, deployment_pk, make_run(), other) == {RUN}
    with store.reading() as session:
        changes = changes_after(session, 0, 10)
    assert [(c.deployment, c.dag_id, c.run_id) for c in changes] == [
        ("default", RUN.dag_id, RUN.run_id),
        ("default", "other", RUN.run_id),
        ("default", RUN.dag_id, RUN.run_id),
    ]


def test_the_same_run_of_another_deployment_is_another_run(
    store: Store, deployment_pk: int
) -> None:
    with store.writing() as session:
        second = ensure_deployment(session, name="second", url="http://second.test")
    assert _write(store, deployment_pk, make_run(state="running")) == {RUN}
    assert _write(store, second, make_run()) == {RUN}
    with store.reading() as session:
        assert open_runs(session, deployment_pk=deployment_pk) == {RUN}
        assert open_runs(session, deployment_pk=second) == set()


def test_a_finished_run_is_sealed_at_its_third_visit(store: Store, deployment_pk: int) -> None:
    run = make_run()
    _write(store, deployment_pk, run)
    _visit(store, deployment_pk, 2)
    assert _unsealed(store, deployment_pk) == {RUN}
    _visit(store, deployment_pk)
    assert _unsealed(store, deployment_pk) == set()


def test_a_run_that_ended_long_ago_is_sealed_at_once(store: Store, deployment_pk: int) -> None:
    _write(store, deployment_pk, make_run(), make_run(OTHER, state="running"))
    for run in (RUN, OTHER):
        with store.writing() as session:
            note_visits(
                session, deployment_pk=deployment_pk, runs=[run], at=after(100), settled=[run]
            )
    assert _unsealed(store, deployment_pk) == {OTHER}


def test_visits_of_a_running_run_do_not_count(store: Store, deployment_pk: int) -> None:
    _write(store, deployment_pk, make_run(state="running"))
    _visit(store, deployment_pk, 5)
    with store.reading() as session:
        assert open_runs(session, deployment_pk=deployment_pk) == {RUN}
    _write(store, deployment_pk, make_run())
    _visit(store, deployment_pk, 2)
    with store.reading() as session:
        assert open_runs(session, deployment_pk=deployment_pk) == set()
        assert unsealed_runs(session, deployment_pk=deployment_pk) == {RUN}


def test_a_sealed_run_that_was_cleared_is_open_again(store: Store, deployment_pk: int) -> None:
    _write(store, deployment_pk, make_run())
    _visit(store, deployment_pk, 3)
    _write(store, deployment_pk, make_run(state="queued"))
    with store.reading() as session:
        assert open_runs(session, deployment_pk=deployment_pk) == {RUN}
    _write(store, deployment_pk, make_run(end=after(300)))
    _visit(store, deployment_pk, 2)
    assert _unsealed(store, deployment_pk) == {RUN}


def test_a_sealed_run_listed_again_alike_stays_sealed(store: Store, deployment_pk: int) -> None:
    _write(store, deployment_pk, make_run())
    _visit(store, deployment_pk, 3)
    assert _write(store, deployment_pk, make_run()) == set()
    assert _unsealed(store, deployment_pk) == set()


def test_a_run_that_airflow_deleted_is_kept_and_not_visited(
    store: Store, deployment_pk: int
) -> None:
    _write(store, deployment_pk, make_run(state="running"))
    news = []
    for _ in range(2):
        with store.writing() as session:
            gone = mark_run_gone(session, deployment_pk=deployment_pk, run=RUN, at=after(1))
            news.append(gone)
    assert news == [True, False]
    with store.reading() as session:
        assert open_runs(session, deployment_pk=deployment_pk) == set()
        assert unsealed_runs(session, deployment_pk=deployment_pk) == set()
        assert read_run(session, deployment_pk=deployment_pk, run=RUN).key == RUN


def test_a_run_that_came_back_is_open_again(store: Store, deployment_pk: int) -> None:
    run = make_run(state="running")
    _write(store, deployment_pk, run)
    with store.writing() as session:
        mark_run_gone(session, deployment_pk=deployment_pk, run=RUN, at=after(1))
    assert _write(store, deployment_pk, run) == {RUN}
    with store.reading() as session:
        assert open_runs(session, deployment_pk=deployment_pk) == {RUN}


def test_the_newest_runs_are_analysed_first(store: Store, deployment_pk: int) -> None:
    dates: dict[str, datetime | None] = {
        "old": after(1),
        "new": after(3),
        "undated": None,
        "middle": after(2),
    }
    runs = [make_run(RunKey("d", name), run_after=date) for name, date in dates.items()]
    _write(store, deployment_pk, *runs)
    assert _unanalysed(store, deployment_pk) == ["new", "middle", "old", "undated"]
    assert _unanalysed(store, deployment_pk, most=2) == ["new", "middle"]


def test_a_run_is_analysed_once_until_it_or_the_engine_changes(
    store: Store, deployment_pk: int
) -> None:
    _write(store, deployment_pk, make_run(state="running"))
    assert _unanalysed(store, deployment_pk) == [RUN.run_id]
    _analyse(store, deployment_pk, RUN)
    assert _unanalysed(store, deployment_pk) == []
    assert _unanalysed(store, deployment_pk, engine=2) == [RUN.run_id]
    _write(store, deployment_pk, make_run())
    assert _unanalysed(store, deployment_pk) == [RUN.run_id]


def test_a_run_that_is_not_stored_is_named(store: Store, deployment_pk: int) -> None:
    with pytest.raises(StoreError, match="run nowhere of DAG d is not stored"):
        _visit(store, deployment_pk, run=RunKey("d", "nowhere"))


def test_more_runs_than_one_statement_takes_are_looked_up_at_once(
    store: Store, deployment_pk: int
) -> None:
    _write(store, deployment_pk, make_run())
    keys = [RunKey(RUN.dag_id, f"r{number}") for number in range(70_000)]
    with store.reading() as session:
        found = run_numbers(session, deployment_pk=deployment_pk, runs=[*keys, RUN])
    assert found.keys() == {RUN}
