"""Mistakes of DAG files, as lines and as JSON."""

import json
from pathlib import Path

from app.lint import as_json, as_lines, of_files

HEAD = "from airflow.sdk import DAG\n"
GIVING = HEAD + 'with DAG("far"):\n    BashOperator(task_id="give", bash_command="echo")\n'
PULLING = (
    HEAD
    + 'with DAG("near"):\n'
    + """    BashOperator(task_id="use", bash_command="{{ ti.xcom_pull('gvie', dag_id='far') }}")"""
    + "\n"
    + '    BashOperator(task_id="other", bash_command="{{ nosuch }}")\n'
)


def test_the_dags_of_all_files_are_known_together(tmp_path: Path) -> None:
    (tmp_path / "far.py").write_text(GIVING)
    (tmp_path / "near.py").write_text(PULLING)
    found, unread = of_files([tmp_path])
    assert [one.kind.value for _, one in found] == ["unknown_task", "template_error"]
    assert unread == []
    alone, _ = of_files([tmp_path / "near.py"])
    assert [one.kind.value for _, one in alone] == ["template_error"]


def test_a_problem_is_told_as_json(tmp_path: Path) -> None:
    (tmp_path / "far.py").write_text(GIVING)
    (tmp_path / "near.py").write_text(PULLING)
    found, _ = of_files([tmp_path])
    first = json.loads(as_json(found))[0]
    assert first.pop("cause")
    assert first == {
        "file": str(tmp_path / "near.py"),
        "line": 3,
        "kind": "unknown_task",
        "severity": "error",
        "title": "use reads a task that does not exist",
        "dag_id": "near",
        "task_id": "use",
        "field": "bash_command",
        "template": "{{ ti.xcom_pull('gvie', dag_id='far') }}",
        "suggestion": "did you mean give?",
        "replacement": "{{ ti.xcom_pull('give', dag_id='far') }}",
    }


def test_a_problem_is_told_in_lines(tmp_path: Path) -> None:
    (tmp_path / "near.py").write_text(PULLING)
    found, _ = of_files([tmp_path])
    assert as_lines(found).splitlines()[0] == (
        f"{tmp_path / 'near.py'}:4: error template_error: other uses the name nosuch in its"
        " template, which nobody gives it (bash_command)"
    )


def test_in_airflow_2_other_pulls_are_right(tmp_path: Path) -> None:
    (tmp_path / "near.py").write_text(
        HEAD
        + 'with DAG("near"):\n    BashOperator(task_id="a", bash_command="{{ ti.xcom_pull() }}")\n'
    )
    assert len(of_files([tmp_path])[0]) == 1
    assert of_files([tmp_path], airflow_major=2)[0] == []
