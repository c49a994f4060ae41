from app.model.facts import DagVersion, RunFacts
from app.model.findings import Analysis
from app.model.ids import RunKey
from app.store.changes import changes_after
from app.store.dags import known_versions, write_dags, write_version
from app.store.facts import read_run_facts
from app.store.findings import write_analysis
from app.store.runs import unanalysed_runs, write_runs
from app.store.session import Store
from tests.build import RUN, after, make_dag, make_run, make_task, make_version


def _write(store: Store, deployment_pk: int, version: DagVersion) -> bool:
    with store.writing() as session:
        return write_version(session, deployment_pk=deployment_pk, version=version)


def _facts(store: Store, deployment_pk: int, version_number: int | None) -> RunFacts:
    with store.writing() as session:
        run = make_run(version_number=version_number)
        write_runs(session, deployment_pk=deployment_pk, runs=[run])
    with store.reading() as session:
        return read_run_facts(session, deployment_pk=deployment_pk, run=RUN)


def test_only_dags_that_differ_are_told(store: Store, deployment_pk: int) -> None:
    a, b = make_dag("a", tags=("x", "y")), make_dag("b")
    paused = make_dag("b", is_paused=True)
    told = []
    for dags in ([a, b], [a, b], [a, paused], []):
        with store.writing() as session:
            told.append(write_dags(session, deployment_pk=deployment_pk, dags=dags))
    with store.reading() as session:
        changes = [change.dag_id for change in changes_after(session, 0, 10)]
    assert told == [{"a", "b"}, set(), {"b"}, set()]
    assert changes == ["a", "b", "b"]


def test_a_dag_listed_twice_in_one_pass_is_written_once(store: Store, deployment_pk: int) -> None:
    with store.writing() as session:
        dags = [make_dag("a", schedule="@daily"), make_dag("a", schedule="@hourly")]
        assert write_dags(session, deployment_pk=deployment_pk, dags=dags) == {"a"}
        assert not write_dags(session, deployment_pk=deployment_pk, dags=dags[1:])


def test_a_version_is_told_once(store: Store, deployment_pk: int) -> None:
    version = make_version(make_task("extract", "load"), make_task("load"), source="x = 1")
    assert _write(store, deployment_pk, version)
    assert not _write(store, deployment_pk, version)
    with store.reading() as session:
        assert known_versions(session, deployment_pk=deployment_pk) == {(RUN.dag_id, 1)}


def test_what_a_version_no_longer_tells_stays_known(store: Store, deployment_pk: int) -> None:
    task = make_task("extract", "load", "more", is_mapped=True, retries=2, trigger_rule="all_done")
    _write(store, deployment_pk, make_version(task, source="x = 1"))
    assert not _write(store, deployment_pk, make_version())
    facts = _facts(store, deployment_pk, 1)
    assert (facts.tasks, facts.source, facts.version_number) == ((task,), "x = 1", 1)


def test_a_task_that_left_its_version_is_forgotten(store: Store, deployment_pk: int) -> None:
    _write(store, deployment_pk, make_version(make_task("extract"), make_task("load")))
    assert _write(store, deployment_pk, make_version(make_task("extract")))
    assert _facts(store, deployment_pk, 1).tasks == (make_task("extract"),)


def test_a_run_has_the_source_and_tasks_of_its_own_version(
    store: Store, deployment_pk: int
) -> None:
    for number in (1, 2):
        task = make_task(f"task{number}")
        _write(store, deployment_pk, make_version(task, version_number=number, source=str(number)))
    facts = _facts(store, deployment_pk, 1)
    assert (facts.tasks, facts.source, facts.version_number) == ((make_task("task1"),), "1", 1)


def test_a_run_without_a_version_has_the_latest_one(store: Store, deployment_pk: int) -> None:
    for number in (1, 2):
        _write(store, deployment_pk, make_version(version_number=number, source=str(number)))
    facts = _facts(store, deployment_pk, None)
    assert (facts.source, facts.version_number) == ("2", 2)


def test_a_version_without_tasks_borrows_those_of_the_nearest(
    store: Store, deployment_pk: int
) -> None:
    for number, tasks in ((1, [make_task("old")]), (4, []), (5, [make_task("new")])):
        _write(store, deployment_pk, make_version(*tasks, version_number=number))
    assert _facts(store, deployment_pk, 4).tasks == (make_task("new"),)
    assert _facts(store, deployment_pk, 2).tasks == (make_task("old"),)
    # As near to one as to the other: the newer.
    assert _facts(store, deployment_pk, 3).tasks == (make_task("new"),)


def test_a_new_version_has_the_runs_analysed_again_that_it_explains(
    store: Store, deployment_pk: int
) -> None:
    runs = {
        name: make_run(RunKey(RUN.dag_id, name), version_number=number)
        for name, number in (("of 1", 1), ("of 2", 2), ("of 3", 3), ("of none", None))
    }
    for number in (1, 3):
        _write(store, deployment_pk, make_version(make_task(), version_number=number))
    with store.writing() as session:
        write_runs(session, deployment_pk=deployment_pk, runs=runs.values())
        for run in runs.values():
            write_analysis(
                session,
                deployment_pk=deployment_pk,
                run=run.key,
                analysis=Analysis(),
                engine_version=1,
                structure_hash="",
                at=after(0),
            )
    _write(store, deployment_pk, make_version(make_task(), version_number=3, source="x = 1"))
    with store.reading() as session:
        again = unanalysed_runs(session, deployment_pk=deployment_pk, engine_version=1, most=9)
    # Version 2 has no tasks of its own and takes them from a neighbour.
    assert {key.run_id for key in again} == {"of 2", "of 3", "of none"}
