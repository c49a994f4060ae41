from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.model.facts import Try, XCom, XComKey
from app.store.earlier_rendered import EarlierRendered
from app.web.timeline import History, Version, What, timeline, version_at
from tests.build import after, make_try, make_xcom

FIRST = make_try(state="failed", start=after(1), end=after(10), rendered={"a": "1"})
SECOND = make_try(try_number=2, start=after(60), end=after(70), rendered={"a": "2"})


def history(*tries: Try, xcoms: tuple[XCom, ...] = (), **more: Any) -> tuple[Version, ...]:
    return timeline(History(tries, more.get("earlier", ()), xcoms, more.get("gone", {})))


def told(versions: tuple[Version, ...]) -> list[str]:
    """Each version in a line: what made it, when, its fields, the seconds of its XComs' pushes."""
    return [
        f"{one.number} try {one.attempt.key.try_number} {one.what} {_seconds(one.since)} "
        f"{(one.rendered or {}).get('a', '-')} "
        + ",".join(f"{x.at.key}@{_seconds(x.at.timestamp)}" for x in one.xcoms)
        for one in versions
    ]


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else round((moment - after(0)).total_seconds())


def test_the_usual_case_is_one_version() -> None:
    pushed = (make_xcom(seconds=8), make_xcom(seconds=9, key="pod_name"))
    assert told(history(FIRST, xcoms=pushed)) == ["1 try 1 try 1 1 return_value@8,pod_name@9"]


def test_every_try_is_a_version_with_what_it_pushed() -> None:
    xcoms = (make_xcom(seconds=9, is_gone=True), make_xcom(seconds=69))
    gone = {xcoms[0].at: after(61)}
    assert told(history(FIRST, SECOND, xcoms=xcoms, gone=gone)) == [
        "1 try 1 try 1 1 return_value@9",
        "2 try 2 try 60 2 return_value@69",
    ]


def test_what_takes_the_place_of_a_key_is_another_version() -> None:
    xcoms = (make_xcom(seconds=3), make_xcom(seconds=4, key="rows"), make_xcom(seconds=5))
    assert told(history(FIRST, xcoms=xcoms)) == [
        "1 try 1 try 1 1 return_value@3,rows@4",
        "2 try 1 pushed again 5 1 rows@4,return_value@5",
    ]


def test_what_was_set_after_the_try_was_set_by_hand() -> None:
    by_hand = history(FIRST, xcoms=(make_xcom(seconds=9), make_xcom(seconds=40)))
    assert told(by_hand)[1:] == ["2 try 1 changed by hand 40 1 return_value@40"]
    assert by_hand[1].keys == ("return_value",)


def test_what_was_deleted_without_another_try_was_deleted_by_hand() -> None:
    xcoms = (make_xcom(seconds=8), make_xcom(seconds=9, key="rows"))
    gone = {one.at: after(40) for one in xcoms}
    found = history(FIRST, xcoms=xcoms, gone=gone)
    assert told(found)[1:] == ["2 try 1 deleted 40 1 "]
    assert found[1].keys == ("return_value", "rows")
    waiting = replace(SECOND, start=None, queued_at=None, rendered=None)
    assert told(history(FIRST, waiting, xcoms=xcoms, gone=gone)) == told(found)


def test_fields_rendered_again_are_another_version() -> None:
    earlier = (EarlierRendered(1, {"a": "x"}, after(4)), EarlierRendered(1, {"a": "y"}, after(7)))
    found = history(FIRST, earlier=earlier, xcoms=(make_xcom(seconds=5),))
    assert told(found) == [
        "1 try 1 try 1 x ",
        "2 try 1 rendered again 4 y return_value@5",
        "3 try 1 rendered again 7 1 return_value@5",
    ]
    assert [one.is_rendered_current for one in found] == [False, False, True]


def test_a_try_that_has_not_begun_is_no_version_beside_one_that_has() -> None:
    placeholder = make_try(try_number=0, state=None, start=None)
    assert told(history(placeholder, FIRST)) == ["1 try 1 try 1 1 "]
    assert len(history(placeholder)) == 1


def test_any_moment_has_its_version() -> None:
    versions = history(FIRST, SECOND, xcoms=(make_xcom(seconds=9), make_xcom(seconds=69)))
    numbers = [version_at(versions, after(at)).number for at in (-5, 1, 59, 60, 500)]
    assert numbers == [1, 1, 1, 2, 2]
    assert version_at(versions, None).number == 2


@given(
    st.lists(st.tuples(st.integers(0, 99), st.sampled_from("ab")), max_size=8, unique=True),
    st.sets(st.integers(0, 7)),
)
def test_every_version_of_every_xcom_stands_in_a_version(
    pushes: list[tuple[int, str]], deleted: set[int]
) -> None:
    xcoms = tuple(make_xcom(key=key, seconds=at) for at, key in sorted(pushes))
    gone: dict[XComKey, datetime] = {
        one.at: after(100) for at, one in enumerate(xcoms) if at in deleted
    }
    versions = history(FIRST, SECOND, xcoms=xcoms, gone=gone)
    assert {x.at for one in versions for x in one.xcoms} == {x.at for x in xcoms}
    assert [one.number for one in versions] == list(range(1, len(versions) + 1))
    for one in versions:
        assert len({x.at.key for x in one.xcoms}) == len(one.xcoms)
    assert {one.what for one in versions} <= set(What)
