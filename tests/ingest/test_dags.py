from app.airflow.payloads import DagItem, DagTag, TaskItem
from app.ingest.dags import dag_from
from app.model.facts import Dag, DagVersion, Task
from tests.masked import version_from


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
