from datetime import timedelta

import pytest

from app.airflow.payloads import TaskInstanceItem
from app.demo.unfold import changed_at, instances_at, log_at, run_at, tries_at, xcoms_at
from tests.demo.made import PATH, made_run, made_try, second

RUN = made_run()


def instance(task_id: str, at: float) -> TaskInstanceItem:
    return next(item for item in instances_at(RUN, second(at)) if item.task_id == task_id)


@pytest.mark.parametrize(
    ("at", "state", "has_begun", "has_ended"),
    [
        (0, "queued", False, False),
        (1, "running", True, False),
        (59, "running", True, False),
        (60, "failed", True, True),
    ],
)
def test_a_run_goes_from_queued_over_running_to_its_end(
    at: float, state: str, *, has_begun: bool, has_ended: bool
) -> None:
    row = run_at(RUN, second(at))
    assert row.state == state
    assert (row.start_date is not None, row.end_date is not None) == (has_begun, has_ended)


def test_an_open_run_is_touched_all_the_time_and_a_finished_one_no_more() -> None:
    assert changed_at(RUN, second(59)) == second(59)
    assert changed_at(RUN, second(1000)) == second(60)


@pytest.mark.parametrize(
    ("task_id", "at", "state", "try_number"),
    [
        ("extract", 8, None, 0),
        ("extract", 9, "queued", 1),
        ("extract", 10, "running", 1),
        ("extract", 20, "success", 1),
        ("load", 30, "running", 1),
        ("load", 41, "up_for_retry", 1),
        ("load", 44, "queued", 2),
        ("load", 45, "running", 2),
        ("load", 50, "success", 2),
    ],
)
def test_a_task_instance_unfolds_try_by_try(
    task_id: str, at: float, state: str | None, try_number: int
) -> None:
    found = instance(task_id, at)
    assert (found.state, found.try_number) == (state, try_number)


def test_rendered_fields_appear_just_after_their_try_began() -> None:
    assert instance("load", 45).rendered_fields == {}
    assert instance("load", 46).rendered_fields == {"arguments": [PATH]}


def test_times_that_lie_ahead_are_not_told() -> None:
    found = instance("extract", 15)
    assert (found.start_date, found.end_date) == (second(10), None)
    assert instance("extract", 9).start_date is None


def test_a_skipped_instance_appears_with_its_only_moment() -> None:
    skipped = made_try("b", 30, 30, state="skipped", queued_when=None, try_number=0)
    run = made_run(tries=(skipped,))
    assert instances_at(run, second(29))[0].state is None
    assert instances_at(run, second(30))[0].state == "skipped"


def test_an_instance_without_any_time_is_as_it_was_recorded() -> None:
    removed = made_try("b", 0, 0, state="removed", queued_when=None, start_date=None, end_date=None)
    assert instances_at(made_run(tries=(removed,)), second(0))[0].state == "removed"


def test_tries_are_told_from_their_beginning_with_the_states_they_ended_in() -> None:
    assert tries_at(RUN, "load", -1, second(20)) == ()
    states = [item.state for item in tries_at(RUN, "load", -1, second(46))]
    assert states == ["failed", "running"]


def test_an_xcom_appears_at_its_time() -> None:
    assert xcoms_at(RUN, second(19) - timedelta(microseconds=1)) == ()
    assert len(xcoms_at(RUN, second(19))) == 1


def test_a_log_grows_and_is_none_where_none_was_recorded() -> None:
    early, late = (log_at(RUN, "load", -1, 1, second(at)) for at in (31, 39))
    assert early is not None
    assert late is not None
    assert [line.event for line in early.lines] == ["begins"]
    assert [line.event for line in late.lines] == ["begins", "fails"]
    assert log_at(RUN, "extract", -1, 1, second(99)) is None
