import ast

from hypothesis import given
from hypothesis import strategies as st

from app.airflow.payloads import DagItem, DagTag, TaskItem
from app.ingest.dags import dag_from
from app.model.facts import Dag, DagVersion, Task
from tests.masked import masked_source, version_from

SOURCE = """
password = "hunter2"
conf = {"api_key": 'abc', "path": "s3://x"}
aws_secret_key = f"abc"
TOKEN_TASK = "get_token"
token = get_token("auth")
pull = "--password={{ ti.xcom_pull(task_ids='auth', key='token') }}"
KubernetesPodOperator(task_id="auth_token", secret_name="mine", env_vars={"TOKEN": "{{ x }}"})
"""


def test_literals_given_to_secret_names_are_masked_in_a_source() -> None:
    masked = masked_source(SOURCE)
    assert masked == SOURCE.replace('"hunter2"', '"***"').replace("'abc'", "'***'").replace(
        'f"abc"', 'f"***"'
    )
    ast.parse(masked)


@given(st.text(alphabet="token=pas word:'\"(){},\n#"))
def test_masking_keeps_what_was_python_python(source: str) -> None:
    try:
        ast.parse(source)
    except SyntaxError:
        return
    ast.parse(masked_source(source))


def test_a_dag_is_put_into_our_words() -> None:
    item = DagItem(
        dag_id="etl",
        timetable_summary="@daily",
        is_paused=True,
        relative_fileloc="etl.py",
        fileloc="/opt/etl.py",
        tags=(DagTag("geo"),),
    )
    assert dag_from(item, latest_version=3) == Dag(
        "etl", "etl", "@daily", is_paused=True, fileloc="etl.py", latest_version=3, tags=("geo",)
    )


def test_a_version_has_its_source_masked_and_its_tasks() -> None:
    item = TaskItem(
        task_id="a",
        operator_name="KubernetesPodOperator",
        template_fields=("arguments",),
        downstream_task_ids=("b",),
        retries=2.0,
    )
    assert version_from("etl", 2, source='token = "x"', tasks=(item, TaskItem())) == DagVersion(
        "etl",
        2,
        'token = "***"',
        (Task("a", "KubernetesPodOperator", ("arguments",), frozenset({"b"}), retries=2),),
    )
