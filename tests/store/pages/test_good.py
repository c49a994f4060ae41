from datetime import timedelta

import pytest
from sqlalchemy import update

from app.model.findings import Analysis, Problem, Severity
from app.model.ids import RunKey
from app.store import tables as t
from app.store.pages.good import good_before, last_good
from app.store.session import AnyRow, ReadSession, Store
from tests.build import RUN, START, keep, make_consumer, make_facts, make_problem, make_run
from tests.store.conftest import BOTH
from tests.store.search.test_traps import plan, statements


def keep_day(store: Store, number: int, *causes: str, state: str = "success") -> None:
    run = RunKey(RUN.dag_id, f"day-{number}")
    run_after = START + timedelta(days=number)
    facts = make_facts(make_run(run, state=state, run_after=run_after), tries=(), xcoms=())
    keep(store, facts, Analysis(problems=tuple(problem(run, one) for one in causes)))


def problem(run: RunKey, cause: str) -> Problem:
    severity = Severity.INFO if cause == "note" else Severity.ERROR
    consumer = make_consumer(run=run, field=cause)
    return make_problem(cause=cause, severity=severity, consumer=consumer)


def row(session: ReadSession, number: int) -> AnyRow:
    found = session.execute(t.dag_run.select().where(t.dag_run.c.run_id == f"day-{number}"))
    return found.one()


def good(store: Store, number: int) -> tuple[str, bool] | None:
    with store.reading() as session:
        found = last_good(session, row(session, number))
        return None if found is None else (found.row.run_id, found.is_good)


def test_a_run_with_the_same_problem_is_not_shown_beside_it(store: Store) -> None:
    """It is green as well: nothing would differ."""
    keep_day(store, 0)
    keep_day(store, 1, "typo")
    keep_day(store, 2, "typo", "other")
    assert good(store, 2) == ("day-0", True)


def test_a_run_with_other_problems_is_but_not_called_good(store: Store) -> None:
    keep_day(store, 0)
    keep_day(store, 1, "chronic")
    keep_day(store, 2, "typo")
    keep_day(store, 3)
    assert good(store, 2) == ("day-1", False)
    assert good(store, 3) == ("day-2", False)


def test_what_is_no_more_than_a_note_tells_nothing_of_a_run(store: Store) -> None:
    keep_day(store, 0, "note")
    keep_day(store, 1, "note")
    assert good(store, 1) == ("day-0", True)


def test_a_problem_that_is_gone_is_none(store: Store) -> None:
    keep_day(store, 0, "typo")
    keep_day(store, 1, "typo")
    keep_day(store, 0)
    assert good(store, 1) == ("day-0", True)


def test_where_all_have_it_the_last_that_succeeded_is_shown(store: Store) -> None:
    keep_day(store, 0, "typo")
    keep_day(store, 1, "typo", state="failed")
    keep_day(store, 2, "typo", state="failed")
    assert good(store, 2) == ("day-0", False)
    assert good(store, 1) == ("day-0", False)
    assert good(store, 0) is None


def test_a_run_whose_values_are_given_up_is_not_shown(store: Store) -> None:
    for number in range(3):
        keep_day(store, number)
    with store.writing() as session:
        given_up = update(t.dag_run).where(t.dag_run.c.run_id == "day-1")
        session.execute(given_up.values(pruned_at=START))
    assert good(store, 2) == ("day-0", True)
    with store.reading() as session:
        found = good_before(session, [row(session, 2)])
        assert found is not None
        assert found.run_id == "day-0"


@pytest.mark.parametrize("store_url", BOTH[:1], indirect=True)
def test_the_problems_of_a_run_are_looked_up_by_it(store: Store) -> None:
    """SQLite knows nothing of how many are open, which are all of 20,000: it took 200 ms."""
    keep_day(store, 0, "typo")
    keep_day(store, 1, "typo")
    with statements(store) as asked:
        assert good(store, 1) == ("day-0", False)
    ((statement, given),) = [one for one in asked if "EXISTS" in one[0]]
    assert "ix_problem_status" not in plan(store, statement, given)
