"""Secrets in logs: printed by a pod, in the dump of a refused one, in the text of a template."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG
from lab_shared.planted import PLANTED

POD = {"image": "registry.local/show:1.0", "startup_check_interval_seconds": 0.3}
LINES = [line for line, _ in PLANTED.values()]

with DAG("leaking_pods", schedule=None, default_args=POD, tags=["lab", "failing"]):
    prints_them = KubernetesPodOperator(
        task_id="prints_them",
        cmds=["sh", "-c", 'printf "%s\\n" "$@"; exit 3', "sh"],
        arguments=LINES,
    )
    is_refused = KubernetesPodOperator(
        task_id="is_refused",
        namespace="metered",
        env_vars={f"LINE_{at}": line for at, line in enumerate(LINES)},
        do_xcom_push=True,
    )
    fails_to_render = KubernetesPodOperator(
        task_id="fails_to_render",
        arguments=[*LINES, "{{ ti.xcom_pull(task_ids='prints_thme')['key'] }}"],
    )
