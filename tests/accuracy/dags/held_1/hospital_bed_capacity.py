"""Bed capacity forecast for the trust's hospitals. Trigger with config to change ward or horizon."""
import json
from datetime import datetime

from airflow import DAG
from airflow.models.param import Param
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator

BASE = "/srv/forecast"
MACROS = """
{% macro arg(name, value) %}--{{ name }} "{{ value }}"{% endmacro %}
"""


def admissions(**_):
    return {"a_and_e": [1, 2, 3], "elective": [4], "by_ward": {"icu": {"beds": 12, "used": 9}}}


def discharges(ti, **_):
    ti.xcom_push(key="today", value=7)
    ti.xcom_push(key="expected", value={"icu": 1})
    return 7


def staff(params, ti):
    ward = params["ward"]
    capacity = ti.xcom_pull(task_ids="admissions")["by_ward"]
    return capacity.get(ward)


def bed_manager(forecast, ti, **context):
    adm = ti.xcom_pull(task_ids="admissions")
    ward = context["params"]["ward"]
    beds = adm["by_ward"][ward]["beds"]
    expected = ti.xcom_pull(task_ids="discharges", key="expected")
    on_duty = ti.xcom_pull(task_ids="staff")
    return beds - adm["by_ward"][ward]["used"] + expected[ward], on_duty, forecast


with DAG(
    dag_id="hospital_bed_capacity",
    start_date=datetime(2023, 10, 1),
    schedule="0 6 * * *",
    catchup=False,
    params={
        "ward": Param("icu", type="string", description="which ward"),
        "source": "admissions",
        "horizon": 14,
    },
    render_template_as_native_obj=True,
) as dag:
    a = PythonOperator(task_id="admissions", python_callable=admissions)
    d = PythonOperator(task_id="discharges", python_callable=discharges)
    s = PythonOperator(task_id="staff", python_callable=staff)

    forecast = BashOperator(
        task_id="forecast",
        bash_command=MACROS
        + f"cd {BASE} && ./forecast.R "
        + "{{ arg('beds', ti.xcom_pull(task_ids=params.source)['by_ward'][params.ward]['beds']) }} "
        + "{{ arg('out', ti.xcom_pull('discharges', key='today')) }} "
        + "{{ arg('horizon', params.horizon) }}",
    )

    scenario = BashOperator(
        task_id="scenario",
        params={"source": "staff", "scenarios": ["winter", "flu"]},
        bash_command="""
            {%- set adm = ti.xcom_pull(task_ids='admissions') -%}
            {%- set icu = adm.by_ward.icu -%}
            {%- for name in params.scenarios %}
            ./scenario {{ name }} --used {{ icu.used }} --elective {{ adm['elective'][0] }} \\
                {% if ti.xcom_pull(task_ids='discharges', key='expected') %}--with-discharges{% endif %} \\
                --staff {{ ti.xcom_pull(task_ids=params['source']) }}
            {%- endfor %}
        """,
        env={"PAYLOAD": json.dumps({"queue": "{{ ti.xcom_pull(task_ids='admissions')['a_and_e'][-1] }}", "n": 3})},
    )

    summary = PythonOperator(
        task_id="summary",
        python_callable=print,
        op_args=[
            "{{ ti.xcom_pull(task_ids='forecast') if params.horizon > 7 else ti.xcom_pull(task_ids='discharges') }}",
            ["{{ ti.xcom_pull(key='return_value', task_ids='staff').used ~ '/' ~ ti.xcom_pull(key='return_value', task_ids='staff')['beds'] }}"],
        ],
        op_kwargs={"sep": "{# {{ ti.xcom_pull('nobody') }} #}|", "end": "{% raw %}{{ ti.xcom_pull('nobody') }}{% endraw %}"},
    )

    beds = PythonOperator(task_id="bed_manager", python_callable=bed_manager, op_args=[forecast.output])
    mail_args = {"to": "wards@trust.example", "beds": beds.output, "scenario": [scenario.output, summary.output]}
    mail = PythonOperator(task_id="mail", python_callable=lambda to, beds, scenario: print(to, beds, scenario), op_kwargs=mail_args)
    summary >> beds >> mail
    [a, d] >> s >> forecast >> scenario >> summary
