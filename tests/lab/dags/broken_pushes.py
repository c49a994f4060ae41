"""return.json holds what cannot be kept, or nothing; some readers do not notice."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

POD = {
    "image": "registry.local/give:1.0",
    "do_xcom_push": True,
    "startup_check_interval_seconds": 0.3,
    "log_pod_spec_on_failure": False,
}
SHOW = "registry.local/show:1.0"

with DAG("broken_pushes", schedule=None, default_args=POD, tags=["lab", "failing"]):
    not_a_number = KubernetesPodOperator(task_id="not_a_number", arguments=['{"v": NaN}'])
    reserved = KubernetesPodOperator(
        task_id="reserved", arguments=['{"__classname__": "builtins.dict"}']
    )
    blank = KubernetesPodOperator(task_id="blank", arguments=["   "])
    two_documents = KubernetesPodOperator(
        task_id="two_documents", arguments=['{"a": 1}\n{"a": 2}\n']
    )
    plain_text = KubernetesPodOperator(
        task_id="plain_text", arguments=["s3://lab/plain-{{ run_id }}"]
    )
    cut_off = KubernetesPodOperator(task_id="cut_off", arguments=['{"uri": "s3://lab/cut'])
    not_a_dict = KubernetesPodOperator(
        task_id="not_a_dict", arguments=["[1, 2]"], multiple_outputs=True
    )
    null = KubernetesPodOperator(task_id="null", arguments=["null"])
    of_null = KubernetesPodOperator(
        task_id="of_null",
        image=SHOW,
        arguments=["{{ ti.xcom_pull(task_ids='null')['uri'] }}"],
        do_xcom_push=False,
    )
    of_null_silently = KubernetesPodOperator(
        task_id="of_null_silently",
        image=SHOW,
        arguments=["{{ ti.xcom_pull(task_ids='null') }}"],
        do_xcom_push=False,
    )
    fails_after = KubernetesPodOperator(
        task_id="fails_after",
        cmds=["sh", "-c"],
        arguments=["""echo '"s3://lab/kept-{{ run_id }}"' >/airflow/xcom/return.json; exit 3"""],
    )
    of_failed = KubernetesPodOperator(
        task_id="of_failed",
        image=SHOW,
        arguments=["{{ ti.xcom_pull(task_ids='fails_after') }}"],
        do_xcom_push=False,
        trigger_rule="all_done",
    )

    null >> [of_null, of_null_silently]
    fails_after >> of_failed
