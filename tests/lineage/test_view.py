"""Which version of which XCom a pull read."""

import pytest

from app.lineage.resolve import RunIndex
from app.lineage.template.holes import hole
from app.lineage.template.reads import Ask
from app.lineage.view import View
from app.model.facts import RunFacts
from tests.build import after, make_instance, make_run, make_task, make_try, make_try_key, make_xcom


def index(**more: object) -> RunIndex:
    facts = {
        "tasks": (make_task("a", "b"), make_task("b", "c"), make_task("c"), make_task("load_x")),
        "tries": (
            make_try("a", try_number=1, start=after(0), end=after(10)),
            make_try("a", try_number=2, start=after(20), end=after(30)),
        ),
        "xcoms": (make_xcom("a", "old", seconds=9), make_xcom("a", "new", seconds=29)),
        **more,
    }
    return RunIndex(RunFacts(make_run(), **facts))  # type: ignore[arg-type]  # the fields are right


def read(moment: float | None, ask: Ask | None = None, **more: object) -> list[tuple[object, int]]:
    """Value and try of each read at the moment."""
    view = View(index(**more), make_try_key("c"), None if moment is None else after(moment))
    return [(one.value, one.try_number) for one in view.pull(ask or Ask(("a",))).reads]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(5, (None, 0)), (15, ("old", 1)), (25, (None, 0)), (35, ("new", 2)), (None, ("new", 2))],
)
def test_the_version_that_stood_there_at_the_moment_is_read(
    moment: float | None, expected: tuple[object, int]
) -> None:
    """Between the start of the second try and its push there is nothing: Airflow deleted it."""
    assert read(moment) == [expected]


def test_a_value_pushed_by_hand_has_no_known_try() -> None:
    assert read(15, tries=()) == [("old", 0)]


def test_a_mapped_task_gives_its_instances_in_order() -> None:
    xcoms = tuple(make_xcom("a", n, map_index=n) for n in (2, 0, 1))
    assert [value for value, _ in read(15, xcoms=xcoms, tries=())] == [0, 1, 2]
    assert [
        value for value, _ in read(15, Ask(("a",), map_indexes=(1,)), xcoms=xcoms, tries=())
    ] == [1]


def test_a_pattern_stands_for_the_only_task_it_fits() -> None:
    view = View(index(), make_try_key("c"))
    assert view.pull(Ask((f"load_{hole('t')}",))).reads[0].task_id == "load_x"
    assert not view.pull(Ask((hole("t"),))).reads[0].is_known


def test_without_task_ids_airflow_3_reads_the_tasks_own() -> None:
    tries = (make_try("c"),)
    (own,) = View(index(tries=tries), make_try_key("c")).pull(Ask(None)).reads
    assert own.instance == make_instance("c")


def test_without_task_ids_airflow_2_reads_the_newest_of_any() -> None:
    xcoms = (make_xcom("a", "a", seconds=5), make_xcom("b", "b", seconds=7))
    view = View(index(airflow_major=2, xcoms=xcoms, tries=()), make_try_key("c"), after(6))
    assert [one.value for one in view.pull(Ask(None)).reads] == ["a"]
    later = View(view.index, view.reader, after(8))
    assert [one.value for one in later.pull(Ask(None)).reads] == ["b"]
    assert not later.pull(Ask(None, key="nobody's")).reads[0].is_known
