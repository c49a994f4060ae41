"""Secrets among XComs: what a dashboard must never show. The values belong to nobody."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

POD = {"startup_check_interval_seconds": 0.3}

with DAG("secret_flows", schedule=None, default_args=POD, tags=["lab", "flows"]):
    open_vault = KubernetesPodOperator(
        task_id="open_vault",
        image="registry.local/give:1.0",
        arguments=[
            '{"host": "db.lab-{{ run_id }}", "password": "hunter2-of-nobody-{{ run_id }}"}',
        ],
        do_xcom_push=True,
    )
    connect = KubernetesPodOperator(
        task_id="connect",
        image="registry.local/show:1.0",
        arguments=["--password={{ ti.xcom_pull('open_vault')['password'] }}"],
        env_vars={
            "DB_HOST": "{{ ti.xcom_pull('open_vault')['host'] }}",
            "DB_PASSWORD": "{{ ti.xcom_pull('open_vault')['password'] }}",
        },
    )

    open_vault >> connect
