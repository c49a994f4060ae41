from hypothesis import given
from hypothesis import strategies as st

from app.web.task_source import task_lines

SOURCE = """\
with DAG("d"):
    a = Pod(
        task_id="a",
    )
    Pod(task_id="b")

    @task
    def c():
        return 1
"""


def test_a_task_stands_where_its_id_is_given() -> None:
    assert task_lines(SOURCE, task_id="a", marked=()) == (2, 4)
    assert task_lines(SOURCE, task_id="b", marked=()) == (5, 5)


def test_a_task_of_a_group_is_found_by_its_own_name() -> None:
    assert task_lines(SOURCE, task_id="group.b", marked=()) == (5, 5)


def test_a_decorated_function_begins_with_its_decorator() -> None:
    assert task_lines(SOURCE, task_id="c", marked=()) == (7, 9)


def test_a_task_made_elsewhere_is_shown_by_what_is_marked() -> None:
    assert task_lines(SOURCE, task_id="other", marked=(8,)) == (4, 11)
    assert task_lines(SOURCE, task_id="other", marked=()) is None


def test_a_source_that_is_not_python_has_no_tasks() -> None:
    assert task_lines("<html>", task_id="a", marked=()) is None


@given(st.text(), st.text(), st.sets(st.integers(1, 50)))
def test_any_text_can_be_looked_through(source: str, task_id: str, marked: set[int]) -> None:
    found = task_lines(source, task_id=task_id, marked=marked)
    assert found is None or 1 <= found[0] <= found[1]
