from datetime import timedelta

import pytest

from app.model.retention import Retention
from app.store.retention.choosing import doomed
from app.store.runs import mark_run_gone
from tests.store.retention.runs import Past, day


def doomed_ids(past: Past, keep: Retention, *, now: float = 100) -> list[float | None]:
    """On which day each run ended that is to go."""
    with past.store.reading() as session:
        runs = doomed(session, deployment_pk=past.deployment_pk, keep=keep, now=day(now), most=99)
    return [(run.ended - day(0)) / timedelta(days=1) if run.ended else None for run in runs]


def test_nothing_goes_where_nothing_is_set(past: Past) -> None:
    past.run(1)
    assert doomed_ids(past, Retention()) == []


def test_runs_go_by_when_they_ended_not_by_when_they_were_due(past: Past) -> None:
    past.run(1, run_after=day(1), end=day(60))
    past.run(50, run_after=day(50), end=day(50))
    assert doomed_ids(past, Retention(days=45)) == [50]


def test_the_one_that_ended_first_goes_first(past: Past) -> None:
    for number in (3, 1, 2):
        past.run(number, dag_id=f"d{number}")
    assert doomed_ids(past, Retention(days=0)) == [1, 2, 3]


@pytest.mark.parametrize("state", ["running", "queued"])
def test_a_run_that_is_open_stays_however_old_it_is(past: Past, state: str) -> None:
    past.run(1, state=state, end=None)
    assert doomed_ids(past, Retention(days=0, bytes=0)) == []


def test_a_run_that_ended_a_pass_ago_stays(past: Past) -> None:
    past.run(1, is_sealed=False)
    assert doomed_ids(past, Retention(days=0, bytes=0)) == []


def test_a_run_that_airflow_deleted_goes_as_any_other(past: Past) -> None:
    gone = past.run(1, state="running", end=None, is_sealed=False)
    with past.store.writing() as session:
        mark_run_gone(session, deployment_pk=past.deployment_pk, run=gone, at=day(70))
    past.run(60)
    assert doomed_ids(past, Retention(days=35)) == [60]
    assert doomed_ids(past, Retention(days=25)) == [60, 70]


def test_by_size_the_oldest_go_until_the_others_fit(past: Past) -> None:
    for number in range(6):
        past.run(number, value="x" * 1_000)
    past.prune(Retention())
    whole = past.bytes()
    assert doomed_ids(past, Retention(bytes=whole)) == []
    assert doomed_ids(past, Retention(bytes=whole - 1)) == [0]
    assert doomed_ids(past, Retention(bytes=whole // 2)) == [0, 1, 2]
    assert doomed_ids(past, Retention(bytes=0)) == [0, 1, 2, 3, 4, 5]


def test_age_and_size_count_together(past: Past) -> None:
    for number in range(4):
        past.run(number)
    past.prune(Retention())
    half = Retention(days=97.5, bytes=past.bytes() // 2)
    assert doomed_ids(past, half) == [0, 1, 2]
    assert doomed_ids(past, Retention(days=99.5, bytes=half.bytes)) == [0, 1]


def test_runs_of_another_deployment_are_not_its_concern(past: Past) -> None:
    past.run(1)
    with past.store.reading() as session:
        keep = Retention(days=0, bytes=0)
        found = doomed(session, deployment_pk=past.deployment_pk + 1, keep=keep, now=day(9), most=9)
    assert found == ()
