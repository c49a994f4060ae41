"""On PostgreSQL the part of a week goes with the last of its leaves."""

from datetime import timedelta

import pytest

from app.model.retention import Retention
from app.store.search.partitions import drop_empty, partitions
from tests.store.retention.runs import Past, day
from tests.store.retention.texts import found_ids


def weeks(past: Past) -> list[int]:
    with past.store.reading() as session:
        return partitions(session)


def is_postgresql(past: Past) -> bool:
    return past.store.engine.dialect.name == "postgresql"


def test_pruning_drops_the_weeks_that_are_empty_then(past: Past) -> None:
    past.run(1)
    past.run(2, pushed=timedelta(days=30).total_seconds())
    if not is_postgresql(past):
        assert drop_empty(past.store, now=day(60)) == 0
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
        assert drop_empty(past.store, now=day(20)) == 0
    assert weeks(past) == [week]
    assert drop_empty(past.store, now=day(1)) == 0
    assert drop_empty(past.store, now=day(20)) == 1
