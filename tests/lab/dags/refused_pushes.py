"""Pods whose return.json nobody can fetch: no right to, no way to, or no pod any more."""

from datetime import timedelta

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

POD = {
    "image": "registry.local/give:1.0",
    "arguments": ['{"uri": "s3://lab/refused-{{ run_id }}"}'],
    "do_xcom_push": True,
    "startup_check_interval_seconds": 0.3,
    "log_pod_spec_on_failure": False,
}
# The namespaces are rules of the stand-in: tests/lab/cluster/faults.py.
with DAG("refused_pushes", schedule=None, default_args=POD, tags=["lab", "failing"]):
    never_started = KubernetesPodOperator(
        task_id="never_started",
        namespace="crashing",
        execution_timeout=timedelta(seconds=42),
        priority_weight=100,
    )
    registry = KubernetesPodOperator(task_id="registry", namespace="approved")
    no_exec = KubernetesPodOperator(task_id="no_exec", namespace="no-exec")
    proxy = KubernetesPodOperator(task_id="proxy", namespace="proxied")
    exec_lost = KubernetesPodOperator(task_id="exec_lost", namespace="unreachable")
    evicted = KubernetesPodOperator(task_id="evicted", namespace="draining")
    image_pull = KubernetesPodOperator(
        task_id="image_pull", image="registry.local/missing:1.0", do_xcom_push=False
    )
    sidecar_pull = KubernetesPodOperator(task_id="sidecar_pull", namespace="airgapped")
    tell = KubernetesPodOperator(
        task_id="tell",
        image="registry.local/show:1.0",
        arguments=["{{ ti.xcom_pull(task_ids='no_exec') }}"],
        do_xcom_push=False,
        trigger_rule="all_done",
    )

    no_exec >> tell
