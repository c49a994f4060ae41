from __future__ import annotations

import pendulum
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Param, TaskGroup, get_current_context, task

PRODUCTS = ("mortgage", "consumer")


def request_file(product: str, **context):
    batch = context["ti"].xcom_pull(task_ids="open_batch")
    return f"/bureau/{batch['id']}/{product}.xml"


def compare():
    ti = get_current_context()["ti"]
    answers = {p: ti.xcom_pull(task_ids=f"{p}.ask_bureau", key="return_value") for p in PRODUCTS}
    return {p: a["hits"] for p, a in answers.items()}


with DAG(
    dag_id="credit_bureau",
    schedule="0 1 * * 1-5",
    start_date=pendulum.datetime(2025, 6, 1, tz="Europe/Madrid"),
    catchup=False,
    params={"opener": Param("open_batch", type="string")},
):

    @task(multiple_outputs=True)
    def open_batch(day: str) -> dict:
        return {"id": f"B{day}", "limit": 5000}

    batch = open_batch("{{ ds_nodash }}")
    groups = []

    for product in PRODUCTS:
        with TaskGroup(product) as group:
            request = PythonOperator(
                task_id="request",
                python_callable=request_file,
                op_args=[product],
            )
            ask = KubernetesPodOperator(
                task_id="ask_bureau",
                image="bureau-client:9",
                arguments=["--file", request.output, "--limit", batch["limit"]],
                env_vars={"BATCH": "{{ ti.xcom_pull(task_ids=params.opener)['id'] }}"},
                do_xcom_push=True,
            )
        groups.append(group)
        batch >> group

    compared = PythonOperator(task_id="compare", python_callable=compare)
    close = BashOperator(
        task_id="close_batch",
        bash_command=f"close-batch {batch['id']} --files "
        + ",".join(f"{{{{ ti.xcom_pull(task_ids='{p}.request') }}}}" for p in PRODUCTS),
    )
    decide = TriggerDagRunOperator(
        task_id="decide",
        trigger_dag_id="credit_decisions",
        conf={p: f"{{{{ ti.xcom_pull(task_ids='compare')['{p}'] }}}}" for p in PRODUCTS},
    )
    groups >> compared >> [close, decide]
