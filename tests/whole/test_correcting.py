import pytest

from tests.whole.correcting import NoPlace, corrected, with_settings

SOURCE = """\
with DAG("old", schedule=None):
    a = Pod(task_id="a", arguments=["é", "{{ ti.xcom_pull('mkae') }}", "{{ ds }}"])
    b = Pod(
        task_id="b",
        arguments=[
            "{{ ti.xcom_pull('mkae')"
            " }}",
            a.output["path"],
        ],
    )
"""


def problem(
    task_id: str, template: str | None, fix: str, key: str = "return_value", text: str = "take it"
) -> object:
    return {
        "consumer": {"task_id": task_id},
        "pull": {"template": template, "key": key},
        "suggestion": {"text": text, "replacement": fix},
    }


def mended(*problems: object) -> str:
    return corrected(SOURCE, problems, dag_id="old", new_id="new")  # type: ignore[arg-type] # JSON


def test_only_the_template_of_the_task_is_replaced() -> None:
    assert mended(problem("a", "{{ ti.xcom_pull('mkae') }}", "{{ ti.xcom_pull('make') }}")) == (
        SOURCE.replace('"old"', "'new'").replace(
            "\"{{ ti.xcom_pull('mkae') }}\"", "\"{{ ti.xcom_pull('make') }}\""
        )
    )


def test_a_template_written_over_two_lines_is_replaced_whole() -> None:
    source = mended(problem("b", "{{ ti.xcom_pull('mkae') }}", "{{ right }}"))
    assert "            '{{ right }}',\n            a.output" in source


def test_an_output_is_replaced_by_the_template() -> None:
    source = mended(problem("b", None, "{{ right }}", key="path"))
    assert "            '{{ right }}',\n        ],\n" in source


def test_a_dependency_that_is_to_be_written_stands_behind_the_task() -> None:
    text = "take it in a template and write a >> b, or set multiple_outputs=True"
    source = mended(problem("b", None, "{{ right }}", key="path", text=text))
    assert source.endswith("        ],\n    )\n    a >> b\n")


def test_a_template_that_is_not_there_has_no_place() -> None:
    with pytest.raises(NoPlace):
        mended(problem("a", "{{ other }}", "{{ right }}"))


def test_settings_become_arguments_of_the_tasks_call() -> None:
    source = with_settings(
        SOURCE, {"a": {"push": "True"}, "b": {"conn": "'x'"}}, dag_id="old", new_id="new"
    )
    assert '"{{ ds }}"], push=True, )' in source
    assert "        ],\n    conn='x', )\n" in source
