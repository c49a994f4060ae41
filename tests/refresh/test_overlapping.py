import threading

import pytest

from app.refresh.overlapping import one_ahead


def test_each_comes_with_what_was_read_of_it_in_order() -> None:
    assert list(one_ahead(lambda one: one * 2, [3, 1, 2])) == [(3, 6), (1, 2), (2, 4)]
    assert list(one_ahead(lambda one: one, [])) == []


def test_the_next_is_read_while_one_is_dealt_with() -> None:
    begun = {one: threading.Event() for one in range(3)}

    def read(one: int) -> int:
        begun[one].set()
        return one

    for one, _ in one_ahead(read, range(3)):
        if one < 2:
            assert begun[one + 1].wait(5)
        if one == 0:
            assert not begun[2].wait(0.05)


def test_what_cannot_be_read_is_told_once_those_before_were_dealt_with() -> None:
    def read(one: int) -> int:
        if one == 2:
            raise ValueError(one)
        return one

    ahead = one_ahead(read, range(5))
    assert [next(ahead)[0], next(ahead)[0]] == [0, 1]
    with pytest.raises(ValueError, match="2"):
        next(ahead)


def test_whoever_stops_early_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    ahead = one_ahead(lambda one: one, range(5))
    next(ahead)
    ahead.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
