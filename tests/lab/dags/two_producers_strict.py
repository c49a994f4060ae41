"""The two-producers DAG with a subscript: the mistyped pull fails in its template."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

POD = {
    "image": "registry.local/lab:1.0",
    "cmds": ["sh", "-c"],
    "startup_check_interval_seconds": 0.3,
}

with DAG("two_producers_strict", schedule=None, default_args=POD, tags=["lab", "failing"]):
    extract = KubernetesPodOperator(
        task_id="extract",
        arguments=[
            (
                'echo \'{"key1": "s3://lab/extract/{{ run_id }}/part-7", "rows": 42}\''
                " > /airflow/xcom/return.json"
            )
        ],
        do_xcom_push=True,
    )
    enrich = KubernetesPodOperator(
        task_id="enrich",
        arguments=[
            (
                'echo \'{"key1": "s3://lab/enrich/{{ run_id }}/geo.parquet"}\''
                " > /airflow/xcom/return.json"
            )
        ],
        do_xcom_push=True,
    )
    join = KubernetesPodOperator(
        task_id="join",
        arguments=['echo "joining $EXTRACTED with $ENRICHED"'],
        env_vars={
            "EXTRACTED": "{{ ti.xcom_pull(task_ids='extract')['key1'] }}",
            "ENRICHED": "{{ ti.xcom_pull(task_ids='enirch')['key1'] }}",
        },
    )
    [extract, enrich] >> join
