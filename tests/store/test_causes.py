"""Causes over the life of a DAG: `told` shows each as `cause status runs`."""

import pytest
from sqlalchemy import select

from app.model.ids import RunKey
from app.store import tables as t
from app.store.runs import mark_run_gone
from app.store.session import Store
from tests.store.life import Life, begin, broken, hour


@pytest.fixture
def life(store: Store) -> Life:
    return begin(store)


def test_a_cause_of_many_runs_is_one_thing(life: Life) -> None:
    for number in (1, 2, 3):
        life.run(number, broken())
    (group,) = life.groups()
    assert (group.status, group.runs, group.returns) == ("open", 3, 0)
    assert (group.first_at, group.last_at, group.since) == (hour(1), hour(3), hour(1))
    assert group.latest.run == RunKey("d", "r3")


def test_a_later_run_that_succeeds_without_it_has_mended_it(life: Life) -> None:
    life.run(1, broken())
    life.run(2, state="success")
    (group,) = life.groups()
    assert (group.status, group.since, group.last_at) == ("gone", hour(2), hour(1))


def test_a_run_that_fails_for_another_reason_proves_nothing(life: Life) -> None:
    life.run(1, broken())
    life.run(2, broken("other"))
    assert life.told() == ["load open 1", "other open 1"]


def test_a_silent_cause_stays_open_in_runs_that_succeed(life: Life) -> None:
    life.run(1, broken(), state="success")
    life.run(2, broken(), state="success")
    assert life.told() == ["load open 2"]


def test_runs_may_be_analysed_in_any_order(life: Life) -> None:
    life.run(5, state="success", at=1)
    life.run(4, broken(), at=2)
    life.run(6, broken("late"), at=3)
    assert life.told() == ["late open 1", "load gone 1"]


def test_a_cause_that_comes_back_is_counted(life: Life) -> None:
    life.run(1, broken())
    life.run(2, state="success")
    life.run(3, broken())
    (group,) = life.groups()
    assert (group.status, group.returns, group.since) == ("open", 1, hour(3))


def test_a_run_that_airflow_deleted_no_longer_holds_it_open(life: Life) -> None:
    life.run(1, broken())
    with life.store.writing() as session:
        run = RunKey("d", "r1")
        mark_run_gone(session, deployment_pk=life.deployment_pk, run=run, at=hour(2))
    assert life.told() == ["load gone 1"]


def test_a_problem_of_a_dag_stands_until_a_version_lacks_it(life: Life) -> None:
    assert life.version(1, broken(), at=1)
    assert not life.version(1, broken(), at=2)
    assert life.told() == ["load open 0"]
    assert life.version(2, at=3)
    (group,) = life.groups()
    assert (group.status, group.since) == ("gone", hour(3))


def test_a_problem_before_a_run_and_in_a_run_is_one_thing(life: Life) -> None:
    life.version(1, broken(), at=1)
    life.run(2, broken())
    (group,) = life.groups()
    assert (group.runs, group.latest.run.run_id) == (1, "r2")


def test_a_newer_version_without_it_mends_it_in_runs_of_older_ones(life: Life) -> None:
    life.version(1, broken(), at=1)
    life.run(2, broken())
    life.version(2, at=3)
    assert life.told() == ["load gone 1"]
    life.run(4, broken(), version=2)
    assert life.told() == ["load open 2"]


def test_causes_of_another_dag_are_its_own(life: Life) -> None:
    life.run(1, broken())
    life.run(2, state="success", dag_id="other")
    assert life.told() == ["load open 1"]


def test_a_cause_that_an_engine_names_anew_stays_the_same_thing(life: Life) -> None:
    life.run(1, broken(), at=1)
    before = life.groups()[0].pk
    life.run(1, broken(cause="better"), at=50)
    (group,) = life.groups()
    assert (group.pk, group.latest.cause) == (before, "better")


def news(life: Life) -> list[str]:
    """`what cause` of all news, oldest first."""
    with life.store.reading() as session:
        rows = session.execute(
            select(t.news.c.what, t.cause.c.name)
            .join(t.cause, t.cause.c.id == t.news.c.cause_pk)
            .order_by(t.news.c.id)
        )
        return [f"{what} {name}" for what, name in rows]


@pytest.fixture
def begun(life: Life) -> Life:
    """Its mirror began at hour 0."""
    with life.store.writing() as session:
        session.execute(t.deployment.update().values(began_at=hour(0), backfill_done=True))
    return life


def test_what_is_new_and_what_comes_back_is_news(begun: Life) -> None:
    begun.run(1, broken())
    begun.run(2, broken())
    begun.run(3, state="success")
    begun.run(4, broken())
    assert news(begun) == ["new load", "returned load"]


def test_what_was_before_the_mirror_is_no_news(begun: Life) -> None:
    begun.run(-1, broken(), at=1)
    begun.run(-20, broken("old"), at=2)
    assert news(begun) == []


def test_what_ended_long_ago_is_no_news(begun: Life) -> None:
    begun.run(1, broken(), at=40)
    assert news(begun) == []


def test_what_another_name_is_given_to_is_no_news(begun: Life) -> None:
    begun.run(1, broken())
    begun.run(1, broken(cause="better"))
    assert news(begun) == ["new better"]


def test_problems_of_a_dag_are_news_once_the_past_is_brought_in(begun: Life) -> None:
    begun.version(1, broken(), at=1)
    with begun.store.writing() as session:
        session.execute(t.deployment.update().values(backfill_done=False))
    begun.version(1, broken(), broken("other"), at=2)
    assert news(begun) == ["new load"]
