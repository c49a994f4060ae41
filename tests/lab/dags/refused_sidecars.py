"""Namespaces whose rules the pods keep, but the XCom sidecar that Airflow adds does not."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG
from kubernetes.client import models as k8s

POD = {
    "image": "registry.local/give:1.0",
    "do_xcom_push": True,
    "startup_check_interval_seconds": 0.3,
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

# The namespaces are rules of the stand-in: tests/lab/cluster/policies.py.
with DAG("refused_sidecars", schedule=None, default_args=POD, tags=["lab", "failing"]):
    limit_range = KubernetesPodOperator(
        task_id="limit_range",
        namespace="ranged",
        arguments=['"ranged-{{ run_id }}"'],
        container_resources=AMPLE,
    )
    security = KubernetesPodOperator(
        task_id="security",
        namespace="restricted",
        arguments=['"restricted-{{ run_id }}"'],
        container_security_context=MODEST,
    )
