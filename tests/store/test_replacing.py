"""Problems found before a run: those of the DAG's newest version, and only those, are open."""

from app.model.ids import RunKey
from app.store.changes import changes_after, latest_change
from app.store.problems import read_problems
from app.store.session import Store
from tests.store.life import begin, broken, hour


def test_problems_of_a_dag_come_back_with_their_version_and_no_run(store: Store) -> None:
    life = begin(store)
    life.version(3, broken(), broken("other"), at=1)
    life.version(4, broken(), at=2)
    with store.reading() as session:
        found = read_problems(session, most=9, run_id="")
    told = [(one.problem.cause, one.status, one.version_number, one.last_seen) for one in found]
    assert told == [("load", "open", 4, hour(2)), ("other", "gone", 4, hour(1))]
    assert {one.run for one in found} == {RunKey("d", "")}


def test_a_run_and_its_dag_may_have_the_same_problem(store: Store) -> None:
    life = begin(store)
    life.version(1, broken(), at=1)
    life.run(2, broken())
    life.version(1, broken(), at=3)
    with store.reading() as session:
        found = read_problems(session, most=9)
    assert [(one.run.run_id, one.first_seen) for one in found] == [("r2", hour(2)), ("", hour(1))]


def test_pages_are_told_when_a_version_has_others(store: Store) -> None:
    life = begin(store)
    life.version(1, broken(), at=1)
    with store.reading() as session:
        before = latest_change(session)
    assert not life.version(1, broken(), at=2)
    assert life.version(1, at=3)
    with store.reading() as session:
        changes = changes_after(session, before, 10)
    assert [(one.dag_id, one.run_id) for one in changes] == [("d", "")]
