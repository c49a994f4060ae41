"""Values that a cluster refuses: a number as an argument, a bad label, an image tag `None`."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}

with DAG(
    "refused_pods",
    schedule=None,
    default_args=POD,
    render_template_as_native_obj=True,
    tags=["lab", "failing"],
):
    make = KubernetesPodOperator(
        task_id="make",
        cmds=["sh", "-c"],
        arguments=[
            """echo '{"count": 42, "owner": "Ann & Bob", "n": 1}' > /airflow/xcom/return.json""",
        ],
        do_xcom_push=True,
    )
    number_argument = KubernetesPodOperator(
        task_id="number_argument",
        arguments=["{{ ti.xcom_pull(task_ids='make')['count'] }}"],
    )
    number_variable = KubernetesPodOperator(
        task_id="number_variable",
        env_vars={"COUNT": "{{ ti.xcom_pull(task_ids='make')['count'] }}"},
    )
    bad_label = KubernetesPodOperator(
        task_id="bad_label",
        labels={"owner": "{{ ti.xcom_pull(task_ids='make')['owner'] }}"},
    )
    image_tag = KubernetesPodOperator(
        task_id="image_tag",
        image="registry.local/show:{{ ti.xcom_pull(task_ids='mkae') }}",
    )

    make >> [number_argument, number_variable, bad_label, image_tag]
