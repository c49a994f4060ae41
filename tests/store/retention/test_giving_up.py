"""The inbox after old runs went: it tells of what is left, and nothing of it is news."""

from sqlalchemy import insert, select

from app.model.retention import Retention
from app.store.outbox import has_news
from app.store.pages.problem_groups import ProblemGroup, read_groups
from app.store.tables import cause, decision
from tests.store.retention.runs import Past, day

SINCE_2 = Retention(days=998.5)
EVERYTHING = Retention(days=0)


def groups(past: Past) -> dict[str, ProblemGroup]:
    with past.store.reading() as session:
        return {one.latest.cause: one for one in read_groups(session, now=day(1000), most=9)}


def mute(past: Past) -> None:
    with past.store.writing() as session:
        pk = session.scalars(select(cause.c.id)).one()
        session.execute(
            insert(decision).values(cause_pk=pk, what="muted", reason="known", at=day(2))
        )


def test_a_cause_tells_of_the_runs_that_are_left(past: Past) -> None:
    for number in (1, 2, 3):
        past.run(number, state="failed")
    before = groups(past)["typo"]
    past.prune(SINCE_2)
    left = groups(past)["typo"]
    assert (before.runs, left.runs) == (3, 2)
    assert (left.first_at, left.last_at) == (day(2), day(3))
    assert (left.status, left.since, left.returns) == (before.status, before.since, before.returns)


def test_a_cause_without_runs_goes_and_that_is_no_news(past: Past) -> None:
    past.run(1, state="failed", cause="old")
    past.run(3, state="failed", cause="new")
    with past.store.writing() as session:
        session.exec_driver_sql("DELETE FROM news")
    past.prune(SINCE_2)
    assert groups(past).keys() == {"new"}
    with past.store.reading() as session:
        assert not has_news(session, before=day(2000))


def test_what_is_muted_is_still_muted_when_it_comes_back(past: Past) -> None:
    past.run(1, state="failed")
    mute(past)
    past.prune(EVERYTHING)
    assert groups(past) == {}
    past.run(999, state="failed")
    assert groups(past)["typo"].status == "muted"
