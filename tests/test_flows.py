"""Pulls of DAG files, told from their sources alone, as JSON and as a table."""

import json
from pathlib import Path
from textwrap import dedent

from app.flows import as_json, as_table, claims, of_files

SOURCE = """\
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG

def report(ti):
    return ti.xcom_pull(task_ids="extract", key="rows")[0]

with DAG("etl"):
    extract = KubernetesPodOperator(task_id="extract")
    KubernetesPodOperator(
        task_id="load",
        arguments=["--in", "{{ ti.xcom_pull('extract')['files'][0] | tojson }}"],
        env_vars={"DAY": extract.output},
    )
    PythonOperator(task_id="report", python_callable=report)
    for t in tables():
        KubernetesPodOperator(task_id=f"load_{t}", cmds=["{{ ti.xcom_pull('make_" + t + "') }}"])
"""


def test_pulls_are_told_in_the_words_of_the_design() -> None:
    common = {"file": "dags/etl.py", "dag_id": "etl", "producer_dag_id": "etl"}
    assert claims("dags/etl.py", SOURCE) == [
        {
            **common,
            "consumer_task": "load",
            "field": "arguments[1]",
            "producer_task_ids": ["extract"],
            "xcom_key": "return_value",
            "path": ["files", 0],
            "operations": ["|tojson"],
            "kind": "jinja",
            "line": 12,
            "status": "resolved",
            "reason": None,
        },
        {
            **common,
            "consumer_task": "load",
            "field": "env_vars.DAY",
            "producer_task_ids": ["extract"],
            "xcom_key": "return_value",
            "path": [],
            "operations": [],
            "kind": "xcomarg",
            "line": 13,
            "status": "resolved",
            "reason": None,
        },
        {
            **common,
            "consumer_task": "report",
            "field": "python_callable",
            "producer_task_ids": ["extract"],
            "xcom_key": "rows",
            "path": [0],
            "operations": [],
            "kind": "python",
            "line": 6,
            "status": "resolved",
            "reason": None,
        },
        {
            **common,
            "consumer_task": "load_{t}",
            "field": "cmds[0]",
            "producer_task_ids": ["make_{t}"],
            "xcom_key": "return_value",
            "path": [],
            "operations": [],
            "kind": "jinja",
            "line": 17,
            "status": "candidates",
            "reason": "the source does not tell make_{t}",
        },
    ]


def test_json_is_the_list_of_them_whatever_their_letters() -> None:
    found = claims("f.py", SOURCE.replace("files", "Zürich"))
    assert json.loads(as_json(found)) == found
    assert "Zürich" in as_json(found)
    assert as_json([]) == "[]"


def test_a_table_has_a_line_for_each_pull_and_columns_that_stand_below_each_other() -> None:
    lines = as_table(claims("dags/etl.py", SOURCE)).splitlines()
    assert [line.split() for line in lines[:2]] == [
        ["consumer", "field", "producer", "key", "and", "path", "status"],
        ["dags/etl.py:12", "etl.load", "arguments[1]", "extract",
         "return_value.files[0]|tojson", "resolved"],
    ]  # fmt: skip
    assert lines[-1].endswith("candidates: the source does not tell make_{t}")
    assert (
        len({line.index(word) for line, word in zip(lines, ["field", "arg", "env"], strict=False)})
        == 1
    )


def test_a_table_names_other_dags_and_marks_what_is_missing() -> None:
    source = dedent(
        """
        from airflow.providers.standard.operators.bash import BashOperator
        PULLS = "{{ ti.xcom_pull('x', dag_id='o') }}{{ ti.xcom_pull() }}"
        BashOperator(task_id="a", bash_command=PULLS)
        """
    )
    other, none = as_table(claims("f.py", source)).splitlines()[1:]
    assert "o: x " in other
    assert " ? " in none


def test_a_folder_stands_for_the_python_files_below_it(tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    (tmp_path / "b.py").write_text(SOURCE)
    (tmp_path / "team" / "a.py").write_text(SOURCE)
    (tmp_path / "notes.txt").write_text(SOURCE)
    found, unread = of_files([tmp_path])
    assert dict.fromkeys(one["file"] for one in found) == dict.fromkeys(
        [str(tmp_path / "b.py"), str(tmp_path / "team" / "a.py")]
    )
    assert unread == []


def test_a_file_is_read_in_its_own_encoding(tmp_path: Path) -> None:
    source = SOURCE.replace("files", "Zürich")
    (tmp_path / "latin.py").write_bytes(f"# -*- coding: latin-1 -*-\n{source}".encode("latin-1"))
    (tmp_path / "windows.py").write_bytes(source.replace("\n", "\r\n").encode("utf-8-sig"))
    found, unread = of_files([tmp_path])
    assert [one["path"] for one in found if one["field"] == "arguments[1]"] == [["Zürich", 0]] * 2
    assert unread == []


def test_a_byte_order_mark_that_airflow_hands_on_is_no_error() -> None:
    assert claims("f.py", f"\ufeff{SOURCE}") == claims("f.py", SOURCE)


def test_what_cannot_be_read_is_told_and_the_others_are_listed(tmp_path: Path) -> None:
    (tmp_path / "bytes.py").write_bytes(b"x = '\xff'")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "good.py").write_text(SOURCE)
    (tmp_path / "words.py").write_text("no Python")
    found, unread = of_files([tmp_path, tmp_path / "missing.py"])
    assert len(found) == len(claims("good.py", SOURCE))
    told = [line.removeprefix(f"{tmp_path}/").partition(": ")[::2] for line in unread]
    assert [name for name, _ in told] == [
        "bytes.py cannot be read",
        "folder.py cannot be read",
        "words.py",
        "missing.py cannot be read",
    ]
    assert told[2][1].startswith("The DAG's source is not Python: ")
