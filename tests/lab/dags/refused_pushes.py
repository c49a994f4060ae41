"""Pods that a cluster refuses because of the XCom sidecar, or whose return.json stays there."""

from datetime import timedelta

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG
from kubernetes.client import models as k8s

POD = {
    "image": "registry.local/give:1.0",
    "arguments": ['{"uri": "s3://lab/refused-{{ run_id }}"}'],
    "do_xcom_push": True,
    "startup_check_interval_seconds": 0.3,
    "log_pod_spec_on_failure": False,
}
AMPLE = k8s.V1ResourceRequirements(
    requests={"cpu": "100m", "memory": "64Mi"}, limits={"cpu": "200m", "memory": "128Mi"}
)
MODEST = k8s.V1SecurityContext(
    allow_privilege_escalation=False,
    capabilities=k8s.V1Capabilities(drop=["ALL"]),
    run_as_non_root=True,
    seccomp_profile=k8s.V1SeccompProfile(type="RuntimeDefault"),
)

# The namespaces are rules of the stand-in: tests/lab/cluster/policies.py and faults.py.
with DAG("refused_pushes", schedule=None, default_args=POD, tags=["lab", "failing"]):
    never_started = KubernetesPodOperator(
        task_id="never_started",
        namespace="crashing",
        execution_timeout=timedelta(seconds=36),
        priority_weight=100,
    )
    limit_range = KubernetesPodOperator(
        task_id="limit_range", namespace="ranged", container_resources=AMPLE
    )
    registry = KubernetesPodOperator(task_id="registry", namespace="approved")
    security = KubernetesPodOperator(
        task_id="security", namespace="restricted", container_security_context=MODEST
    )
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
