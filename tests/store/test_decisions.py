"""Decisions over the life of a problem."""

import pytest

from app.model.errors import NotKept
from app.store.changes import changes_after
from app.store.decisions import acknowledge, mute, reopen
from app.store.pages.dag_list import DagOrder, read_dag_list
from app.store.pages.problem_groups import Decision, open_group_count
from app.store.session import Store
from tests.store.life import Life, begin, broken, hour


@pytest.fixture
def life(store: Store) -> Life:
    life = begin(store)
    life.run(1, broken())
    life.run(2, broken())
    return life


def waiting(life: Life, now: float = 3) -> int:
    with life.store.reading() as session:
        return open_group_count(session, now=hour(now))


def muted(life: Life, *, until: float | None) -> None:
    with life.store.writing() as session:
        end = None if until is None else hour(until)
        mute(session, 1, reason="in repair", until=end, at=hour(3), by="ada")


def dag_waiting(life: Life) -> int:
    """What the list of DAGs tells of its one DAG."""
    with life.store.reading() as session:
        (line,) = read_dag_list(session, order=DagOrder.NAME, most=9, now=hour(3)).lines
    return line.problems


def acknowledged(life: Life) -> None:
    with life.store.writing() as session:
        acknowledge(session, 1, at=hour(3))


def test_what_is_acknowledged_waits_for_nobody(life: Life) -> None:
    assert (waiting(life), dag_waiting(life)) == (1, 1)
    acknowledged(life)
    assert dag_waiting(life) == 0
    (group,) = life.groups()
    assert (group.status, group.is_open, waiting(life)) == ("acknowledged", True, 0)
    assert group.decision == Decision("acknowledged", "", None, hour(3), "")


def test_it_stays_acknowledged_in_further_runs_and_opens_when_it_returns(life: Life) -> None:
    acknowledged(life)
    life.run(4, broken())
    assert life.told() == ["load acknowledged 3"]
    life.run(5, state="success")
    assert life.told() == ["load gone 3"]
    life.run(6, broken())
    assert life.told() == ["load open 4"]
    assert life.groups()[0].decision is None


def test_a_mute_ends_when_it_is_over(life: Life) -> None:
    muted(life, until=10)
    (group,) = life.groups(now=9.9)
    assert (group.status, waiting(life, now=9.9)) == ("muted", 0)
    assert group.decision == Decision("muted", "in repair", hour(10), hour(3), "ada")
    (group,) = life.groups(now=10)
    assert (group.status, group.decision, waiting(life, now=10)) == ("open", None, 1)


def test_a_mute_for_good_outlasts_a_return(life: Life) -> None:
    muted(life, until=None)
    life.run(4, state="success")
    life.run(5, broken())
    assert life.told(now=10_000) == ["load muted 3"]


def test_the_last_decision_counts_and_may_be_taken_back(life: Life) -> None:
    acknowledged(life)
    muted(life, until=None)
    assert life.told() == ["load muted 2"]
    with life.store.writing() as session:
        reopen(session, 2)
    assert life.told() == ["load open 2"]


def test_pages_are_told(life: Life) -> None:
    with life.store.reading() as session:
        before = max(one.number for one in changes_after(session, 0, 99))
    acknowledged(life)
    with life.store.reading() as session:
        assert [one.dag_id for one in changes_after(session, before, 9)] == ["d"]


def test_there_is_nothing_to_decide_about_a_problem_that_is_not_there(life: Life) -> None:
    with pytest.raises(NotKept, match="no problem 99"), life.store.writing() as session:
        acknowledge(session, 99, at=hour(1))
    with pytest.raises(NotKept, match="no problem 99"), life.store.writing() as session:
        reopen(session, 99)
