"""Groups and victims, from stored problems: `check` puts problems in and reads the groups out."""

from datetime import timedelta

from app.lineage.explain.causes import with_causes
from app.model.findings import Analysis, Problem, ProblemKind
from app.model.ids import RunKey, TryKey
from app.store.deployments import ensure_deployment
from app.store.findings import write_analysis
from app.store.pages.chrome import read_chrome
from app.store.pages.problem_groups import read_groups
from app.store.pages.sightings import read_victims
from app.store.runs import write_runs
from app.store.session import Store
from tests.build import (
    START,
    make_consumer,
    make_instance,
    make_problem,
    make_producer,
    make_pull,
    make_run,
)


def run(number: int) -> RunKey:
    return RunKey("d", f"r{number}")


def store_run(store: Store, number: int, state: str, *problems: Problem) -> None:
    at = START + timedelta(hours=number)
    with store.writing() as session:
        pk = ensure_deployment(session, name="default", url="http://airflow.test")
        one = make_run(run(number), state=state, run_after=at, start=at, end=at)
        write_runs(session, deployment_pk=pk, runs=[one])
        write_analysis(
            session,
            deployment_pk=pk,
            run=run(number),
            analysis=Analysis((), with_causes(problems)),
            engine_version=1,
            structure_hash=None,
            at=at,
        )


def broken(task_id: str, number: int, *, root: str | None = None) -> Problem:
    key = TryKey(make_instance(root, run=run(number)), 1) if root else None
    consumer = make_consumer(task_id, run=run(number))
    pull = make_pull(f"what_{task_id}_reads")
    return make_problem(title=f"{task_id} is broken", consumer=consumer, pull=pull, root=key)


def push(task_id: str, number: int) -> Problem:
    return make_problem(
        ProblemKind.EMPTY_RETURN_JSON,
        title=f"{task_id} wrote nothing",
        consumer=None,
        pull=None,
        producer=make_producer(task_id, (), run=run(number)),
    )


def check(store: Store, *expected: str) -> None:
    """Groups as `task open|gone runs+victims`, and the bar counts the open ones."""
    with store.reading() as session:
        groups = read_groups(session, now=START, most=100)
        victims = read_victims(session, [group.latest.pk for group in groups])
        counted = read_chrome(session, now=START).problems
    lines = [
        f"{one.latest.task_id} {one.status} {one.runs}+{len(victims.get(one.latest.pk, ()))}"
        for one in groups
    ]
    assert lines == list(expected)
    assert counted == sum(one.is_open for one in groups)


def test_a_problem_of_many_runs_is_one_thing_to_mend(empty_store: Store) -> None:
    for number in (1, 2, 3):
        store_run(empty_store, number, "failed", broken("load", number))
    check(empty_store, "load open 3+0")


def test_a_later_run_that_succeeds_without_it_has_mended_it(empty_store: Store) -> None:
    store_run(empty_store, 1, "failed", broken("load", 1))
    store_run(empty_store, 2, "success")
    check(empty_store, "load gone 1+0")


def test_a_later_run_that_failed_for_another_reason_proves_nothing(empty_store: Store) -> None:
    store_run(empty_store, 1, "failed", broken("load", 1))
    store_run(empty_store, 2, "failed", broken("other", 2))
    check(empty_store, "other open 1+0", "load open 1+0")


def test_a_silent_problem_stays_open_in_runs_that_succeed(empty_store: Store) -> None:
    store_run(empty_store, 1, "success", broken("load", 1))
    store_run(empty_store, 2, "success", broken("load", 2))
    check(empty_store, "load open 2+0")


def test_an_earlier_run_that_succeeded_mends_nothing(empty_store: Store) -> None:
    store_run(empty_store, 1, "success")
    store_run(empty_store, 2, "failed", broken("load", 2))
    check(empty_store, "load open 1+0")


def test_victims_fold_into_the_push_that_failed(empty_store: Store) -> None:
    victims = (broken("a", 1, root="pod"), broken("b", 1, root="pod"))
    store_run(empty_store, 1, "failed", *victims[:1], push("pod", 1), *victims[1:])
    check(empty_store, "pod open 1+2")


def test_victims_of_a_pod_that_is_green_fold_into_the_first_of_them(empty_store: Store) -> None:
    problems = (broken("a", 1, root="pod"), broken("b", 1, root="pod"), broken("c", 1, root="x"))
    store_run(empty_store, 1, "failed", *problems)
    check(empty_store, "a open 1+1", "c open 1+0")
