"""Nothing that was seen is lost, whatever Airflow overwrites, deletes or forgets."""

from app.model.facts import Run
from app.store.pages.task_history import TaskHistoryFacts, read_task_history, read_values
from app.store.runs import mark_run_gone, write_runs
from app.store.session import Store
from app.store.tries import write_tries
from app.store.xcoms import mark_gone, write_xcoms
from app.web.task_history import history_of
from app.web.timeline import Version, timeline
from tests.build import RUN, after, make_instance, make_run, make_try, make_xcom


def _history(store: Store) -> tuple[TaskHistoryFacts, tuple[Version, ...]]:
    with store.reading() as session:
        facts = read_task_history(session, deployment="default", instance=make_instance())
    return facts, timeline(history_of(facts))


def _told(versions: tuple[Version, ...]) -> list[str]:
    return [f"{one.what} {(one.rendered or {}).get('a')} {len(one.xcoms)}" for one in versions]


def test_the_life_of_a_task_that_airflow_forgets_step_by_step(
    store: Store, deployment_pk: int
) -> None:
    pk, run = deployment_pk, make_run()
    first = make_try(state="deferred", end=None, rendered={"a": "1"})
    gave = make_xcom(value={"k": 1}, seconds=9)
    edited = make_xcom(value={"k": 2}, seconds=50)
    again = make_xcom(value={"k": 3}, seconds=99)
    with store.writing() as session:
        write_runs(session, deployment_pk=pk, runs=[run])
        write_tries(session, deployment_pk=pk, tries=[first], at=after(2))
    with store.writing() as session:  # It goes on, renders anew and pushes.
        goes_on = make_try(rendered={"a": "2"})
        write_tries(session, deployment_pk=pk, tries=[goes_on], at=after(6))
        write_xcoms(session, deployment_pk=pk, xcoms=[gave])
    with store.writing() as session:  # Airflow forgets the fields; somebody edits the XCom.
        write_tries(session, deployment_pk=pk, tries=[make_try(rendered=None)], at=after(40))
        write_xcoms(session, deployment_pk=pk, xcoms=[edited])
        present = frozenset({edited.at})
        mark_gone(session, deployment_pk=pk, run=RUN, present=present, at=after(51))
    with store.writing() as session:  # Somebody clears it: another try.
        cleared = make_try(try_number=2, start=after(90), end=after(100), rendered={"a": "4"})
        write_tries(session, deployment_pk=pk, tries=[cleared], at=after(101))
        write_xcoms(session, deployment_pk=pk, xcoms=[again])
        present = frozenset({again.at})
        mark_gone(session, deployment_pk=pk, run=RUN, present=present, at=after(101))
    with store.writing() as session:  # And at last the whole run is deleted.
        mark_run_gone(session, deployment_pk=pk, run=RUN, at=after(200))
    facts, versions = _history(store)
    assert _told(versions) == [
        "try 1 0",
        "rendered again 2 1",
        "changed by hand 2 1",
        "try 4 1",
    ]
    assert facts.gone_at == after(200)
    with store.reading() as session:
        values = read_values(session, facts, [xcom.at for xcom in facts.xcoms])
    assert [values[one.at].value for one in (gave, edited, again)] == [
        {"k": 1},
        {"k": 2},
        {"k": 3},
    ]


def test_values_are_read_of_the_versions_that_are_shown_alone(
    store: Store, deployment_pk: int
) -> None:
    one, great = make_xcom(value=1), make_xcom(value=2, key="big", size=50_000_000)
    with store.writing() as session:
        write_runs(session, deployment_pk=deployment_pk, runs=[make_run()])
        write_tries(session, deployment_pk=deployment_pk, tries=[make_try()])
        write_xcoms(session, deployment_pk=deployment_pk, xcoms=[one, great])
    facts, _ = _history(store)
    assert [xcom.value for xcom in facts.xcoms] == [None, None]
    with store.reading() as session:
        values = read_values(session, facts, [one.at])
        (unread,) = read_values(session, facts, [great.at]).values()
    assert {key: xcom.value for key, xcom in values.items()} == {one.at: 1}
    assert (unread.value, unread.truncated) == (None, True)


def test_newer_runs_are_counted_as_far_as_airflow_keeps_their_fields(
    store: Store, deployment_pk: int
) -> None:
    def later(number: int) -> Run:
        key = type(RUN)(RUN.dag_id, f"later-{number}")
        return make_run(key, run_after=after(number))

    with store.writing() as session:
        runs = [make_run(), *map(later, range(1, 41))]
        write_runs(session, deployment_pk=deployment_pk, runs=runs)
        write_tries(session, deployment_pk=deployment_pk, tries=[make_try()])
    assert _history(store)[0].newer_runs == 30
