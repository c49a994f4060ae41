"""The producer is right, the path into its value is not: one task per mistake."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}

with DAG("missing_keys", schedule=None, default_args=POD, tags=["lab", "failing"]):
    make = KubernetesPodOperator(
        task_id="make",
        image="registry.local/give:1.0",
        arguments=[
            (
                '{"output_path": "s3://lab/compact-{{ run_id }}", "rows": 42, "gone": null,'
                ' "files": ["only-{{ run_id }}"]}'
            ),
        ],
        do_xcom_push=True,
    )
    near_miss = KubernetesPodOperator(
        task_id="near_miss",
        arguments=["{{ ti.xcom_pull(task_ids='make')['out_path'] }}"],
    )
    unknown = KubernetesPodOperator(
        task_id="unknown",
        env_vars={"SRC": "{{ ti.xcom_pull(task_ids='make')['checksum'] }}"},
    )
    unknown_silent = KubernetesPodOperator(
        task_id="unknown_silent",
        env_vars={"SRC": "{{ ti.xcom_pull(task_ids='make').get('out_path') }}"},
    )
    out_of_range = KubernetesPodOperator(
        task_id="out_of_range",
        arguments=["{{ ti.xcom_pull(task_ids='make')['files'][3] }}"],
    )
    not_a_mapping = KubernetesPodOperator(
        task_id="not_a_mapping",
        arguments=["{{ ti.xcom_pull(task_ids='make')['output_path']['uri'] }}"],
    )
    null_value = KubernetesPodOperator(
        task_id="null_value",
        arguments=["--gone={{ ti.xcom_pull(task_ids='make')['gone'] }}"],
    )

    make >> [near_miss, unknown, unknown_silent, out_of_range, not_a_mapping, null_value]
