"""Call detail records: mediation, rating and roaming exports, driven by params.

unresolvable: export_roaming.*
"""

from datetime import datetime

from airflow import DAG
from airflow.models.param import Param
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
except ImportError:
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator


def rate(params, ti):
    records = ti.xcom_pull(task_ids=params["source"])
    tariff = ti.xcom_pull(task_ids="tariffs", key=params.get("tariff_key", "standard"))
    return {"rated": len(records["files"]), "tariff": tariff}


def export_roaming(**context):
    # Whoever triggers this run says where the TAP files come from.
    source = context["dag_run"].conf["tap_task"]
    return context["ti"].xcom_pull(task_ids=source)


with DAG(
    dag_id="telecom_cdr",
    start_date=datetime(2024, 1, 1),
    schedule="5 * * * *",
    catchup=False,
    params={
        "source": "mediate_5g",
        "field": "files",
        "tariff_key": Param("prepaid", type="string"),
        "limit": Param(default=1000, type="integer", minimum=1),
        "nested": {"task": "tariffs", "step": "currency"},
    },
) as dag:
    for generation in ("4g", "5g"):
        KubernetesPodOperator(
            task_id="mediate_" + generation,
            name="mediate-" + generation,
            image="registry.local/cdr/mediate:3",
            arguments=["--limit", "{{ params.limit }}"],
            do_xcom_push=True,
        )
    tariffs = BashOperator(task_id="tariffs", bash_command="tariffs --key {{ params.tariff_key }}")

    split = KubernetesPodOperator(
        task_id="split",
        name="split",
        image="registry.local/cdr/split:3",
        arguments=[
            "{{ ti.xcom_pull(task_ids=params.source)[params.field] }}",
            "{{ ti.xcom_pull(task_ids=params['source'], key=params.result_key)['first'] }}",
            "{{ ti.xcom_pull(params.nested.task)[params.nested['step']] }}",
            "{{ ti.xcom_pull(task_ids='mediate_' ~ params.fallback)['files'][0] }}",
        ],
        env_vars={"SHARDS": "{{ ti.xcom_pull(task_ids=params.sharding)['shards'] | int }}"},
        # The task's own params go before the DAG's.
        params={"source": "mediate_4g", "result_key": "return_value", "fallback": "5g", "sharding": "tariffs"},
        do_xcom_push=True,
    )

    rating = PythonOperator(task_id="rate", python_callable=rate)

    shell = BashOperator(
        task_id="summary",
        bash_command=(
            "{% set src = params.source %}{% set key = 'rated' %}"
            "echo {{ ti.xcom_pull(task_ids='rate')[key] }} of {{ ti.xcom_pull(src).get('total', 0) }}"
            " {% if params.limit > 10 %}{{ ti.xcom_pull(task_ids='split')['parts'] | join(' ') }}{% endif %}"
        ),
        env={
            "TARIFF": "{{ ti.xcom_pull(task_ids='tariffs', key=params.tariff_key) }}",
            "WHO": "{{ dag_run.conf.get('who', 'scheduler') }}",
        },
    )

    roaming = PythonOperator(task_id="export_roaming", python_callable=export_roaming)

    [dag.get_task("mediate_4g"), dag.get_task("mediate_5g"), tariffs] >> split >> rating >> [shell, roaming]
