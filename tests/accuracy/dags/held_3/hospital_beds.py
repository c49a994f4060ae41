"""Free beds of the hospitals: from the wards up to the region.

unresolvable: regional_report.arguments[5]
unresolvable: forward.conf.target
"""
from __future__ import annotations

from datetime import datetime

from airflow import DAG
from airflow.models.param import Param
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.utils.task_group import TaskGroup

REGION = {
    "east": {"general": ["surgery", "icu"], "children": ["ward1"]},
    "west": {"clinic": ["ward2", "ward3"]},
}


def count_beds(ward: str, ti):
    ti.xcom_push(key="free", value=3)
    return {"ward": ward, "total": 20}


def add_up(children: list[str], key: str, ti):
    free = ti.xcom_pull(task_ids=children, key=key)
    return sum(f or 0 for f in free)


def build(tree, path=()):
    """The tasks below a node; the id of the one that sums them up."""
    prefix = "".join(f"{part}." for part in path)
    if isinstance(tree, list):
        counts = [
            PythonOperator(task_id=f"count_{ward}", python_callable=count_beds, op_args=[ward]) for ward in tree
        ]
        total = PythonOperator(
            task_id="total",
            python_callable=add_up,
            op_kwargs={"children": [f"{prefix}count_{ward}" for ward in tree], "key": "free"},
        )
        counts >> total
        return prefix + "total", total
    below = []
    for name, subtree in tree.items():
        with TaskGroup(name):
            below.append(build(subtree, (*path, name)))
    total = PythonOperator(
        task_id="total", python_callable=add_up, op_kwargs=dict(children=[i for i, _ in below], key="return_value")
    )
    [task for _, task in below] >> total
    return prefix + "total", total


MACRO = """{%- macro beds(path, label='free') -%}
{{ label }}={{ ti.xcom_pull(task_ids=path ~ '.total') }}
{%- endmacro -%}
"""

with DAG(
    dag_id="hospital_beds",
    start_date=datetime(2024, 1, 1),
    schedule="@hourly",
    catchup=False,
    params={"focus": Param("east.general", type="string"), "wards": ["surgery", "icu"]},
    user_defined_macros={"region": "east"},
) as dag:
    top_id, top = build(REGION)

    table = BashOperator(
        task_id="table",
        bash_command=MACRO + "table {{ beds('east') }} {{ beds('west.clinic', label='clinic') }}",
    )
    focus = BashOperator(
        task_id="focus",
        bash_command="""
        echo {{ ti.xcom_pull(task_ids=params.focus ~ '.total') }}
        {% for ward in params.wards %}
        echo {{ ward }} {{ ti.xcom_pull(task_ids=params.focus ~ '.count_' ~ ward)['total'] }}
        {% endfor %}
        {% set ns = namespace(all=[]) %}
        {% set ns.all = ti.xcom_pull(task_ids=['east.total', 'west.total']) %}
        echo {{ ns.all[0] }}
        """,
    )
    report = KubernetesPodOperator(
        task_id="regional_report",
        name="report",
        image="health/report:1",
        arguments=[
            "--total",
            top.output,
            "--region",
            "{{ ti.xcom_pull(task_ids=region + '.total') | int }}",
            "--previous",
            "{{ ti.xcom_pull(task_ids=dag_run.conf['previous']) }}",
        ],
    )
    forward = TriggerDagRunOperator(
        task_id="forward",
        trigger_dag_id="bed_exchange",
        conf={
            "total": f"{{{{ ti.xcom_pull(task_ids='{top_id}') }}}}",
            "target": "{{ ti.xcom_pull(task_ids=var.value.bed_target) }}",
        },
    )
    top >> [table, focus] >> report >> forward
