"""Pods inside TaskGroups, named with their prefixes, without them, and from outside."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG, TaskGroup

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}

with DAG("group_flows", schedule=None, default_args=POD, tags=["lab", "flows"]):
    with TaskGroup("ingest") as ingest:
        load = KubernetesPodOperator(
            task_id="load",
            image="registry.local/give:1.0",
            arguments=['{"table": "raw.events_{{ run_id }}"}'],
            do_xcom_push=True,
        )
        with TaskGroup("checks") as checks:
            count = KubernetesPodOperator(
                task_id="count",
                image="registry.local/give:1.0",
                arguments=[
                    '{"verdict": "passed-{{ run_id }}"}',
                    "{{ ti.xcom_pull(task_ids='ingest.load')['table'] }}",
                ],
                do_xcom_push=True,
            )
        load >> checks
    with TaskGroup("plain", prefix_group_id=False) as plain:
        stamp = KubernetesPodOperator(
            task_id="stamp",
            image="registry.local/give:1.0",
            arguments=['{"stamp": "stamp-{{ run_id }}"}'],
            do_xcom_push=True,
        )
    publish = KubernetesPodOperator(
        task_id="publish",
        env_vars={
            "TABLE": "{{ ti.xcom_pull(task_ids='ingest.load')['table'] }}",
            "VERDICT": "{{ ti.xcom_pull(task_ids='ingest.checks.count')['verdict'] }}",
            "STAMP": "{{ ti.xcom_pull(task_ids='stamp')['stamp'] }}",
        },
    )
    silent = KubernetesPodOperator(
        task_id="silent",
        env_vars={"TABLE": "{{ ti.xcom_pull(task_ids='load') }}"},
    )

    [ingest, plain] >> publish >> silent
