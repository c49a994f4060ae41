"""Gene panels: a list of steps with their inputs makes the pods."""
from __future__ import annotations

from dataclasses import dataclass, field

import pendulum
from kubernetes.client import models as k8s

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, TaskGroup, task


@dataclass(frozen=True)
class Step:
    name: str
    tool: str
    inputs: dict[str, tuple[str, str]] = field(default_factory=dict)
    memory: str = "4Gi"


STEPS = [
    Step("align", "bwa:0.7", {"READS": ("demultiplex", "fastq")}, memory="32Gi"),
    Step("dedup", "picard:3", {"BAM": ("align", "bam")}),
    Step("call", "gatk:4.5", {"BAM": ("dedup", "bam"), "REGIONS": ("demultiplex", "bed")}, memory="16Gi"),
    Step("annotate", "vep:111", {"VCF": ("call", "vcf"), "SAMPLE": ("demultiplex", "sample")}),
]
PANELS = ("cardio", "onco")


def env_of(step: Step, prefix: str) -> list[k8s.V1EnvVar]:
    return [
        k8s.V1EnvVar(name=name, value=f"{{{{ ti.xcom_pull(task_ids='{prefix}.{source}')['{key}'] }}}}")
        for name, (source, key) in step.inputs.items()
    ]


def deliver(signed: list[str], reports: list[dict], ti):
    for panel in PANELS:
        annotated = ti.xcom_pull(task_ids=f"{panel}.annotate")
        sample = ti.xcom_pull(task_ids=f"{panel}.demultiplex")["sample"]
        print(sample, annotated["vcf"], panel in signed, len(reports))


with DAG(
    dag_id="genome_panels",
    schedule=None,
    start_date=pendulum.datetime(2025, 3, 1),
    catchup=False,
    params={"run": "240101_A"},
):

    @task
    def quality(panel: str, coverage: float, **context) -> dict:
        ti = context["ti"]
        called = ti.xcom_pull(task_ids=f"{panel}.call")
        duplicates = ti.xcom_pull(task_ids=f"{panel}.dedup")["duplicates"]
        return {"panel": panel, "variants": called["count"], "coverage": coverage, "duplicates": duplicates}

    @task
    def sign_off(reports: list[dict]) -> list[str]:
        return [report["panel"] for report in reports if report["coverage"] > 30]

    reports = []
    for panel in PANELS:
        with TaskGroup(group_id=panel) as group:
            previous = KubernetesPodOperator(
                task_id="demultiplex",
                name="demultiplex",
                image="genomics/bcl2fastq:2.20",
                arguments=["--run", "{{ params.run }}", "--panel", panel],
                do_xcom_push=True,
            )
            pods = {"demultiplex": previous}
            for step in STEPS:
                pods[step.name] = KubernetesPodOperator(
                    task_id=step.name,
                    name=step.name,
                    image=f"genomics/{step.tool}",
                    env_vars=env_of(step, group.group_id),
                    container_resources=k8s.V1ResourceRequirements(requests={"memory": step.memory}),
                    do_xcom_push=True,
                )
                for source, _ in step.inputs.values():
                    pods[source] >> pods[step.name]

        coverage = PythonOperator(
            task_id=f"coverage_{panel}",
            python_callable=lambda bam: bam["coverage"],
            op_kwargs={"bam": pods["dedup"].output},
        )
        reports.append(quality.override(task_id=f"quality_{panel}")(panel, coverage=coverage.output))

    PythonOperator(
        task_id="deliver",
        python_callable=deliver,
        op_args=[sign_off(reports), reports],
    )
