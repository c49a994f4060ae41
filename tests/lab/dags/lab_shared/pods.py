"""A helper that writes templates into pods."""

from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator


def reader(task_id: str, source: str, *keys: str, **more: Any) -> KubernetesPodOperator:
    """A pod that gets the keys of a source."""
    return KubernetesPodOperator(
        task_id=task_id,
        image="registry.local/show:1.0",
        arguments=[f"--{key}={{{{ ti.xcom_pull('{source}')['{key}'] }}}}" for key in keys],
        **more,
    )
