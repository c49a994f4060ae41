"""The facts of a run, looked up."""

from app.lineage.resolve import RunIndex
from app.model.facts import RunFacts
from tests.build import after, make_run, make_task, make_try, make_xcom


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


def test_ancestors_are_all_that_must_end_before() -> None:
    assert index().ancestors("c") == {"a", "b"}
    assert index().ancestors("a") == frozenset()


def test_a_circle_of_tasks_ends() -> None:
    circle = (make_task("a", "b"), make_task("b", "a"))
    assert index(tasks=circle).ancestors("a") == {"a", "b"}
