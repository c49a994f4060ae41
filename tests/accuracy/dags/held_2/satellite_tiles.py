"""Sentinel tiles for the crop monitor.

unresolvable: mosaic.*
"""
from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

ATMOSPHERE = os.getenv("ATMOSPHERE_TASK", "sen2cor")


class TilePipeline:
    """One DAG for one country: search, download, correct, index, publish."""

    image = "eo/tiles:2"
    namespace = "eo"

    def __init__(self, country: str, tiles: list[str], indices: tuple[str, ...] = ("ndvi",)):
        self.country = country
        self.tiles = tiles
        self.indices = indices
        self.default_args = {"retries": 3, "retry_delay": timedelta(minutes=30)}

    @property
    def dag_id(self) -> str:
        return f"crop_monitor_{self.country}"

    def _pod(self, task_id: str, arguments: list[str], **env: str) -> KubernetesPodOperator:
        return KubernetesPodOperator(
            task_id=task_id,
            name=task_id.lower().replace("_", "-"),
            image=self.image,
            namespace=self.namespace,
            arguments=arguments,
            env_vars=[k8s.V1EnvVar(name=name, value=value) for name, value in env.items()],
            do_xcom_push=True,
        )

    def search(self, ds: str) -> dict[str, list[str]]:
        print("searching", self.country, ds)
        return {tile: [] for tile in self.tiles}

    def coverage(self, ti) -> float:
        found = ti.xcom_pull(task_ids="search")
        corrected = [ti.xcom_pull(task_ids=f"correct_{tile}") for tile in self.tiles]
        return len([c for c in corrected if c]) / len(found)

    def statistics(self, scenes, ti) -> dict:
        result = {"scenes": len(scenes)}
        for index in self.indices:
            result[index] = [ti.xcom_pull(task_ids=f"{index}_{tile}")["mean"] for tile in self.tiles]
        return result

    def build(self) -> DAG:
        with DAG(
            self.dag_id,
            start_date=datetime(2024, 4, 1),
            schedule="@daily",
            catchup=False,
            default_args=self.default_args,
        ) as dag:
            search = PythonOperator(task_id="search", python_callable=self.search)
            coverage = PythonOperator(task_id="coverage", python_callable=self.coverage)
            statistics = PythonOperator(
                task_id="statistics", python_callable=self.statistics, op_args=[search.output]
            )

            for tile in self.tiles:
                download = self._pod(
                    f"download_{tile}",
                    ["download", f"{{{{ ti.xcom_pull(task_ids='search')['{tile}'] | join(' ') }}}}"],
                )
                correct = self._pod(
                    f"correct_{tile}",
                    ["correct"],
                    SAFE=f"{{{{ ti.xcom_pull(task_ids='{download.task_id}')['safe'] }}}}",
                )
                search >> download >> correct >> coverage
                for index in self.indices:
                    pod = self._pod(
                        f"{index}_{tile}",
                        ["index", index],
                        RASTER=f"{{{{ ti.xcom_pull(task_ids='{correct.task_id}')['raster'] }}}}",
                        CLOUDS=f"{{{{ ti.xcom_pull(task_ids='{correct.task_id}')['clouds'] }}}}",
                    )
                    correct >> pod >> statistics

            coverage >> self._pod(
                "mosaic",
                ["mosaic", "{{ ti.xcom_pull(task_ids='" + ATMOSPHERE + "')['table'] }}"],
                SHARE="{{ ti.xcom_pull(task_ids='coverage', key=params.get('share_key')) }}",
            )
        return dag


austria = TilePipeline("austria", ["33UVP", "33UWP"]).build()
slovenia = TilePipeline("slovenia", tiles=["33TVM"], indices=("ndvi", "ndwi")).build()
