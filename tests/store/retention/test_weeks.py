"""On PostgreSQL the part of a week goes with the last run that has leaves there."""

from datetime import datetime, timedelta

import pytest

from app.model.retention import Retention
from app.store.retention.choosing import doomed
from app.store.retention.giving_up import give_up
from app.store.search.partitions import drop_unkept, partitions
from tests.store.retention.runs import Past, day
from tests.store.retention.texts import found_ids

pytestmark = pytest.mark.usefixtures("without_weeks")


def weeks(past: Past) -> list[int]:
    with past.store.reading() as session:
        return partitions(session)


def is_postgresql(past: Past) -> bool:
    return past.store.engine.dialect.name == "postgresql"


def test_pruning_drops_the_weeks_that_are_empty_then(past: Past) -> None:
    past.run(1)
    past.run(2, pushed=timedelta(days=30).total_seconds())
    if not is_postgresql(past):
        assert drop_unkept(past.store, now=day(60)) == 0
        return
    assert len(weeks(past)) == 2
    past.prune(Retention(days=0))
    assert weeks(past) == []
    past.run(3, value={"k": "again"})
    assert len(weeks(past)) == 1
    assert found_ids(past, "again") == ["r3"]


@pytest.mark.postgres
def test_a_week_that_goes_on_is_kept_and_so_is_one_that_is_read(past: Past) -> None:
    if not is_postgresql(past):
        return
    past.run(1)
    with past.store.writing() as session:
        session.exec_driver_sql("DELETE FROM leaf")
    (week,) = weeks(past)
    with past.store.reading() as session:
        session.exec_driver_sql("SELECT * FROM leaf").all()
        assert drop_unkept(past.store, now=day(20)) == 0
    assert weeks(past) == [week]
    assert drop_unkept(past.store, now=day(1)) == 0
    assert drop_unkept(past.store, now=day(20)) == 1


@pytest.mark.postgres
def test_a_week_of_runs_that_are_given_up_is_dropped_at_once(past: Past) -> None:
    if not is_postgresql(past):
        return
    for number in (1, 2, 40):
        past.run(number, ran=number, pushed=timedelta(days=number).total_seconds())
    give_up_older(past, than=day(20))
    assert drop_unkept(past.store, now=day(60)) == 1
    assert len(weeks(past)) == 1
    assert past.rows("xcom", "leaf") == {"xcom": 3, "leaf": 4}
    past.prune(Retention(days=980))
    assert past.kept().keys() == {"r40"}
    assert found_ids(past, "alpha") == ["r40", "r40"]


@pytest.mark.postgres
def test_a_week_stays_as_long_as_one_run_in_it_is_kept(past: Past) -> None:
    """Whether the run has a value there, or fields, the first of the week or the last."""
    if not is_postgresql(past):
        return
    past.run(1, ran=1, pushed=timedelta(days=40).total_seconds())
    past.run(40, ran=40, pushed=timedelta(days=1).total_seconds())
    give_up_older(past, than=day(20))
    assert drop_unkept(past.store, now=day(60)) == 0
    past.prune(Retention(days=980))
    assert len(weeks(past)) == 2
    assert found_ids(past, "alpha") == ["r40", "r40"]


def give_up_older(past: Past, *, than: datetime) -> None:
    keep = Retention(days=1)
    with past.store.writing() as session:
        runs = doomed(
            session,
            deployment_pk=past.deployment_pk,
            keep=keep,
            now=than + timedelta(days=1),
            most=99,
        )
        give_up(session, deployment_pk=past.deployment_pk, runs=runs, at=than)
