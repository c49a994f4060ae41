"""What must end before a task starts."""

from hypothesis import given
from hypothesis import strategies as st

from app.lineage.upstream import Upstream
from tests.build import make_task

NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f", "g"])


def test_what_is_above_is_above_whatever_lies_between() -> None:
    order = Upstream([make_task("c"), make_task("b", "c"), make_task("a", "b")])
    assert order.of("c") == {"a", "b"}
    assert order.is_above("a", "c")
    assert not order.is_above("c", "a")


def test_a_task_that_nobody_knows_is_above_nothing_and_below_nothing() -> None:
    order = Upstream([make_task("a", "b")])
    assert order.of("x") == frozenset()
    assert not order.is_above("x", "b")
    assert not order.is_above("a", "x")


def test_a_task_of_which_only_others_speak_is_below_them() -> None:
    assert Upstream([make_task("a", "gone")]).of("gone") == {"a"}


@given(st.dictionaries(NAMES, st.frozensets(NAMES)))
def test_the_order_is_that_of_walking_up_step_by_step_cycles_too(
    after: dict[str, frozenset[str]],
) -> None:
    order = Upstream(make_task(name, *below) for name, below in after.items())
    for name in "abcdefg":
        found: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            above = {each for each, below in after.items() if one in below} - found
            found |= above
            waiting.extend(above)
        assert order.of(name) == found


def test_a_thousand_tasks_that_all_wait_for_each_other_are_put_in_order() -> None:
    names = [f"t{at}" for at in range(1000)]
    order = Upstream([make_task(name, *names) for name in names])
    assert order.count_above("t0") == len(names)


def test_tasks_above_are_counted() -> None:
    order = Upstream([make_task("c"), make_task("b", "c"), make_task("a", "b")])
    assert [order.count_above(one) for one in ("a", "b", "c", "x")] == [0, 1, 2, 0]
