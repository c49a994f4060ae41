from dataclasses import replace

import pytest
from sqlalchemy import select

from app.lineage.explain.causes import with_causes
from app.model.findings import (
    Analysis,
    Check,
    Problem,
    ProblemKind,
    Severity,
    Suggestion,
)
from app.model.ids import RunKey
from app.store.findings import write_analysis
from app.store.problems import (
    ProblemFilter,
    StoredProblem,
    read_problem,
    read_problems,
)
from app.store.replacing import fingerprint
from app.store.session import Store
from app.store.tables import problem
from tests.build import (
    RUN,
    after,
    keep,
    make_consumer,
    make_facts,
    make_problem,
    make_producer,
    make_pull,
    make_run,
    make_try_key,
)

FULL = make_problem(
    silent=True,
    checks=(Check("task exists", ok=False, seen="extarct"), Check("key present", ok=None)),
    suggestion=Suggestion("did you mean extract?", "{{ ti.xcom_pull('extract')['key1'] }}"),
    pull=make_pull("extarct", "other", path=("a", 0), template="{{ x }}", line=41),
    airflow_said="'None' has no attribute 'key1'",
    wrong="extarct",
)
PUSH = make_problem(
    ProblemKind.QUOTA_NEEDS_SIDECAR_RESOURCES,
    title="extract was refused by a quota",
    consumer=None,
    pull=None,
    producer=make_producer(path=()),
)
VICTIM = make_problem(
    ProblemKind.PRODUCER_FAILED,
    severity=Severity.WARNING,
    consumer=make_consumer(field="env_vars.X"),
    root=make_try_key(),
)


def _analyse(store: Store, deployment_pk: int, at: float, *problems: Problem) -> bool:
    with store.writing() as session:
        return write_analysis(
            session,
            deployment_pk=deployment_pk,
            run=RUN,
            analysis=Analysis(problems=problems),
            engine_version=1,
            structure_hash=None,
            at=after(at),
        )


def _problems(store: Store) -> tuple[StoredProblem, ...]:
    with store.reading() as session:
        return read_problems(session, most=99)


def test_problems_come_back_as_they_were(store: Store) -> None:
    keep(store, make_facts(), Analysis(problems=(FULL, PUSH, VICTIM)))
    stored = _problems(store)
    assert [one.problem for one in stored] == [FULL, PUSH, VICTIM]
    assert {(one.deployment, one.run, one.status) for one in stored} == {("default", RUN, "open")}
    with store.reading() as session:
        assert read_problem(session, stored[1].pk) == stored[1]
        assert read_problem(session, 12345) is None


def test_victims_are_marked_and_problems_kept_with_their_cause(store: Store) -> None:
    keep(store, make_facts(), Analysis(problems=with_causes((FULL, PUSH, VICTIM))))
    with store.reading() as session:
        rows = session.execute(select(problem.c.kind, problem.c.cause, problem.c.is_victim)).all()
    causes = {kind: cause for kind, cause, _ in rows}
    assert [kind for kind, _, is_victim in rows if is_victim] == [VICTIM.kind]
    assert causes[VICTIM.kind] == causes[PUSH.kind] != causes[FULL.kind]


def test_a_problem_found_again_keeps_when_it_was_first_seen(store: Store) -> None:
    pk = keep(store, make_facts(), Analysis(problems=(FULL,)))
    before = _problems(store)[0]
    assert not _analyse(store, pk, 200, FULL)
    again = _problems(store)[0]
    assert (before.first_seen, before.last_seen) == (after(100), after(100))
    assert again == replace(before, last_seen=after(200))


def test_a_problem_not_found_again_is_gone_and_may_come_back(store: Store) -> None:
    pk = keep(store, make_facts(), Analysis(problems=(FULL, PUSH)))
    assert _analyse(store, pk, 200, PUSH)
    gone, still = _problems(store)
    assert (gone.status, gone.last_seen) == ("gone", after(100))
    assert (still.status, still.last_seen) == ("open", after(200))
    assert not _analyse(store, pk, 300, PUSH)
    assert _analyse(store, pk, 400, FULL, PUSH)
    back = _problems(store)[0]
    assert (back.status, back.first_seen, back.last_seen) == ("open", after(100), after(400))


def test_a_problem_that_is_told_better_is_the_same_one(store: Store) -> None:
    better = replace(
        FULL,
        title="load reads extarct, which does not exist",
        consumer=make_consumer(try_number=2, spans=()),
        suggestion=None,
    )
    pk = keep(store, make_facts(), Analysis(problems=(FULL,)))
    assert _analyse(store, pk, 200, better)
    (stored,) = _problems(store)
    assert (stored.problem, stored.first_seen) == (better, after(100))


def test_the_same_pull_twice_in_one_field_is_two_problems(store: Store) -> None:
    twin = replace(FULL, title="load reads it twice")
    pk = keep(store, make_facts(), Analysis(problems=(FULL, twin)))
    assert not _analyse(store, pk, 200, FULL, twin)
    assert [one.problem for one in _problems(store)] == [FULL, twin]


def test_a_fingerprint_is_the_same_in_every_run_and_differs_by_place() -> None:
    other_run = make_problem(consumer=make_consumer(run=RunKey(RUN.dag_id, "later")))
    others = [
        make_problem(ProblemKind.MISSING_PATH),
        make_problem(consumer=make_consumer("report")),
        make_problem(consumer=make_consumer(field="arguments[1]")),
        make_problem(consumer=make_consumer(map_index=1)),
        make_problem(pull=make_pull("extarct", path=("key2",))),
        make_problem(pull=make_pull("lod")),
        make_problem(pull=None),
        PUSH,
    ]
    assert fingerprint(other_run) == fingerprint(make_problem())
    assert len({fingerprint(one) for one in [make_problem(), *others]}) == len(others) + 1


def test_problems_of_the_newest_run_come_first(store: Store) -> None:
    for name, seconds in (("old", 0), ("new", 500), ("middle", 50)):
        run = make_run(RunKey("d", name), run_after=after(seconds))
        keep(store, make_facts(run, tries=(), xcoms=()), Analysis(problems=(make_problem(),)))
    assert [one.run.run_id for one in _problems(store)] == ["new", "middle", "old"]
    with store.reading() as session:
        assert len(read_problems(session, most=2)) == 2


@pytest.mark.parametrize(
    ("only", "found"),
    [
        ({}, [FULL, PUSH, VICTIM]),
        ({"dag_id": None, "status": None}, [FULL, PUSH, VICTIM]),
        ({"status": "open"}, [FULL, VICTIM]),
        ({"status": "gone", "task_id": "extract"}, [PUSH]),
        ({"severity": "warning"}, [VICTIM]),
        ({"kind": "unknown_task", "dag_id": RUN.dag_id}, [FULL]),
        ({"run_id": RUN.run_id, "deployment": "default"}, [FULL, PUSH, VICTIM]),
        ({"deployment": "other"}, []),
    ],
)
def test_problems_are_filtered_by_what_they_are_and_where(
    store: Store, only: ProblemFilter, found: list[Problem]
) -> None:
    pk = keep(store, make_facts(), Analysis(problems=(FULL, PUSH, VICTIM)))
    _analyse(store, pk, 200, FULL, VICTIM)
    with store.reading() as session:
        stored = read_problems(session, most=9, **only)
    assert [one.problem for one in stored] == found
