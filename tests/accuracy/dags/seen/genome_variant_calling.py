"""Germline variant calling: per-sample groups, a mapped caller per chromosome, joint genotyping."""

from datetime import datetime

from airflow.decorators import dag, task, task_group
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.utils.task_group import TaskGroup

REF = "gs://genomes/GRCh38"
SAMPLES = ["na12878", "na24385"]
CHROMOSOMES = ["chr20", "chr21", "chrX"]


def pod(task_id, tool, **kwargs):
    kwargs.setdefault("do_xcom_push", True)
    return KubernetesPodOperator(
        task_id=task_id, name=task_id.replace("_", "-"), image=f"registry.local/bio/{tool}:latest", **kwargs
    )


@dag(
    dag_id="genome_variant_calling",
    start_date=datetime(2024, 5, 1),
    schedule=None,
    catchup=False,
)
def variant_calling():
    @task
    def manifest():
        return {"samples": SAMPLES, "panel": "wes-v7", "reference": REF}

    @task
    def intervals(panel: str):
        return [["--interval", c] for c in CHROMOSOMES]

    meta = manifest()
    regions = intervals(meta["panel"])

    with TaskGroup("prepare") as prepare:
        index = pod(
            "index_reference",
            "bwa",
            arguments=["index", "{{ ti.xcom_pull(task_ids='manifest')['reference'] }}"],
        )
        with TaskGroup("panel", prefix_group_id=False):
            bed = pod(
                "panel_bed",
                "bedtools",
                arguments=["--panel", "{{ ti.xcom_pull('manifest')['panel'] }}"],
                env_vars={"INDEX": "{{ ti.xcom_pull('prepare.index_reference')['path'] }}"},
            )
        with TaskGroup(group_id="known"):
            sites = pod(
                "known_sites",
                "bcftools",
                arguments=[
                    "{{ ti.xcom_pull(task_ids='panel_bed')['bed'] }}",
                    "{{ ti.xcom_pull(task_ids='prepare.index_reference')['dict'] }}",
                ],
            )
        index >> bed >> sites

    callers = []
    for sample in SAMPLES:
        with TaskGroup(f"sample_{sample}", tooltip=sample) as group:
            align = pod(
                "align",
                "bwa",
                arguments=[
                    "mem",
                    "{{ ti.xcom_pull('prepare.index_reference')['path'] }}",
                    f"/reads/{sample}.fq.gz",
                ],
            )
            recal = pod(
                "recalibrate",
                "gatk",
                arguments=[
                    "-I",
                    f"{{{{ ti.xcom_pull(task_ids='{group.group_id}.align')['bam'] }}}}",
                    "--known-sites",
                    "{{ ti.xcom_pull(task_ids='prepare.known.known_sites')['vcf'] }}",
                ],
            )
            call = KubernetesPodOperator.partial(
                task_id="call",
                name=f"call-{sample}",
                image="registry.local/bio/gatk:latest",
                env_vars={
                    "BAM": "{{ ti.xcom_pull(task_ids='" + recal.task_id + "')['bam'] }}",
                    "SAMPLE": sample,
                },
                do_xcom_push=True,
            ).expand(arguments=regions)
            align >> recal >> call
        prepare >> group
        callers.append(call)

    @task_group
    def joint(vcfs):
        @task
        def combine(parts, reference):
            return {"gvcf": "x", "parts": parts, "reference": reference}

        combined = combine(vcfs, meta["reference"])
        genotype = pod(
            "genotype",
            "gatk",
            arguments=["-V", "{{ ti.xcom_pull('joint.combine')['gvcf'] }}", "-O", "/out"],
            labels={"panel": "{{ ti.xcom_pull('manifest').panel }}"},
        )
        combined >> genotype
        return genotype

    @task_group(group_id="qc", prefix_group_id=False)
    def quality():
        stats = pod(
            "vcf_stats",
            "bcftools",
            arguments=["stats", "{{ ti.xcom_pull(task_ids='joint.genotype')['vcf'] }}"],
        )
        KubernetesPodOperator.partial(
            task_id="plot", name="plot", image="registry.local/bio/plot:1"
        ).expand_kwargs(
            [
                {"arguments": ["--kind", kind, "{{ ti.xcom_pull('vcf_stats')['%s'] }}" % kind]}
                for kind in ("depth", "titv")
            ]
        ).set_upstream(stats)

    joint([c.output for c in callers]) >> quality()


variant_calling()
