"""The namespace's quota wants limits on every container; the XCom sidecar has none: 403."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG
from kubernetes.client import models as k8s

LIMITS = k8s.V1ResourceRequirements(limits={"cpu": "100m", "memory": "64Mi"})
POD = {
    "namespace": "metered",
    "container_resources": LIMITS,
    "startup_check_interval_seconds": 0.3,
}

with DAG("quota_refused", schedule=None, default_args=POD, tags=["lab", "failing"]):
    score_batch = KubernetesPodOperator(
        task_id="score_batch",
        image="registry.local/give:1.0",
        arguments=['{"scores": "s3://lab/scores-{{ run_id }}"}'],
        env_vars={"DB_PASSWORD": "hunter2-of-nobody"},
        do_xcom_push=True,
    )
    publish_scores = KubernetesPodOperator(
        task_id="publish_scores",
        image="registry.local/show:1.0",
        arguments=["{{ ti.xcom_pull(task_ids='score_batch')['scores'] }}"],
    )
    tell = KubernetesPodOperator(
        task_id="tell",
        image="registry.local/show:1.0",
        arguments=["{{ ti.xcom_pull(task_ids='score_batch') }}"],
        trigger_rule="all_done",
    )

    score_batch >> [publish_scores, tell]
