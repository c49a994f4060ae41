"""Sentinel-2 mosaics. The chain of pods of one region is built by a class; regions are its instances."""

from __future__ import annotations

import pendulum
from airflow import DAG
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

DEFAULT_ENV = [
    k8s.V1EnvVar(name="GDAL_NUM_THREADS", value="4"),
    k8s.V1EnvVar(
        name="POD_IP",
        value_from=k8s.V1EnvVarSource(field_ref=k8s.V1ObjectFieldSelector(field_path="status.podIP")),
    ),
]


class RegionChain:
    image = "registry.local/eo/toolbox:2024.11"
    steps = ("search", "download", "correct", "mosaic")

    def __init__(self, region: str, tile: str, *, cloud: int = 20, bands: tuple[str, ...] = ("B04", "B08")):
        self.region = region
        self.tile = tile
        self.cloud = cloud
        self.bands = bands
        self.built: dict[str, KubernetesPodOperator] = {}
        # Closed by whoever uses it: self._item + "['href'] }}"
        self._item = "{{ ti.xcom_pull(task_ids='" + self.task_id("search") + "')"

    @classmethod
    def cloudy(cls, region: str, tile: str) -> RegionChain:
        return cls(region, tile, cloud=60)

    @staticmethod
    def _env(**values: str) -> list[k8s.V1EnvVar]:
        return DEFAULT_ENV + [k8s.V1EnvVar(name=n, value=v) for n, v in values.items()]

    def task_id(self, step: str) -> str:
        return f"{self.region}_{step}"

    @property
    def mosaic_id(self) -> str:
        return self.task_id(self.steps[-1])

    def pod(self, step: str, arguments: list[str], env: list[k8s.V1EnvVar] | None = None, **kwargs):
        pod = KubernetesPodOperator(
            task_id=self.task_id(step),
            name=self.task_id(step).replace("_", "-"),
            image=self.image,
            cmds=["python", "-m", f"eo.{step}"],
            arguments=arguments,
            env_vars=env or self._env(),
            do_xcom_push=step != "publish",
            **kwargs,
        )
        self.built[step] = pod
        return pod

    def build(self):
        search = self.pod("search", ["--tile", self.tile, "--cloud", str(self.cloud)])
        download = self.pod(
            "download",
            [
                "--href",
                self._item + "['items'][0]['href'] }}",
                "--sensed",
                self._item + "['items'][0].properties.datetime }}",
            ],
            env=self._env(ITEM_ID=self._item + "['items'][0]['id'] }}"),
        )
        correct = self.pod(
            "correct",
            [f"--band={b}:{self._from('download', 'bands', b)}" for b in self.bands],
            self._env(
                DEM=self._from("search", "dem"),
                SUN_ANGLE=self._from("download", "angles", "sun"),
            ),
        )
        mosaic = self.pod(
            "mosaic",
            arguments=["--scene", self._from("correct", "scene")],
            env=[
                k8s.V1EnvVar(name=f"BAND_{i}", value=self._from("correct", band))
                for i, band in enumerate(self.bands, start=1)
            ],
            labels={"tile": self.tile, "orbit": self._from("search", "orbit")},
        )
        search >> download >> correct >> mosaic
        return self

    def _from(self, step, *path):
        steps = "".join(f"['{p}']" for p in path)
        return f"{{{{ task_instance.xcom_pull('{self.task_id(step)}'){steps} }}}}"


with DAG(
    dag_id="satellite_mosaic",
    schedule="@weekly",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=False,
) as dag:
    chains = [
        RegionChain("alps", "32TLS").build(),
        RegionChain.cloudy("fjords", "32VMP").build(),
        RegionChain("delta", "36RUU", bands=("B02", "B03", "B04")).build(),
    ]

    atlas = KubernetesPodOperator(
        task_id="atlas",
        name="atlas",
        image=RegionChain.image,
        arguments=[
            "{{ ti.xcom_pull(task_ids='%s')['cog'] }}" % chain.mosaic_id for chain in chains
        ],
        env_vars=[
            k8s.V1EnvVar(
                name=chain.region.upper() + "_BBOX",
                value="{{ ti.xcom_pull('" + chain.built["mosaic"].task_id + "')['bbox'] | tojson }}",
            )
            for chain in chains
        ],
    )
    for chain in chains:
        chain.built["mosaic"] >> atlas
        quicklook = KubernetesPodOperator(
            task_id=f"{chain.region}_quicklook",
            name="quicklook",
            image=chain.image,
            arguments=["--mosaic", chain.built["mosaic"].output],
            env_vars=[
                k8s.V1EnvVar(name=step.upper() + "_POD", value=pod.output["pod_name"])
                for step, pod in chain.built.items()
                if step != "search"
            ],
        )
        chain.built["mosaic"] >> quicklook
