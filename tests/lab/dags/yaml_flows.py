"""Pods that a YAML file describes: the source says nothing of their pulls."""

from pathlib import Path

import yaml
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG

PODS = yaml.safe_load((Path(__file__).parent / "lab_shared" / "pods.yaml").read_text())

with DAG("yaml_flows", schedule=None, tags=["lab", "flows"]):
    made = {}
    for name, settings in PODS.items():
        after = settings.pop("after", None)
        made[name] = KubernetesPodOperator(
            task_id=name, startup_check_interval_seconds=0.3, **settings
        )
        if after:
            made[after] >> made[name]
