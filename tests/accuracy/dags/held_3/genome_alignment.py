"""Alignment of sequencing runs on the cluster.

Every sample goes through quality control, alignment and variant calling.
"""
from datetime import datetime

from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

NAMESPACE = "genomics"
IMAGE = "bio/pipeline:4.1"
REFERENCE = "/ref/GRCh38.fa"

resources = k8s.V1ResourceRequirements(requests={"cpu": "4", "memory": "16Gi"})


def pick_run(**context):
    conf = context["dag_run"].conf or {}
    run = conf.get("run", "latest")
    return {"run": run, "flowcell": "HX12", "samples": {"tumour": "T1", "normal": "N1"}}


def write_report(**context):
    ti = context["ti"]
    run = ti.xcom_pull(task_ids="pick_run")
    variants = ti.xcom_pull(task_ids="call_variants", key="return_value")
    duplicates = ti.xcom_pull(task_ids="quality_control")["duplicates"]
    print(run["run"], variants["count"], duplicates)


def estimate_cost(tumour, normal, qc, **context):
    run = context["ti"].xcom_pull(task_ids="pick_run")
    hours = tumour["hours"] + normal["hours"]
    return {"run": run["run"], "euro": hours * 1.8 + qc["hours"]}


with DAG(
    dag_id="genome_alignment",
    start_date=datetime(2024, 5, 5),
    schedule=None,
    catchup=False,
    max_active_runs=4,
) as dag:
    run = PythonOperator(task_id="pick_run", python_callable=pick_run)

    qc = KubernetesPodOperator(
        task_id="quality_control",
        name="quality-control",
        namespace=NAMESPACE,
        image=IMAGE,
        cmds=["bioqc"],
        arguments=[
            "--run",
            "{{ ti.xcom_pull(task_ids='pick_run')['run'] }}",
            "--flowcell",
            "{{ ti.xcom_pull(task_ids='pick_run')['flowcell'] }}",
        ],
        container_resources=resources,
        do_xcom_push=True,
    )

    align = {}
    for kind in ("tumour", "normal"):
        align[kind] = KubernetesPodOperator(
            task_id=f"align_{kind}",
            name=f"align-{kind}",
            namespace=NAMESPACE,
            image=IMAGE,
            cmds=["bwa-mem2"],
            arguments=[
                "--reference",
                REFERENCE,
                "--sample",
                "{{ ti.xcom_pull(task_ids='pick_run')['samples']['%s'] }}" % kind,
            ],
            env_vars=[
                k8s.V1EnvVar(name="KIND", value=kind),
                k8s.V1EnvVar(
                    name="TRIMMED",
                    value="{{ task_instance.xcom_pull('quality_control')['trimmed'] }}",
                ),
            ],
            container_resources=resources,
            do_xcom_push=True,
        )
        qc >> align[kind]

    call = KubernetesPodOperator(
        task_id="call_variants",
        name="call-variants",
        namespace=NAMESPACE,
        image=IMAGE,
        cmds=["mutect"],
        arguments=[
            "--tumour",
            "{{ ti.xcom_pull(task_ids='align_tumour')['bam'] }}",
            "--normal",
            "{{ ti.xcom_pull(task_ids='align_normal')['bam'] }}",
        ],
        env_vars={"SORTED_BY": align["tumour"].output["pod_name"]},
        do_xcom_push=True,
    )

    report = PythonOperator(task_id="write_report", python_callable=write_report)

    cost = PythonOperator(
        task_id="estimate_cost",
        python_callable=estimate_cost,
        op_kwargs={"qc": qc.output, **{kind: pod.output for kind, pod in align.items()}},
    )

    run >> qc
    list(align.values()) >> call >> [report, cost]
