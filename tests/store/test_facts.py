import pytest

from app.model.errors import StoreError
from app.model.facts import Reach
from app.model.findings import Analysis
from app.model.ids import RunKey
from app.store.dags import write_version
from app.store.deployments import ensure_deployment, note_pass
from app.store.facts import read_run_facts
from app.store.runs import write_runs
from app.store.session import Store
from app.store.tries import write_tries
from app.store.xcoms import write_xcoms
from tests.build import (
    RUN,
    after,
    keep,
    make_facts,
    make_log,
    make_run,
    make_task,
    make_try,
    make_version,
    make_xcom,
)
from tests.queries import recorded_queries

SAME = RunKey("imagery", RUN.run_id)


def _keep_other(store: Store, deployment_pk: int, run: RunKey) -> None:
    version = make_version(make_task("fetch"), dag_id=run.dag_id)
    with store.writing() as session:
        write_version(session, deployment_pk=deployment_pk, version=version)
        write_runs(session, deployment_pk=deployment_pk, runs=[make_run(run)])
        write_tries(session, deployment_pk=deployment_pk, tries=[make_try("fetch", run=run)])
        xcom = make_xcom("fetch", {"scenes": 12}, run=run)
        write_xcoms(session, deployment_pk=deployment_pk, xcoms=[xcom])


def test_the_facts_of_a_run_come_back_as_they_were(store: Store) -> None:
    facts = make_facts(source="x = 1", logs=(make_log("boom"),))
    pk = keep(store, facts)
    with store.reading() as session:
        assert read_run_facts(session, deployment_pk=pk, run=RUN) == facts


def test_facts_are_of_one_deployment(store: Store) -> None:
    keep(store, make_facts())
    with store.writing() as session:
        other = ensure_deployment(session, name="other", url="http://other.test")
    with store.reading() as session, pytest.raises(StoreError, match="is not stored"):
        read_run_facts(session, deployment_pk=other, run=RUN)


FETCH = Reach("imagery", RUN.run_id, "fetch", "return_value")


def test_what_pulls_reach_in_other_runs_comes_with_the_facts(store: Store) -> None:
    pk = keep(store, make_facts())
    _keep_other(store, pk, SAME)
    _keep_other(store, pk, RunKey("imagery", "another run"))
    _keep_other(store, pk, RunKey("unrelated", RUN.run_id))
    with store.reading() as session:
        facts = read_run_facts(session, deployment_pk=pk, run=RUN, reaches=[FETCH])
        assert not read_run_facts(session, deployment_pk=pk, run=RUN).reached
    fetch = frozenset({"fetch"})
    assert facts.other_dags == {"imagery": fetch, "unrelated": fetch}
    assert facts.reached == {FETCH: (SAME,)}
    assert facts.other_xcoms == (make_xcom("fetch", {"scenes": 12}, run=SAME),)
    assert facts.other_tries == (make_try("fetch", run=SAME),)
    assert {one.key.instance.dag_id for one in facts.tries} == {RUN.dag_id}


def test_what_the_last_analysis_reached_comes_unasked(store: Store) -> None:
    gone = Reach("imagery", RUN.run_id, "gone", "return_value")
    pk = keep(store, make_facts(), Analysis(reaches=(FETCH, gone)))
    _keep_other(store, pk, SAME)
    with store.reading() as session:
        facts = read_run_facts(session, deployment_pk=pk, run=RUN)
    assert facts.reached == {FETCH: (SAME,), gone: (SAME,)}
    assert [one.at.instance.task_id for one in facts.other_xcoms] == ["fetch"]


def test_another_dag_is_known_by_its_newest_tasks(store: Store) -> None:
    pk = keep(store, make_facts())
    versions = (
        make_version(make_task("old"), dag_id="two"),
        make_version(make_task("new"), dag_id="two", version_number=2),
        make_version(dag_id="two", version_number=3),
        make_version(dag_id="bare"),
    )
    with store.writing() as session:
        for version in versions:
            write_version(session, deployment_pk=pk, version=version)
    with store.reading() as session:
        facts = read_run_facts(session, deployment_pk=pk, run=RUN)
    assert facts.other_dags == {"two": frozenset({"new"}), "bare": frozenset()}


@pytest.mark.parametrize(
    ("version", "major"), [("3.3.2", 3), ("2.11.2", 2), (None, 3), ("weird", 3), ("10.0", 10)]
)
def test_the_facts_know_the_airflow_they_come_from(
    store: Store, version: str | None, major: int
) -> None:
    pk = keep(store, make_facts())
    with store.writing() as session:
        note_pass(
            session,
            deployment_pk=pk,
            watermark=after(0),
            at=after(0),
            seconds=1,
            requests=1,
            values=1,
            airflow_version=version,
        )
    with store.reading() as session:
        assert read_run_facts(session, deployment_pk=pk, run=RUN).airflow_major == major


def test_facts_of_a_big_run_take_as_many_queries_as_those_of_a_small_one(store: Store) -> None:
    pk = keep(store, make_facts())
    _keep_other(store, pk, SAME)
    with store.reading() as session, recorded_queries(store) as small:
        read_run_facts(session, deployment_pk=pk, run=RUN, reaches=[FETCH])
    tries = tuple(make_try(f"t{n}") for n in range(100))
    xcoms = tuple(make_xcom(f"t{n}", n) for n in range(100))
    keep(store, make_facts(tries=tries, xcoms=xcoms))
    with store.reading() as session, recorded_queries(store) as big:
        read_run_facts(session, deployment_pk=pk, run=RUN, reaches=[FETCH])
    assert len(small) == len(big) == 11
