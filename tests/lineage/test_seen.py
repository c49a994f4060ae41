from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lineage.seen import GRACE, How, Since, read_by, since, standing_at, version_read
from app.model.facts import Try, XCom
from app.model.findings import Evidence
from tests.build import after, make_flow, make_producer, make_try, make_xcom

FLOW = make_flow(make_producer("make", ("k",)), value="old")
READER = make_try("use", start=after(20), end=after(30))
MAKE = make_try("make", start=after(1), end=after(10))
OLD = make_xcom("make", {"k": "old"}, seconds=9)


def told(*versions: XCom, tries: tuple[Try, ...] = (MAKE,)) -> Since | None:
    return since(FLOW, versions=versions, tries=tries, reader=READER)


def how(*versions: XCom, tries: tuple[Try, ...] = (MAKE,)) -> tuple[How, int | None]:
    found = told(*versions, tries=tries)
    assert found is not None
    return found.how, found.by.key.try_number if found.by else None


def test_a_value_that_is_still_there_has_no_since() -> None:
    assert told(OLD) is None


def test_another_try_that_pushed_is_named() -> None:
    again = make_try("make", try_number=2, start=after(60), end=after(70))
    new = make_xcom("make", {"k": "new"}, seconds=69)
    gone = replace(OLD, is_gone=True)
    assert how(gone, new, tries=(MAKE, again)) == (How.RAN_AGAIN, 2)
    found = told(gone, new, tries=(MAKE, again))
    assert found is not None
    assert (found.then, found.now, found.is_same) == (gone, new, False)


def test_what_no_try_pushed_was_changed_by_hand() -> None:
    assert how(OLD, make_xcom("make", {"k": "new"}, seconds=69)) == (How.BY_HAND, None)


def test_a_push_right_after_the_end_of_its_try_is_no_ones_hand() -> None:
    seconds = 10 + GRACE.total_seconds()
    late = make_xcom("make", {"k": "new"}, seconds=seconds)
    read_before = replace(READER, start=after(11), end=after(12))
    found = since(FLOW, versions=(OLD, late), tries=(MAKE,), reader=read_before)
    assert found is not None
    assert found.how is How.PUSHED_AGAIN


def test_a_value_that_is_nowhere_now_was_deleted_or_will_be_pushed_again() -> None:
    gone = replace(OLD, is_gone=True)
    assert how(gone) == (How.DELETED, None)
    running = make_try("make", try_number=2, state="running", start=after(60), end=None)
    assert how(gone, tries=(MAKE, running)) == (How.RUNS_AGAIN, 2)
    found = told(gone)
    assert found is not None
    assert found.now is None
    assert found.is_same is False


def test_the_part_that_was_read_may_be_the_same() -> None:
    found = told(OLD, make_xcom("make", {"k": "old", "more": 1}, seconds=69))
    assert found is not None
    assert found.is_same


def test_a_part_that_vanished_or_became_null_is_not_the_same() -> None:
    was_null = since(
        FLOW,
        versions=(make_xcom("make", {"k": None}, seconds=9), make_xcom("make", {}, seconds=69)),
        tries=(MAKE,),
        reader=READER,
    )
    assert was_null is not None
    assert was_null.is_same is False


def test_of_a_value_that_is_not_whole_nobody_knows_whether_it_is_the_same() -> None:
    found = told(OLD, make_xcom("make", "beginning", seconds=69, truncated=True))
    assert found is not None
    assert found.is_same is None


def test_what_the_field_shows_decides_between_the_start_and_the_end_of_the_try() -> None:
    before = make_xcom("make", {"k": "older"}, seconds=9)
    came_in_time = make_xcom("make", {"k": "old"}, seconds=25)
    versions = (before, came_in_time)
    assert version_read(FLOW, versions=versions, reader=READER) is came_in_time
    declared = replace(FLOW, evidence=Evidence.DECLARED)
    assert version_read(declared, versions=versions, reader=READER) is before
    other = replace(FLOW, value="neither")
    assert version_read(other, versions=versions, reader=READER) is before


@pytest.mark.parametrize("reader", [replace(READER, start=None, end=None)])
def test_of_a_reader_without_a_time_nothing_is_said(reader: Try) -> None:
    assert since(FLOW, versions=(OLD,), tries=(MAKE,), reader=reader) is None


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6, unique=True), st.integers(0, 60))
def test_what_was_read_had_been_pushed_and_nothing_newer_had(pushes: list[int], at: int) -> None:
    versions = tuple(make_xcom("make", n, seconds=n) for n in sorted(pushes))
    reader = replace(READER, start=after(at), end=after(at + 5))
    found = standing_at(versions, reader.start)
    assert [n for n in sorted(pushes) if n <= at][-1:] == ([found.value] if found else [])
    read = read_by(versions, reader)
    assert (read is None) is (min(pushes) > at + 5)
