"""Germline variant calling for the cohort studies.

One pipeline per sample: align -> dedup -> call, then joint genotyping.

Every step is a pod. The step's container writes /airflow/xcom/return.json with
the objects that it made, for example::

    {"bam": "s3://...", "bai": "s3://...", "metrics": {"coverage": 31.2}}

so that the next step can say ``{{ ti.xcom_pull(task_ids='align')['bam'] }}``.
"""
from __future__ import annotations

from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.utils.task_group import TaskGroup
from kubernetes.client import models as k8s

REGISTRY = "registry.genomics.internal"
REFERENCE = "s3://reference/GRCh38/GRCh38.fa"
SAMPLES = ("NA12878", "NA12891", "NA12892")
TOOLS = {
    "align": {"image": "bwa-mem2", "tag": "2.2.1", "cpu": "16"},
    "dedup": {"image": "samblaster", "tag": "0.1.26", "cpu": "4"},
    "call": {"image": "deepvariant", "tag": "1.6.0", "cpu": "32"},
}


def image_of(tool: str) -> str:
    spec = TOOLS[tool]
    return f"{REGISTRY}/{spec['image']}:{spec['tag']}"


def pull(task_id: str, *path: str) -> str:
    steps = "".join(f"['{p}']" for p in path)
    return "{{ ti.xcom_pull(task_ids='" + task_id + "')" + steps + " }}"


def env(**values: str) -> list[k8s.V1EnvVar]:
    return [k8s.V1EnvVar(name=name.upper(), value=value) for name, value in values.items()]


def pod(step: str, *, args: list[str], env_vars=None, **kwargs) -> KubernetesPodOperator:
    cpu = TOOLS[step]["cpu"]
    return KubernetesPodOperator(
        task_id=step,
        name=f"germline-{step}",
        namespace="genomics",
        image=image_of(step),
        cmds=["/usr/local/bin/entry", step],
        arguments=args,
        env_vars=env_vars or [],
        container_resources=k8s.V1ResourceRequirements(requests={"cpu": cpu}, limits={"cpu": cpu}),
        do_xcom_push=True,
        retries=2,
        retry_delay=timedelta(minutes=10),
        **kwargs,
    )


def coverage_report(samples, cohort, ti=None, minimum=25, manifest=None):
    low = []
    for sample in samples:
        metrics = ti.xcom_pull(task_ids=f"{sample}.align")["metrics"]
        variants = ti.xcom_pull(task_ids=sample + ".call", key="return_value")
        if metrics["coverage"] < minimum:
            low.append((sample, variants["count"]))
    return {"cohort": cohort, "low": low}


with DAG(
    dag_id="germline_calling",
    start_date=datetime(2024, 2, 1),
    schedule=None,
    catchup=False,
    max_active_runs=1,
) as dag:
    manifest = KubernetesPodOperator(
        task_id="manifest",
        name="manifest",
        namespace="genomics",
        image=f"{REGISTRY}/manifest:3",
        arguments=["--samples", ",".join(SAMPLES)],
        do_xcom_push=True,
    )

    gvcfs = []
    for sample in SAMPLES:
        with TaskGroup(group_id=sample.lower()) as group:
            prefix = group.group_id
            align = pod(
                "align",
                args=[
                    "--reference", REFERENCE,
                    "--fastq1", pull("manifest", sample, "r1"),
                    "--fastq2", pull("manifest", sample, "r2"),
                ],
            )
            dedup = pod(
                "dedup",
                args=["--bam", pull(f"{prefix}.align", "bam")],
                env_vars=env(sample=sample, coverage=pull(f"{prefix}.align", "metrics", "coverage")),
            )
            call = pod(
                "call",
                args=["--bam", pull(dedup.task_id, "bam"), "--index", pull(dedup.task_id, "bai")],
                env_vars=[
                    *env(threads=TOOLS["call"]["cpu"]),
                    k8s.V1EnvVar(name="SEX", value=pull(manifest.task_id, sample, "sex")),
                    k8s.V1EnvVar(
                        name="NODE_NAME",
                        value_from=k8s.V1EnvVarSource(
                            field_ref=k8s.V1ObjectFieldSelector(field_path="spec.nodeName")
                        ),
                    ),
                ],
                node_selector={"pool": "highmem", "zone": pull(f"{prefix}.align", "zone")},
            )
            align >> dedup >> call
        manifest >> group
        gvcfs.append(pull(call.task_id, "gvcf"))

    joint = KubernetesPodOperator(
        task_id="joint_genotyping",
        name="joint",
        namespace="genomics",
        image=f"{REGISTRY}/glnexus:1.4",
        arguments=["--config", "DeepVariantWGS", *gvcfs],
        env_vars={"GVCFS": ",".join(gvcfs), "COHORT": "{{ dag_run.conf.get('cohort', 'default') }}"},
    )
    report = PythonOperator(
        task_id="coverage_report",
        python_callable=coverage_report,
        op_args=[[s.lower() for s in SAMPLES], joint.output],
        op_kwargs={"minimum": 20, "manifest": manifest.output},
    )
    joint >> report
    for sample in reversed(SAMPLES):
        dag.get_task(f"{sample.lower()}.call") >> joint
